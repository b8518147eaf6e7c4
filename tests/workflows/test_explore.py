"""Looking at images before training: what is computed, where it goes, what is left alone."""

import errno
import json
import os

import numpy as np
import pytest

from tests.conftest import stripes
from tests.workflows._shapes import frame, plus, ring, shapes, tee
from vistazo.cli.main import main
from vistazo.data.arrays import from_arrays
from vistazo.data.dataset import ImageDataset, row_sources
from vistazo.data.images import plain
from vistazo.data.stratified_rows import stratified_rows
from vistazo.errors import DataError, SetupError, UsageError
from vistazo.i18n import current_language
from vistazo.workflows.exploration_place import page_at
from vistazo.workflows.explore import explore
from vistazo.workflows.label_safety import label_safety


def exchanges(drawn):
    """Return the pairs of classes found, by change."""
    data = shapes(drawn)
    results = label_safety(data).results
    return {
        result.name: {
            frozenset((data.classes[pair.one], data.classes[pair.other]))
            for pair in result.effect.exchanges
        }
        for result in results
        if result.effect.exchanges
    }


def test_an_upside_down_class_is_found():
    """Where one class is another upside down, this and the half turn are named, nothing else."""
    found = exchanges({"up": tee(), "down": tee()[::-1], "ring": ring()})
    pair = frozenset(("up", "down"))
    assert found.pop("flip_vertical") == {pair}
    assert found.pop("half_turn") == {pair}
    assert found == {}


def test_a_quarter_turned_class_is_found():
    """Where one class is another turned by 90°, both quarter turns are named."""
    found = exchanges({"up": tee(), "side": np.rot90(tee()), "ring": ring()})
    pair = frozenset(("up", "side"))
    assert found == {"quarter_turn_left": {pair}, "quarter_turn_right": {pair}}


def test_symmetric_classes_are_silent():
    """Where every class is its own mirror image, nothing is named, and accuracy stays."""
    data = shapes({"ring": ring(), "plus": plus(), "frame": frame()})
    for result in label_safety(data).results:
        assert not result.effect.exchanges
        if result.name.startswith(("flip", "half", "quarter")):
            assert result.effect.after.value > 0.9


def test_examples_are_images_of_the_class_and_their_nearest():
    """Each example is an image of the first class, changed, beside one of the other class."""
    data = shapes({"up": tee(), "down": tee()[::-1], "ring": ring()})
    label_of = dict(zip(data.sources, data.labels.tolist(), strict=True))
    (result,) = [r for r in label_safety(data).results if r.name == "flip_vertical"]
    (pair,), (examples,) = result.effect.exchanges, result.examples
    assert examples
    for moved in examples:
        assert label_of[moved.source] == data.classes[pair.one]
        assert label_of[moved.nearest_source] == data.classes[pair.other]
        np.testing.assert_array_equal(moved.after, moved.before[::-1])


def test_classes_too_small_to_be_judged_are_left_out():
    """Classes of which half the images cannot be enough are not fitted on, nor named."""
    data = shapes({"up": tee(), "down": tee()[::-1], "ring": ring()})
    few = np.flatnonzero(data.labels == "ring")[:19]
    rest = np.flatnonzero(data.labels != "ring")
    safety = label_safety(data.take(np.sort(np.concatenate([few, rest]))))
    assert (safety.n_fitted, safety.n_held_out) == (40, 40)
    assert label_safety(data.take(np.sort(np.concatenate([few, rest[:19]])))) is None


def test_images_that_are_not_square_have_no_quarter_turns():
    """Only changes that keep the shape are tried."""
    pixels, labels = stripes()
    data = ImageDataset(
        "wide",
        plain(np.ascontiguousarray(pixels[:, :12])),
        labels,
        ("across", "down", "flat"),
        row_sources(len(labels)),
    )
    names = [result.name for result in label_safety(data).results]
    assert "half_turn" in names
    assert not [name for name in names if "quarter" in name]


@pytest.fixture(scope="module")
def explored(tmp_path_factory):
    """A data set with a test part of which one class has nothing else, and its numbers."""
    pixels, labels = stripes()
    split = np.array(["train"] * 40 + ["validation"] * 10 + ["test"] * 10)
    labels = labels.astype("<U12")
    labels[50] = "only-test"
    classes = ("across", "down", "flat", "only-test")
    data = ImageDataset("parts", plain(pixels), labels, classes, row_sources(60), split)
    page = explore(data, out=tmp_path_factory.mktemp("x") / "p.html")
    return data, page, json.loads(page.with_suffix(".json").read_text("utf-8"))


def test_test_images_are_counted_and_not_looked_at(explored):
    """Test images are in the counts, and no name, pixel or point of theirs is anywhere else."""
    data, page, numbers = explored
    assert numbers["counts"]["test"] == [3, 3, 3, 1]
    assert numbers["counts"]["all"] == [20, 20, 19, 1]
    assert numbers["dataset"]["n_shown"] == 50
    points = {point["image"] for point in numbers["projection"]["points"]}
    test = {source for source, part in zip(data.sources, data.split, strict=True) if part == "test"}
    assert points.isdisjoint(test)
    html = page.read_text("utf-8")
    assert not [source for source in test if f'title="{source}"' in html]
    unit = data.images.pixels[:50] / 255
    assert numbers["pixels"]["overall"]["channels"][0]["mean"] == pytest.approx(unit.mean())
    assert numbers["pixels"]["by_class"][3] is None


def test_the_numbers_say_what_was_computed(explored):
    """The JSON file holds the facts of the data set, HOG's coverage and PCA."""
    data, _page, numbers = explored
    assert numbers["schema"] == "vistazo.exploration/1"
    assert numbers["dataset"]["fingerprint"] == data.fingerprint
    assert numbers["hog"]["outside"] == pytest.approx(1 - 16**2 / 20**2)
    assert numbers["hog"]["cells_using_all"] == [2, 4, 5, 10]
    assert len(numbers["projection"]["points"]) == 50
    assert sum(numbers["projection"]["explained_variance"]) <= 1 + 1e-9


def test_the_same_seed_gives_the_same_page(toy, tmp_path):
    """Two pages of one seed are the same bytes, with as many threads as there are."""
    first = explore(toy, out=tmp_path / "a.html", seed=3)
    again = explore(toy, out=tmp_path / "b.html", seed=3)
    assert first.read_bytes() == again.read_bytes()
    assert first.with_suffix(".json").read_bytes() == again.with_suffix(".json").read_bytes()


def test_another_set_is_never_overwritten(toy, tmp_path):
    """A page of the same images is replaced; other images, or foreign files, are refused."""
    page = explore(toy, out=tmp_path / "a.html")
    page.write_text("old")
    assert explore(toy, out=page) == page
    before = page.read_bytes()
    assert before != b"old"
    for path in ("a.html", "b.html", "folder"):
        (tmp_path / "b.json").write_text('{"mine": 1}')
        (tmp_path / "folder").mkdir(exist_ok=True)
        (tmp_path / "folder" / "explore.html").write_text("mine")
        with pytest.raises(UsageError) as refused:
            explore(toy.take(np.arange(50)), out=tmp_path / path)
        assert refused.value.code == "E-RUN-OTHER"
    assert page.read_bytes() == before
    assert (tmp_path / "b.json").read_text() == '{"mine": 1}'


def test_a_full_disk_leaves_the_old_page_with_its_numbers(toy, tmp_path, monkeypatch):
    """Where the page finds no room, its numbers stay those of the page that is there."""
    page = explore(toy, out=tmp_path / "a.html")
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    n_page, flush = len(before["a.html"]), os.fsync

    def full(handle):
        if os.fstat(handle).st_size >= 0.9 * n_page:
            raise OSError(errno.ENOSPC, "No space left on device")
        flush(handle)

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(SetupError) as refused:
        explore(toy, out=page, seed=1)
    assert refused.value.code == "E-DISK"
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_a_file_that_is_no_page_is_refused(toy, tmp_path):
    """The name of another kind of file is refused; a folder may be called anything."""
    for name in ("look.txt", "look.json"):
        with pytest.raises(UsageError) as refused:
            explore(toy, out=tmp_path / name)
        assert refused.value.code == "E-EXPLORE-OUT"
    assert not list(tmp_path.iterdir())
    (tmp_path / "my.photos").mkdir()
    for name in ("my.photos", "v1.2", "look"):
        assert page_at(tmp_path / name) == tmp_path / name / "explore.html"
    assert page_at(tmp_path / "look.HTML") == tmp_path / "look.HTML"


def test_the_usual_place_is_numbered_for_other_images(toy, tmp_path, monkeypatch):
    """Without a place it is runs/explore/NAME, and NAME-2 for other images of that name."""
    monkeypatch.chdir(tmp_path)
    other = toy.take(np.arange(45))
    places = [explore(data) for data in (toy, other, toy, other)]
    assert [place.parent.as_posix() for place in places] == [
        "runs/explore/toy",
        "runs/explore/toy-2",
        "runs/explore/toy",
        "runs/explore/toy-2",
    ]


def test_language_is_that_of_the_page_alone(toy, tmp_path):
    """The page is written in the language asked for, and the one in force stays."""
    page = explore(toy, out=tmp_path / "a.html", language="es")
    assert '<html lang="es">' in page.read_text("utf-8")
    assert current_language() == "en"


def test_features_are_chosen_by_name(toy, tmp_path):
    """Each name of the catalogue is projected; another is refused with the nearest."""
    for name, n_features in (("hog", 36), ("color-histogram", 16), ("pixels", 400)):
        page = explore(toy, out=tmp_path / f"{name}.html", features=name)
        projection = json.loads(page.with_suffix(".json").read_text("utf-8"))["projection"]
        assert (projection["features"], projection["n_features"]) == (name, n_features)
    with pytest.raises(UsageError, match="'pixels'"):
        explore(toy, out=tmp_path / "x.html", features="pixel")


def test_images_smaller_than_a_block_are_projected_by_pixels(tmp_path):
    """Where HOG's block does not fit, pixels are shown; HOG that was asked for is refused."""
    pixels, labels = stripes(side=10)
    data = from_arrays(pixels, labels, name="small")
    page = explore(data, out=tmp_path / "a.html")
    assert json.loads(page.with_suffix(".json").read_text("utf-8"))["projection"]["features"] == (
        "pixels"
    )
    with pytest.raises(DataError) as refused:
        explore(data, out=tmp_path / "b.html", features="hog")
    assert refused.value.code == "E-IMG-SMALL"


def test_images_without_any_difference_have_a_page(tmp_path):
    """Images that are all black, and too few to fit anything on, can still be looked at."""
    data = from_arrays(np.zeros((4, 4, 4), np.uint8), list("abab"), name="black")
    page = explore(data, out=tmp_path / "a.html")
    numbers = json.loads(page.with_suffix(".json").read_text("utf-8"))
    assert numbers["projection"] is None
    assert numbers["label_safety"] is None


def test_the_command_prints_the_page_and_says_what_it_does(tmp_path, monkeypatch, capsys):
    """The verb prints the path alone, and each step beside it; a typo is found before reading."""
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SystemExit) as done:
        main(["explore", "fashion-mnist-10k", "--limit", "60", "--out", "look.html"])
    out, err = capsys.readouterr()
    assert (done.value.code, out) == (0, "look.html\n")
    assert "PCA and t-SNE of 60 images …" in err
    with pytest.raises(SystemExit) as refused:
        main(["explore", "no-such-data", "--features", "hig"])
    assert refused.value.code == 2
    assert "'hog'" in capsys.readouterr().err


def test_some_rows_hold_every_class_by_its_share():
    """Chosen rows are distinct and ascending, nested, and of each class its share, within one."""
    codes = np.array([0] * 70 + [1] * 25 + [2] * 5)
    fewer, more = stratified_rows(codes, 20, 1), stratified_rows(codes, 40, 1)
    assert set(fewer) <= set(more)
    assert np.all(np.diff(more) > 0)
    assert len(more) == 40
    assert np.abs(np.bincount(codes[more]) - 0.4 * np.bincount(codes)).max() <= 1
    np.testing.assert_array_equal(stratified_rows(codes, 500, 0), np.arange(100))
