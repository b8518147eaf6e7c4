"""read_unlabelled: every image but those of the test part, and no label is needed."""

import os
import unicodedata

import numpy as np
import pytest

from tests.data.packing import KINDS, pack
from tests.data.pictures import encode, plant, ramp
from vistazo.data import unlabelled_images
from vistazo.data.reading import read_images
from vistazo.data.unlabelled import read_unlabelled
from vistazo.errors import DataError, UsageError


def flat(value):
    """A gray picture whose value says which one it is."""
    return np.full((16, 16), value, np.uint8)


def values(data):
    """The value of each flat picture, in order."""
    return data.images.pixels[:, 0, 0, 0].tolist()


def refused(path, **options):
    with pytest.raises(DataError) as caught:
        read_unlabelled(path, **options)
    return caught.value


@pytest.fixture
def photos(tmp_path):
    """Images at every depth, and everything that a folder may have besides."""
    return plant(
        tmp_path / "photos",
        {
            "loose.png": flat(1),
            "cat/1.png": flat(2),
            "cat/deep/deeper/1.png": flat(3),
            "dog/no ending": flat(4),
            "notes.txt": b"hello",
            ".hidden/1.png": flat(9),
            "__MACOSX/1.png": flat(9),
        },
    )


def test_images_at_any_depth(photos):
    """Images of all folders are read in the order of a walk; hidden files are not."""
    (photos / "link").symlink_to(photos / "cat")
    data = read_unlabelled(photos)
    assert values(data) == [1, 2, 3, 4]
    assert data.sources == ("loose.png", "cat/1.png", "cat/deep/deeper/1.png", "dog/no ending")
    assert data.name == "photos"
    assert data.bad_files == ()
    assert [note[:12] for note in data.notes] == ["1 other file", "1 link to a "]
    assert data.images.groups is None
    assert data.images.validation is None


def test_pixels_are_those_of_read_images(tmp_path):
    """The same files give the same pixels, facts and policy with labels and without."""
    files = {f"{label}/{n}.png": np.roll(ramp(20 + n, 30), n) for label in "ab" for n in range(3)}
    folder = plant(tmp_path / "pets", files)
    for options in ({}, {"size": 12, "fit": "crop", "channels": 1}, {"size": (9, 14)}):
        data, labelled = read_unlabelled(folder, **options), read_images(folder, **options)
        assert np.array_equal(data.images.pixels, labelled.images.pixels)
        assert np.array_equal(data.images.facts, labelled.images.facts, equal_nan=True)
        assert data.sources == labelled.sources
        assert data.policy == labelled.policy
        assert data.images.fit == labelled.images.fit


@pytest.mark.parametrize("kind", KINDS)
def test_an_archive_is_the_folder(photos, kind):
    """A zip or tar gives what its folder gives, whatever order it was packed in."""
    plant(photos, {"test/1.png": flat(8), "labels.csv": b"path,split\nloose.png,test\n"})
    folder = read_unlabelled(photos)
    packed = pack(photos, kind, order=lambda path: path.name[::-1])
    archive = read_unlabelled(packed, name="photos")
    assert archive.fingerprint == folder.fingerprint
    assert archive.sources == folder.sources
    assert archive.notes == folder.notes
    assert values(archive) == [2, 3, 4]


def test_one_image_is_enough(tmp_path):
    """A single image is read, from a folder, an archive and an array."""
    folder = plant(tmp_path / "one", {"1.png": flat(5)})
    np.save(tmp_path / "one.npy", flat(5)[None])
    for place in (folder, pack(folder, "zip"), tmp_path / "one.npy"):
        assert values(read_unlabelled(place)) == [5]


def test_folders_of_the_test_part_are_left_out_unopened(tmp_path):
    """Nothing below a folder ``test`` is read, at any depth; a class of that name is."""
    folder = plant(
        tmp_path / "parts",
        {
            "train/cat/1.png": flat(1),
            "train/test/1.png": flat(2),
            "val/1.png": flat(3),
            "unlabelled/1.png": flat(4),
            "test/cat/1.png": encode(ramp()),  # would make all of them colour
            "testing/train/1.png": b"broken",
            "site/TEST/1.png": flat(9),
        },
    )
    data = read_unlabelled(folder)
    assert sorted(values(data)) == [1, 2, 3, 4]
    assert data.images.shape == (4, 16, 16, 1)
    assert data.notes[0].startswith("3 images of the test part were left out")
    assert data.bad_files == ()


def test_other_names_of_test_files_are_left_out(tmp_path):
    """A link to a test image, soft or hard, is a test image."""
    folder = plant(tmp_path / "in", {"train/1.png": flat(1), "test/1.png": flat(2)})
    (folder / "train" / "soft.png").symlink_to(folder / "test" / "1.png")
    os.link(folder / "test" / "1.png", folder / "train" / "hard.png")
    data = read_unlabelled(folder)
    assert data.sources == ("train/1.png",)
    assert data.notes[0].startswith("3 images of the test part")


def test_a_table_in_a_folder_tells_its_test_images(tmp_path):
    """What ``labels.csv`` lists as test is left out, wherever the table lies; the rest is read."""
    folder = plant(tmp_path / "in", {f"a/{n}.png": flat(n) for n in range(4)})
    plant(folder, {"b/c/7.png": flat(7), "b/c/8.png": flat(8)})
    (folder / "labels.csv").write_text("path,label,split\na/1.png,,Test\na/2.png,x,train\n")
    (folder / "b" / "metadata.csv").write_text("file_name;part\nc/8.png;testing\n")
    assert values(read_unlabelled(folder)) == [0, 2, 3, 7]
    (folder / "labels.csv").write_text("path,label\na/1.png,x\n")
    assert values(read_unlabelled(folder)) == [0, 1, 2, 3, 7]


def test_accents_and_capitals_hide_no_test_image(tmp_path):
    """A table may spell a name otherwise than the disk does."""
    name = unicodedata.normalize("NFD", "Ñandú.png")
    folder = plant(tmp_path / "in", {name: flat(1), "b.png": flat(2)})
    text = f"path,split\n{unicodedata.normalize('NFC', name).lower()},test\n"
    (folder / "labels.csv").write_text(text, encoding="utf-8")
    assert values(read_unlabelled(folder)) == [2]


def test_a_table_is_read_by_what_it_lists(tmp_path):
    """Its files, each once, in order, but its test files; labels may be missing or odd."""
    folder = plant(tmp_path / "in", {f"{n}.png": flat(n) for n in range(6)})
    plant(folder, {"test/6.png": flat(6)})
    table = folder / "mine.csv"
    table.write_text(
        "file_name,label,split\n3.png,,train\n0.png,a,val\n3.png,b,train\n5.png,,test\n"
        "4.png,,train\n4.png,,test\ntest/6.png,a,train\n"
    )
    data = read_unlabelled(table)
    assert data.sources == ("3.png", "0.png")
    assert data.notes[0].startswith("3 images of the test part")
    table.write_text("image\n2.png\n1.png\n")
    assert values(read_unlabelled(table)) == [2, 1]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("path,split\n1.png,hold-out\n", "E-DATA-SPLIT"),
        ("path,split\n1.png,\n", "E-LABEL-MISSING"),
        ("path,split\n1.png,train,x\n", "E-CSV-ROW"),
        ("path,split\n../1.png,test\n", "E-CSV-PATH"),
        ("path,split,part\n1.png,test,train\n", "E-TABLE-COLUMN"),
    ],
)
def test_a_table_that_may_hide_test_images_is_refused(tmp_path, text, code):
    """Where it is in doubt which images are for the test, none is read: given or in a folder."""
    folder = plant(tmp_path / "in", {"1.png": flat(1)})
    (folder / "labels.csv").write_text(text)
    for place in (folder, folder / "labels.csv", pack(folder, "zip")):
        assert refused(place).code == code


def test_tables_without_files_or_rows(tmp_path):
    """A table that lists no files is E-TABLE-COLUMN, one without rows E-DATA-EMPTY."""
    (tmp_path / "a.csv").write_text("label,split\nx,train\n")
    assert refused(tmp_path / "a.csv").code == "E-TABLE-COLUMN"
    (tmp_path / "b.csv").write_text("path,label\n")
    assert refused(tmp_path / "b.csv").code == "E-DATA-EMPTY"


IMAGES = np.arange(5 * 8 * 8, dtype=np.uint8).reshape(5, 8, 8)


@pytest.mark.parametrize("name", ["images", "X", "anything"])
def test_arrays_without_labels(tmp_path, name):
    """An array of images is read from NPZ and NPY, with other arrays beside it or none."""
    np.savez(tmp_path / "a.npz", **{name: IMAGES})
    np.save(tmp_path / f"{name}.npy", IMAGES)
    for place in (tmp_path / "a.npz", tmp_path / f"{name}.npy"):
        data = read_unlabelled(place)
        assert np.array_equal(data.images.pixels[..., 0], IMAGES)
        assert data.sources == tuple("01234")
    np.savez(tmp_path / "b.npz", images=IMAGES, labels=[["broken"]], extra=np.zeros(3))
    assert np.array_equal(read_unlabelled(tmp_path / "b.npz").images.pixels[..., 0], IMAGES)


def test_test_arrays_are_left_out(tmp_path):
    """``x_test`` is not read; training and validation images are joined in that order."""
    parts = {"x_val": IMAGES[3:], "x_test": IMAGES[:2] + 100, "x_train": IMAGES[:3]}
    np.savez(tmp_path / "a.npz", **parts, y_train=[0, 1, 1])
    for name, array in parts.items():
        np.save(tmp_path / f"{name}.npy", array)
    for place in (tmp_path / "a.npz", tmp_path):
        data = read_unlabelled(place)
        assert np.array_equal(data.images.pixels[..., 0], IMAGES)
        assert data.notes == unlabelled_images.notes_on_test(2)


def test_options_of_arrays(tmp_path):
    """Size, channels and the shape of flat rows are what was asked for; files have no shape."""
    np.save(tmp_path / "x.npy", IMAGES.reshape(5, 64))
    data = read_unlabelled(tmp_path / "x.npy", shape=(4, 16), size=(8, 8), channels=3)
    assert data.images.shape == (5, 8, 8, 3)
    assert data.policy.size == (8, 8)
    folder = plant(tmp_path / "in", {"1.png": flat(1)})
    with pytest.raises(UsageError, match="shape"):
        read_unlabelled(folder, shape=(4, 4))


def test_what_read_images_reads_loses_its_labels(tmp_path):
    """Other formats, and names, give the rows that are not of the test part."""
    rows = [["label", "split", *(f"p{n}" for n in range(100))]]
    for n, row in enumerate(["a train", "a test", "b train", "b test", "a val"]):
        rows.append([*row.split(), *[str(n)] * 100])
    (tmp_path / "p.csv").write_text("\n".join(",".join(row) for row in rows))
    data = read_unlabelled(tmp_path / "p.csv")
    assert values(data) == [0, 2, 4]
    assert data.notes[-1].startswith("2 images of the test part")
    named = read_unlabelled("fashion-mnist-10k")
    labelled = read_images("fashion-mnist-10k")
    assert np.array_equal(named.images.pixels, labelled.images.pixels)
    assert named.sources == labelled.sources


@pytest.mark.parametrize("kind", ["folder", "zip", "npz"])
def test_nothing_but_test_images(tmp_path, kind):
    """Where all images are of the test part, none is read, and that is told."""
    folder = plant(tmp_path / "in", {"test/1.png": flat(1), "test/2.png": flat(2)})
    np.savez(tmp_path / "in.npz", x_test=IMAGES[:2])
    place = {"folder": folder, "zip": pack(folder, "zip"), "npz": tmp_path / "in.npz"}[kind]
    error = refused(place)
    assert error.code == "E-DATA-EMPTY"
    assert "(2)" in error.what
    assert len(read_unlabelled(folder / "test")) == 2  # who names it means it


def test_places_without_images(tmp_path):
    """Nothing, other files, and arrays that are none: each is told as what it is."""
    (tmp_path / "empty").mkdir()
    assert refused(tmp_path / "empty").code == "E-DATA-EMPTY"
    error = refused(plant(tmp_path / "texts", {"a.txt": b"text"}))
    assert error.code == "E-DATA-EMPTY"
    assert "1 file (.txt)" in error.what
    assert refused(pack(tmp_path / "texts", "tar")).code == "E-DATA-EMPTY"
    assert refused(tmp_path / "nothing").code == "E-DATA-PATH"
    assert refused(tmp_path / "texts" / "a.txt").code == "E-DATA-FORMAT"
    np.savez(tmp_path / "two.npz", a=IMAGES, b=IMAGES)
    assert refused(tmp_path / "two.npz").code == "E-ARRAY-NAMES"
    np.savez(tmp_path / "none.npz", images=IMAGES[:0])
    assert refused(tmp_path / "none.npz").code == "E-DATA-EMPTY"
    np.save(tmp_path / "flat.npy", np.zeros(3))
    assert refused(tmp_path / "flat.npy").code == "E-ARRAY-SHAPE"


def test_two_kinds_in_one_folder(tmp_path):
    """A folder with image files and arrays of images is refused, naming both."""
    np.save(plant(tmp_path, {"1.png": flat(1)}) / "images.npy", IMAGES)
    error = refused(tmp_path)
    assert error.code == "E-DATA-AMBIGUOUS"
    assert "images, npy" in error.what


def test_bad_files_are_told(tmp_path):
    """Up to 5 % of the files may be bad, and are listed; more are E-DATA-BAD."""
    folder = plant(tmp_path / "in", {f"{n:03d}.png": flat(n) for n in range(60)})
    plant(folder, {"x/1.png": b"broken", "x/2.png": encode(flat(1))[:40]})
    data = read_unlabelled(folder)
    assert len(data) == 60
    assert [bad.path for bad in data.bad_files] == ["x/1.png", "x/2.png"]
    plant(folder, {f"y/{n}.png": b"broken" for n in range(9)})
    assert refused(folder).code == "E-DATA-BAD"


def test_listed_files_that_are_not_there(tmp_path):
    """A file that a table lists and that is not there is a bad file."""
    folder = plant(tmp_path / "in", {f"{n}.png": flat(n) for n in range(3)})
    (folder / "t.csv").write_text("path\n0.png\n1.png\n2.png\nno.png\n")
    data = read_unlabelled(folder / "t.csv")
    assert [(bad.path, bad.code) for bad in data.bad_files] == [("no.png", "E-IMG-READ")]


def test_progress_is_told(photos):
    """The listener hears of every file."""
    told = []
    read_unlabelled(photos, size=9, progress=lambda done, total: told.append((done, total)))
    assert told[-1] == (4, 4)


def test_the_fingerprint_is_of_the_pixels(photos, tmp_path):
    """Equal pixels have one fingerprint wherever they come from; one other pixel changes it."""
    data = read_unlabelled(photos)
    np.save(tmp_path / "x.npy", data.images.pixels)
    assert read_unlabelled(tmp_path / "x.npy").fingerprint == data.fingerprint
    plant(photos, {"loose.png": flat(0)})
    assert read_unlabelled(photos).fingerprint != data.fingerprint


def test_limited_subsets_are_nested_and_in_order():
    """Fewer images are among more, in the order of the source."""
    data = read_unlabelled("fashion-mnist-10k")
    few, more = data.limited(20, seed=3), data.limited(50, seed=3)
    assert set(few.sources) < set(more.sources)
    assert list(more.sources) == sorted(more.sources)
    assert np.array_equal(few.images.pixels[0], data.images.pixels[int(few.sources[0])])
    assert data.limited(10_000) is data
    assert few.sources != data.limited(20, seed=4).sources


def test_a_pipe_called_like_a_table_is_not_opened(photos):
    """A pipe named ``labels.csv`` is left alone."""
    os.mkfifo(photos / "labels.csv")
    assert len(read_unlabelled(photos)) == 4
