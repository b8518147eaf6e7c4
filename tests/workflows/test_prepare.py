"""``prepare``: the images it says, whole or not at all, from a source that is only read."""

import csv
import errno
import hashlib
import itertools
import shutil

import numpy as np
import pytest
import yaml
from PIL import Image

from tests.data.pictures import plant, ramp
from vistazo.data.decoding import decode
from vistazo.data.reading import read_images
from vistazo.errors import SetupError, UsageError
from vistazo.evaluation.protocol import Protocol
from vistazo.preprocessing.recipe import recipe_from_text
from vistazo.preprocessing.recipe.file import read_recipe
from vistazo.spreadsheets import quoted, unquoted
from vistazo.workflows import prepared_place
from vistazo.workflows.prepare import prepare
from vistazo.workflows.prepare_unlabelled import prepare_unlabelled


def pictures(n, seed=0, sides=(24, 40)):
    """Colour images of many sizes."""
    rng = np.random.default_rng(seed)
    for number in range(n):
        height, width = rng.integers(*sides, 2)
        yield np.roll(ramp(int(height), int(width)), number, axis=1)


@pytest.fixture
def photos(tmp_path):
    """12 images of two classes and many sizes."""
    names = [f"{label}/{number}.png" for label in ("cat", "dog") for number in range(6)]
    return plant(tmp_path / "photos", dict(zip(names, pictures(12), strict=True)))


def contents(folder):
    """The hash of every file below a folder, by its relative path."""
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def table(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def record(folder):
    return yaml.safe_load((folder / "prepare.yaml").read_text("utf-8"))


def test_every_image_of_every_class_is_prepared_in_its_own_size(photos, tmp_path):
    """With a resize among the steps, each file holds what the steps make of its source file."""
    steps = "crop,median=3,resize=16,equalise"
    before = contents(photos)
    prepared = prepare(photos, tmp_path / "out", steps)
    assert prepared.n_copies == 0
    assert {path.name for path in (tmp_path / "out").iterdir()} == {
        *("cat", "dog", "labels.csv", "prepare.yaml")
    }
    for source in photos.rglob("*.png"):
        native = decode(source.read_bytes()).pixels
        expected = recipe_from_text(steps).apply(native)
        written = np.asarray(Image.open(tmp_path / "out" / source.relative_to(photos)))
        assert np.array_equal(written, expected)
    assert contents(photos) == before


def test_resize_alone_is_reading_in_that_size(photos, tmp_path):
    """``resize=N`` gives the images that every other command sees with ``--size N``."""
    prepare(photos, tmp_path / "out", "resize=20")
    data, direct = read_images(tmp_path / "out"), read_images(photos, size=20)
    assert np.array_equal(data.images.pixels, direct.images.pixels)
    assert data.sources == direct.sources
    assert data.labels.tolist() == direct.labels.tolist()


def test_a_download_that_was_not_needed_changes_nothing(photos, tmp_path):
    """Data that are here are prepared alike, and told the same of, with ``download`` or without."""
    prepare(photos, tmp_path / "out", "resize=20", download=True)
    assert "download" not in record(tmp_path / "out")["reading"]
    assert prepare(photos, tmp_path / "out", "resize=20", download=False).kept


def test_without_resize_images_get_a_common_size_first(photos, tmp_path):
    """Steps that set no size are done on images read as everywhere, or in the size asked for."""
    prepare(photos, tmp_path / "common", "gaussian=2")
    blurred = recipe_from_text("gaussian=2").apply_to_all(read_images(photos).images.pixels)
    assert np.array_equal(read_images(tmp_path / "common").images.pixels, blurred)
    prepare(photos, tmp_path / "small", "pad=32,resize=10", size=24, fit="crop")
    cropped = read_images(photos, size=24, fit="crop").images.pixels
    expected = recipe_from_text("pad=32,resize=10").apply_to_all(cropped)
    assert np.array_equal(read_images(tmp_path / "small").images.pixels, expected)


@pytest.mark.parametrize("steps", ["resize=16", "grayscale,resize=16", "resize=16,canny"])
def test_gray_and_colour_together(steps, tmp_path):
    """Images of one data set have one number of channels: one where a step makes gray."""
    gray = ramp()[..., 0]
    source = plant(tmp_path / "in", {"a/1.png": ramp(), "a/2.png": gray, "b/1.png": ramp() // 2})
    prepare(source, tmp_path / "out", steps)
    channels = 3 if steps == "resize=16" else 1
    assert read_images(tmp_path / "out").images.image_shape == (16, 16, channels)
    modes = {Image.open(path).mode for path in (tmp_path / "out").rglob("*.png")}
    assert modes == {"RGB" if channels == 3 else "L"}


@pytest.mark.parametrize("steps", ["crop=99,resize=16", "crop=199"])
@pytest.mark.parametrize("unlabelled", [False, True])
def test_a_step_without_effect_is_told(photos, tmp_path, steps, unlabelled):
    """A crop larger than every image is noted, whether images have many sizes or one."""
    call = prepare_unlabelled if unlabelled else prepare
    (note,) = (note for note in call(photos, tmp_path / "out", steps).data.notes if "step" in note)
    assert note.startswith(f"The step crop:size={steps[5:].partition(',')[0]} changed no image")
    told = call(photos, tmp_path / "other", steps.replace("99", "9")).data.notes
    assert not [note for note in told if "step" in note]


def test_parts_stay(tmp_path):
    """Images of the parts train, validation and test stay in them, and in the table."""
    names = [
        f"{part}/{label}/{n}.png"
        for part in ("test", "train", "val")
        for label in "ab"
        for n in range(3)
    ]
    source = plant(tmp_path / "in", dict(zip(names, pictures(18), strict=True)))
    prepare(source, tmp_path / "out", "resize=16")
    data, before = read_images(tmp_path / "out"), read_images(source, size=16)
    assert sorted(path.name for path in (tmp_path / "out").iterdir() if path.is_dir()) == [
        *("test", "train", "validation")
    ]
    for part in ("train", "validation", "test"):
        own, old = data.take(data.rows(part)), before.take(before.rows(part))
        assert len(own) == 6
        assert np.array_equal(own.images.pixels, old.images.pixels)
        assert own.labels.tolist() == old.labels.tolist()
    parts = [row["split"] for row in table(tmp_path / "out" / "labels.csv")]
    assert parts == ["train"] * 6 + ["validation"] * 6 + ["test"] * 6


@pytest.mark.parametrize("given_parts", [False, True])
def test_arrays_are_the_images(given_parts, photos, tmp_path):
    """The NPZ file is read back as the same images, labels, classes, groups and parts."""
    if given_parts:
        for part in ("train", "test"):
            shutil.copytree(photos, tmp_path / "in" / part)
        photos = tmp_path / "in"
    prepare(photos, tmp_path / "arrays", "resize=16", to="arrays", copies=1)
    prepare(photos, tmp_path / "tree", "resize=16", copies=1)
    data, tree = read_images(tmp_path / "arrays" / "images.npz"), read_images(tmp_path / "tree")
    assert np.array_equal(data.images.pixels, tree.images.pixels)
    assert data.labels.tolist() == tree.labels.tolist()
    assert data.classes == tree.classes
    assert (data.split is None) == (tree.split is None) == (not given_parts)
    if given_parts:
        assert data.split.tolist() == tree.split.tolist()
        assert len(data.rows("test")) * 2 == len(data.rows("train")) == 24
    pairs = {tuple(pair) for pair in zip(data.images.groups, tree.images.groups, strict=True)}
    assert len(pairs) == len({a for a, _ in pairs}) == len({b for _, b in pairs})
    names = [row["file_name"] for row in table(tmp_path / "arrays" / "rows.csv")]
    assert names == [row["file_name"] for row in table(tmp_path / "tree" / "labels.csv")]


def test_scales(tmp_path):
    """Arrays are in [0, 1], in [−1, 1], or each channel of the training images has mean 0, sd 1."""
    pixels = np.random.default_rng(0).integers(0, 256, (40, 5, 6, 3)).astype(np.uint8)
    pixels[..., 2] = 77
    np.savez(
        tmp_path / "in.npz",
        images_train=pixels[:30], labels_train=np.arange(30) % 2,
        images_test=pixels[30:], labels_test=np.arange(10) % 2,
    )  # fmt: skip

    def arrays(scale):
        prepare(tmp_path / "in.npz", tmp_path / scale, to="arrays", scale=scale)
        return dict(np.load(tmp_path / scale / "images.npz"))

    assert np.array_equal(arrays("none")["images_train"], pixels[:30])
    unit, signed, standard = arrays("unit"), arrays("signed"), arrays("standard")
    assert {a["images_train"].dtype for a in (unit, signed, standard)} == {np.dtype(np.float32)}
    assert np.allclose(unit["images_test"], pixels[30:] / 255, atol=1e-7)
    assert np.allclose(signed["images_train"], pixels[:30] / 127.5 - 1, atol=1e-6)
    train = standard["images_train"].astype(float)
    assert np.allclose(train.mean(axis=(0, 1, 2)), 0, atol=1e-6)
    assert np.allclose(train.std(axis=(0, 1, 2)), [1, 1, 0], atol=1e-6)
    mean, sd = pixels[:30].mean(axis=(0, 1, 2)) / 255, pixels[:30].std(axis=(0, 1, 2)) / 255
    assert np.allclose(standard["mean"], mean)
    assert np.allclose(standard["sd"], sd)
    again = (pixels[30:, ..., :2] / 255 - mean[:2]) / sd[:2]
    assert np.allclose(standard["images_test"][..., :2], again, atol=1e-5)
    assert record(tmp_path / "standard")["mean"] == standard["mean"].tolist()
    assert np.array_equal(
        read_images(tmp_path / "unit" / "images.npz").images.pixels,
        read_images(tmp_path / "in.npz").images.pixels,
    )


def test_one_hot(photos, tmp_path):
    """Each row of the one-hot table has a single 1, under its label."""
    prepare(photos, tmp_path / "out", "resize=16", one_hot=True, copies=1)
    labels = table(tmp_path / "out" / "labels.csv")
    hot = table(tmp_path / "out" / "one_hot.csv")
    assert len(hot) == 24
    for row, other in zip(labels, hot, strict=True):
        assert other == {
            "file_name": row["file_name"],
            "cat": str(int(row["label"] == "cat")),
            "dog": str(int(row["label"] == "dog")),
        }


def test_copies_never_leave_their_parent(photos, tmp_path):
    """Each training image gets its copies; read again, no fold parts a copy from its parent."""
    prepared = prepare(photos, tmp_path / "out", "resize=24", copies=3, augmentation="rotation=20")
    rows = table(tmp_path / "out" / "labels.csv")
    assert prepared.n_copies == 36
    assert len(rows) == 48
    group_of = {row["file_name"]: row["group"] for row in rows}
    copies = [row for row in rows if row["parent"]]
    assert len(copies) == 36
    assert all(row["group"] == group_of[row["parent"]] for row in copies)
    assert len({row["group"] for row in rows}) == 12
    parents = {row["file_name"]: row["parent"] or row["file_name"] for row in rows}
    data = read_images(tmp_path / "out")
    for split in Protocol(folds=3).splits(data):
        sides = [{parents[data.sources[row]] for row in rows} for rows in (split.train, split.test)]
        assert not sides[0] & sides[1]


def test_copies_are_augmented_and_come_from_the_seed(photos, tmp_path):
    """Copies differ from their parent, each other and other seeds, and not from run to run."""

    def made(name, **options):
        prepare(photos, tmp_path / name, "resize=24", copies=2, augmentation="strong", **options)
        return contents(tmp_path / name)

    once = made("once")
    assert made("twice") == once
    images = {name: content for name, content in once.items() if name.endswith(".png")}
    assert len(set(images.values())) == 36
    other = made("other", seed=1)
    assert all((other[name] == once[name]) == ("copy" not in name) for name in images)
    few = made("few", limit=4)
    assert len(few) == 14
    assert all(few[name] == once[name] for name in few if name.endswith(".png"))


def test_copies_are_what_training_sees(photos, tmp_path):
    """A copy is the augmentation of its parent: an exact mirror where that is all there is."""
    prepare(photos, tmp_path / "out", "resize=24", copies=1, augmentation="flip_horizontal=1")
    for row in table(tmp_path / "out" / "labels.csv"):
        if row["parent"]:
            copy = np.asarray(Image.open(tmp_path / "out" / row["file_name"]))
            parent = np.asarray(Image.open(tmp_path / "out" / row["parent"]))
            assert np.array_equal(copy, parent[:, ::-1])


def test_groups_of_the_source_stay_with_copies(tmp_path):
    """Where the source has groups, copies join them."""
    pixels = np.random.default_rng(0).integers(0, 256, (8, 9, 9)).astype(np.uint8)
    groups = [0, 0, 1, 1, 2, 2, 3, 3]
    np.savez(tmp_path / "in.npz", images=pixels, labels=np.arange(8) % 2, groups=groups)
    prepare(tmp_path / "in.npz", tmp_path / "out", copies=1)
    found = [int(row["group"]) for row in table(tmp_path / "out" / "labels.csv")]
    assert found == np.repeat(groups, 2).tolist()


def test_no_two_images_get_one_name(tmp_path):
    """Sources that differ in ending, folder or capitals alone stay apart; so do odd classes."""
    files = (
        "a/1.png",
        "a/1.bmp",
        "a/deep/1.png",
        "a/1-2.png",
        "b/CON.png",
        "b/con.bmp",
        "b/x .png",
    )
    pixels = {name: np.full((9, 9), 20 * n, np.uint8) for n, name in enumerate(files)}
    source = tmp_path / "in"
    for name, plane in pixels.items():
        (source / name).parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(plane).save(source / name)
    prepare(source, tmp_path / "out")
    data = read_images(tmp_path / "out")
    assert len(data) == len({name.casefold() for name in data.sources}) == 7
    assert sorted(data.images.pixels[:, 0, 0, 0].tolist()) == [20 * n for n in range(7)]
    assert not any("CON." in name or "con." in name for name in data.sources)


def test_classes_that_are_no_folder_names(tmp_path):
    """Classes of any name get folders of their own, and keep their names in the table."""
    names = ["T-shirt/top", "T-shirt:top", "CON", ".hidden", "train", "ñandú", "a,b\n=1+1"]
    images = np.arange(14, dtype=np.uint8)[:, None, None] * np.ones((14, 9, 9), np.uint8)
    np.savez(tmp_path / "in.npz", images=images, labels=np.repeat(names, 2))
    prepare(tmp_path / "in.npz", tmp_path / "out", one_hot=True)
    data = read_images(tmp_path / "out")
    assert dict(
        zip(data.images.pixels[:, 0, 0, 0].tolist(), data.labels.tolist(), strict=True)
    ) == {n: names[n // 2] for n in range(14)}
    folders = record(tmp_path / "out")["folders"]
    assert set(folders) == set(names)
    assert len(set(folders.values())) == 7
    assert all((tmp_path / "out" / folder).is_dir() for folder in folders.values())


def test_classes_come_back_from_the_table(tmp_path):
    """Whatever a class is called, prepared images have it again, and no cell is a formula."""
    classes = ["=A1", "@b", "-cmd", "-1", "'=x", "a\0b", "ñ", " outer ", "a\rb", "labels.csv"]
    images = np.arange(20, dtype=np.uint8)[:, None, None] * np.ones((20, 9, 9), np.uint8)
    np.savez(tmp_path / "in.npz", images=images, labels=np.repeat(classes, 2))
    prepare(tmp_path / "in.npz", tmp_path / "out", one_hot=True)
    read = read_images(tmp_path / "out")
    assert set(read.labels.tolist()) == {name.strip() for name in classes}
    for name in ("labels.csv", "one_hot.csv"):
        with (tmp_path / "out" / name).open(encoding="utf-8", newline="") as file:
            for cell in itertools.chain.from_iterable(csv.reader(file)):
                assert "/" in cell or cell == quoted(unquoted(cell))
                assert not cell.startswith(("=", "+", "@"))


def test_what_was_left_out_is_recorded(photos, tmp_path):
    """A file that cannot be read is left out and listed; the record tells recipe and source."""
    (photos / "cat" / "broken.png").write_bytes(b"<html>")
    prepared = prepare(photos, tmp_path / "out", "resize=16")
    assert len(prepared.data.bad_files) == 1
    told = record(tmp_path / "out")
    assert [bad["path"] for bad in told["left_out"]] == ["cat/broken.png"]
    assert told["left_out"][0]["code"] == "E-IMG-FORMAT"
    assert told["source"]["n_images"] == 12
    assert told["source"]["fingerprint"] == prepared.data.fingerprint
    assert told["steps"] == [{"resize": {"size": 16, "fit": "pad"}}]


def test_the_record_is_a_recipe(photos, tmp_path):
    """Preparing by the record of a data set does the same again."""
    steps = "crop=20x30,rotate=3,resize=16,clahe=3:tiles=2"
    prepare(photos, tmp_path / "out", steps)
    again = read_recipe(tmp_path / "out" / "prepare.yaml")
    assert again == recipe_from_text(steps)
    prepare(photos, tmp_path / "again", again)
    assert contents(tmp_path / "again") == contents(tmp_path / "out")


@pytest.mark.parametrize("to", ["folders", "arrays"])
def test_twice_is_the_same_bytes(to, photos, tmp_path, monkeypatch):
    """Two runs write the same bytes, whether images were decoded anew or kept."""
    prepare(photos, tmp_path / "one", "resize=16", to=to, one_hot=True)
    prepare(photos, tmp_path / "two", "resize=16", to=to, one_hot=True)
    monkeypatch.setenv("VISTAZO_CACHE", "off")
    prepare(photos, tmp_path / "three", "resize=16", to=to, one_hot=True)
    assert contents(tmp_path / "one") == contents(tmp_path / "two") == contents(tmp_path / "three")


def test_jpeg(photos, tmp_path):
    """JPEG files differ little from the images, and lie under the same names."""
    prepare(photos, tmp_path / "out", "resize=24", image_format="jpeg")
    data, exact = read_images(tmp_path / "out"), read_images(photos, size=24)
    assert {path.suffix for path in (tmp_path / "out" / "cat").iterdir()} == {".jpg"}
    difference = np.abs(data.images.pixels.astype(int) - exact.images.pixels)
    assert difference.mean() < 5


def test_a_destination_is_new_empty_or_the_same(photos, tmp_path):
    """What is there already is kept where it is the same, and else left alone."""
    out = tmp_path / "out"
    out.mkdir()
    assert not prepare(photos, out, "resize=16").kept
    before = contents(out)
    assert prepare(photos, out, "resize=16").kept
    for other in (
        {"steps": "resize=8"},
        {"copies": 1},
        {"to": "arrays"},
        {"classes": ["dog", "cat"]},
    ):
        with pytest.raises(UsageError, match="E-OUT-EXISTS"):
            prepare(photos, out, **{"steps": "resize=16", **other})
    Image.fromarray(ramp()).save(photos / "cat" / "new.png")
    with pytest.raises(UsageError, match=r"source.*E-OUT-EXISTS"):
        prepare(photos, out, "resize=16")
    assert contents(out) == before
    (tmp_path / "file").write_text("mine")
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "file").write_text("mine")
    for taken in ("file", "mine"):
        with pytest.raises(UsageError, match="E-OUT-EXISTS"):
            prepare(photos, tmp_path / taken, "resize=16")


def test_a_damaged_result_is_not_kept(photos, tmp_path):
    """A file that is missing or changed is told; what a desktop leaves beside them is not."""
    out = tmp_path / "out"
    prepare(photos, out, "resize=16")
    (out / "cat" / ".DS_Store").write_text("mine")
    assert prepare(photos, out, "resize=16").kept
    image = out / "cat" / "0.png"
    for damage in (lambda: image.write_bytes(b"x"), image.unlink):
        damage()
        with pytest.raises(UsageError, match=r"no longer what was written.*E-OUT-EXISTS"):
            prepare(photos, out, "resize=16")


def test_two_at_once_are_told(photos, tmp_path):
    """The second of two that write one folder finds the first one's, and changes nothing."""
    out = tmp_path / "out"

    def meanwhile(done, total):
        if done == total and not out.exists():
            (out / "cat").mkdir(parents=True)

    with pytest.raises(UsageError, match=r"while this command ran.*E-OUT-EXISTS"):
        prepare(photos, out, "resize=16", on_write=meanwhile)
    assert [path.name for path in tmp_path.iterdir() if path != photos] == ["out"]


def test_copies_have_a_bound(photos, tmp_path):
    """More copies than anybody means are refused before anything is read."""
    with pytest.raises(UsageError, match=r"copies.*1000"):
        prepare(tmp_path / "nowhere", tmp_path / "out", copies=3_000_000)


def test_a_destination_inside_the_source_is_refused(photos, tmp_path):
    """The source is only read: nothing is made in it, through a link neither."""
    (tmp_path / "link").symlink_to(photos)
    for inside in (photos, photos / "out", photos / "cat" / "out", tmp_path / "link" / "out"):
        with pytest.raises(UsageError, match="E-OUT-INSIDE"):
            prepare(photos, inside, "resize=16")
    assert len(contents(photos)) == 12


def test_a_destination_among_listed_images_is_refused(photos, tmp_path):
    """The folder of all images that a table lists is a source, wherever the table is."""
    rows = [f"photos/{name},{name[:3]}" for name in contents(photos)]
    (tmp_path / "t.csv").write_text("\n".join(["path,label", *rows]))
    (photos / "t.csv").write_text("\n".join(["path,label", *rows]).replace("photos/", ""))
    for call in (prepare, prepare_unlabelled):
        for source in (tmp_path, photos):
            with pytest.raises(UsageError, match=r"photos.*E-OUT-INSIDE"):
                call(source / "t.csv", photos / "out")
            call(source / "t.csv", tmp_path / f"{call.__name__}-{source.name}")


@pytest.mark.parametrize(
    ("failure", "caught", "code"),
    [
        (OSError(errno.ENOSPC, "No space left on device"), SetupError, "E-DISK"),
        (OSError(errno.EACCES, "Permission denied"), SetupError, "E-OUT-WRITE"),
        (KeyboardInterrupt(), KeyboardInterrupt, None),
    ],
)
def test_what_fails_half_way_leaves_nothing(failure, caught, code, photos, tmp_path, monkeypatch):
    """A full disk or Ctrl-C in the middle leaves neither the folder nor a part of it."""
    written = []
    save = Image.Image.save

    def failing(image, path, *arguments, **options):
        if len(written) == 5:
            raise failure
        written.append(path)
        save(image, path, *arguments, **options)

    monkeypatch.setattr(Image.Image, "save", failing)
    before = contents(tmp_path)
    with pytest.raises(caught, match=code):
        prepare(photos, tmp_path / "out", "resize=16")
    assert len(written) == 5
    assert contents(tmp_path) == before
    assert {path.name for path in tmp_path.iterdir()} == {"photos"}


def test_too_little_room_is_told_before_writing(photos, tmp_path, monkeypatch):
    """Where the images would not fit, nothing is begun."""
    usage = type("Usage", (), {"free": 3_000_000, "total": 9_000_000})
    monkeypatch.setattr(prepared_place.shutil, "disk_usage", lambda place: usage)
    with pytest.raises(SetupError, match=r"only 3 MB.*E-DISK"):
        prepare(photos, tmp_path / "out", "resize=16")
    assert {path.name for path in tmp_path.iterdir()} == {"photos"}


def test_progress_counts_to_the_end(photos, tmp_path):
    """Both listeners are told how many images are done, up to all."""
    read, written = [], []
    prepare(
        photos,
        tmp_path / "out",
        "resize=16",
        copies=1,
        on_read=lambda *state: read.append(state),
        on_write=lambda *state: written.append(state),
    )
    assert read[-1] == (12, 12)
    assert written[-1] == (24, 24)
    assert written == sorted(written)
