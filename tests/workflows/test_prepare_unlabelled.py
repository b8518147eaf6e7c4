"""``prepare_unlabelled``: the images it says, read again as the same, and no labels."""

import csv

import numpy as np
import pytest
import yaml
from PIL import Image

from tests.data.packing import pack
from tests.data.pictures import plant, ramp
from vistazo.data.decoding import decode
from vistazo.data.unlabelled import read_unlabelled
from vistazo.errors import DataError, UsageError
from vistazo.preprocessing.recipe import recipe_from_text
from vistazo.workflows.prepare_unlabelled import prepare_unlabelled


def pictures(*names):
    """A colour image of another size under each name."""
    return {name: np.roll(ramp(20 + n, 30 - n), n, axis=1) for n, name in enumerate(names)}


@pytest.fixture
def photos(tmp_path):
    """Images with and without folders, and two of the test part."""
    return plant(
        tmp_path / "photos",
        pictures(
            "1.png", "cat/1.png", "cat/old/2.png", "test/1.png", "train/a/1.png", "x/test/1.png"
        ),
    )


def record(folder):
    return yaml.safe_load((folder / "prepare.yaml").read_text("utf-8"))


def table(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_each_image_lies_where_its_source_lies(photos, tmp_path):
    """Every file holds what the steps make of its source in its own size; there are no labels."""
    steps = "crop,median=3,resize=16"
    prepared = prepare_unlabelled(photos, tmp_path / "out", steps)
    kept = ["1.png", "cat/1.png", "cat/old/2.png", "train/a/1.png"]
    assert sorted(prepared.data.sources) == kept
    written = {p.relative_to(tmp_path / "out").as_posix() for p in (tmp_path / "out").rglob("*.*")}
    assert written == {*kept, "files.csv", "prepare.yaml"}
    for row in table(tmp_path / "out" / "files.csv"):
        assert row["file_name"] == row["source"]
        native = decode((photos / row["source"]).read_bytes()).pixels
        expected = recipe_from_text(steps).apply(native)
        assert np.array_equal(np.asarray(Image.open(tmp_path / "out" / row["file_name"])), expected)
    about = record(tmp_path / "out")
    assert about["source"]["n_images"] == 4
    assert about["settings"]["unlabelled"] is True
    assert about["notes"][0].startswith("2 images of the test part were left out")


@pytest.mark.parametrize("steps", ["none", "resize=16", "grayscale,resize=16"])
@pytest.mark.parametrize("to", ["folders", "arrays"])
def test_what_was_written_is_read_again(photos, tmp_path, steps, to):
    """The folder, its table and the NPZ file are read as the images that were prepared."""
    for source in (photos, pack(photos, "zip")):
        folder = tmp_path / f"out-of-{source.name}"
        data = prepare_unlabelled(source, folder, steps, to=to).data
        place = folder if to == "folders" else folder / "images.npz"
        again = read_unlabelled(place)
        assert again.fingerprint == data.fingerprint
        if to == "folders":
            assert again.sources == data.sources
            assert read_unlabelled(folder / "files.csv").fingerprint == data.fingerprint
        else:
            assert [row["source"] for row in table(folder / "rows.csv")] == list(data.sources)


def test_the_array_holds_images_alone(photos, tmp_path):
    """``images.npz`` has no labels; its numbers are scaled as asked for."""
    prepare_unlabelled(photos, tmp_path / "a", "resize=16", to="arrays")
    assert set(np.load(tmp_path / "a" / "images.npz")) == {"images"}
    prepare_unlabelled(photos, tmp_path / "b", "resize=16", to="arrays", scale="standard")
    scaled = np.load(tmp_path / "b" / "images.npz")
    assert np.allclose(scaled["images"].mean((0, 1, 2)), 0, atol=1e-5)
    assert np.allclose(scaled["images"].std((0, 1, 2)), 1, atol=1e-5)
    assert record(tmp_path / "b")["mean"] == pytest.approx(scaled["mean"])


def test_names_that_collide_or_mislead(tmp_path):
    """Every image gets a file of its own; no folder starts to look like a test part or a table."""
    source = plant(
        tmp_path / "in",
        pictures(
            "a/1.png", "a/1.PNG", "A/1.png", "files.csv/1.png", " test /1.png", "train/test/1.png"
        ),
    )
    data = prepare_unlabelled(source, tmp_path / "out", "resize=16").data
    rows = table(tmp_path / "out" / "files.csv")
    assert len({row["file_name"].casefold() for row in rows}) == len(data) == 6
    assert (tmp_path / "out" / "files.csv").is_file()
    again = read_unlabelled(tmp_path / "out")
    assert len(again) == 6
    pixels = dict(zip(again.sources, again.images.pixels, strict=True))
    for row, image in zip(rows, data.images.pixels, strict=True):
        assert np.array_equal(pixels[row["file_name"]], image)


def test_again_and_otherwise(photos, tmp_path):
    """The same call writes nothing; another one, and one of a changed source, is refused."""
    out = tmp_path / "out"
    assert not prepare_unlabelled(photos, out, "resize=16").kept
    assert prepare_unlabelled(photos, out, "resize=16", download=True).kept
    for change in ({"steps": "resize=8"}, {"limit": 2}, {"to": "arrays"}):
        with pytest.raises(UsageError, match="was prepared otherwise"):
            prepare_unlabelled(photos, out, **{"steps": "resize=16", **change})
    plant(photos, pictures("new.png"))
    with pytest.raises(UsageError, match="source differ"):
        prepare_unlabelled(photos, out, "resize=16")


def test_some_of_the_images(tmp_path):
    """``limit`` draws images by the seed; names of rows are numbers."""
    data = prepare_unlabelled("fashion-mnist-10k", tmp_path / "out", limit=12, seed=1).data
    assert len(data) == 12
    again = read_unlabelled(tmp_path / "out")
    assert again.sources == tuple(f"{source}.png" for source in data.sources)
    assert again.fingerprint == data.fingerprint


def test_nothing_is_left_where_nothing_can_be_read(photos, tmp_path):
    """An error of reading leaves no folder, and the source may not hold the destination."""
    with pytest.raises(DataError):
        prepare_unlabelled(plant(tmp_path / "t", pictures("test/1.png")), tmp_path / "out")
    assert not (tmp_path / "out").exists()
    with pytest.raises(UsageError, match="lies inside"):
        prepare_unlabelled(photos, photos / "out")
    with pytest.raises(UsageError):
        prepare_unlabelled(photos, tmp_path / "out", to="sheets")
