"""read_images: finding the format, and saying what is there where there is none."""

import gzip
import os
from pathlib import Path

import numpy as np
import pytest

from tests.data.pictures import plant, ramp
from vistazo import catalog, files
from vistazo.data import named
from vistazo.data.formats import Format
from vistazo.data.reading import read_images
from vistazo.errors import DataError, UsageError

DEBIAN = Path("/usr/share/datasets/fashion-mnist")


def refused(path, **options):
    with pytest.raises(DataError) as caught:
        read_images(path, **options)
    return caught.value


def test_every_format_is_a_format():
    """The catalogue lists the four formats, each a Format with a summary."""
    names = catalog.names("data/formats")
    assert {"class-folders", "idx", "npy", "npz"} <= set(names)
    for name in names:
        assert issubclass(catalog.load("data/formats", name), Format)
        assert catalog.summary("data/formats", name)


def test_missing_path(tmp_path):
    """A path that is not there is E-DATA-PATH with the nearest name, on disk or named."""
    plant(tmp_path, {"flowers/rose/1.png": ramp()})
    error = refused(tmp_path / "flwoers" / "rose")
    assert error.code == "E-DATA-PATH"
    assert "'flowers'" in error.next_step
    assert "'fashion-mnist-10k'" in refused("fashion-mnist-1k").next_step
    assert "fashion-mnist" in refused(tmp_path / "zzz").next_step


@pytest.mark.parametrize("names", [("images.npz",), ("images.npz", "1.png"), ("a.npz", "b.npz")])
def test_a_folder_around_arrays(tmp_path, names):
    """Where the folder of a file is given that can be read, that file is told, and others not."""
    for name in names:
        if name.endswith(".npz"):
            np.savez(tmp_path / name, images=np.zeros((4, 8, 8), np.uint8), labels=list("abab"))
        else:
            plant(tmp_path, {name: ramp()})
    (tmp_path / "notes.txt").write_text("text")
    error = refused(tmp_path)
    assert error.code == ("E-DATA-NOCLASS" if "1.png" in names else "E-DATA-EMPTY")
    for name in names:
        assert (str(tmp_path / name) in error.next_step) == name.endswith(".npz")
    assert "notes" not in error.next_step


@pytest.mark.parametrize("address", ["https://example.org/data.zip", "s3://bucket/photos"])
def test_an_address(address):
    """An address of the network is called one, whole, and is not looked for on the disk."""
    for given in (address, Path(address)):
        error = refused(given)
        assert error.code == "E-DATA-PATH"
        assert f"{address} is an address" in error.what
        assert "Download it first" in error.next_step


@pytest.mark.parametrize("name", ["", " "])
def test_an_empty_name(name):
    """An empty name is refused; it is not the current folder."""
    with pytest.raises(UsageError, match="E-DATA-PATH"):
        read_images(name)


@pytest.mark.parametrize("names", [("1.png", "2.png"), ("train/1.png", "test/2.png")])
def test_images_without_classes(tmp_path, names):
    """Images in the root, or straight in train and test, are E-DATA-NOCLASS."""
    error = refused(plant(tmp_path, dict.fromkeys(names, ramp())))
    assert error.code == "E-DATA-NOCLASS"
    assert "images (2)" in error.what


def test_unknown_files(tmp_path):
    """A single image, a text and a pipe are E-DATA-FORMAT, and the pipe is not opened."""
    plant(tmp_path, {"one.png": ramp(), "a.txt": b"text", "broken.npz": b"text"})
    os.mkfifo(tmp_path / "pipe")
    for name in ("one.png", "a.txt", "broken.npz", "pipe"):
        assert refused(tmp_path / name).code == "E-DATA-FORMAT"


def test_two_formats_in_one_folder(tmp_path):
    """A folder that can be read in two ways is refused, naming both."""
    plant(tmp_path, {"a/1.png": ramp(), "b/1.png": ramp()})
    np.save(tmp_path / "X.npy", np.zeros((2, 8, 8)))
    np.save(tmp_path / "y.npy", [0, 1])
    error = refused(tmp_path)
    assert error.code == "E-DATA-AMBIGUOUS"
    assert "class-folders, npy" in error.what
    assert len(read_images(tmp_path / "X.npy")) == 2


def test_bundled_data_set():
    """fashion-mnist-10k is the package's own files, 1,000 images of each named class."""
    data = read_images("fashion-mnist-10k")
    assert data.name == "fashion-mnist-10k"
    assert set(data.class_counts().values()) == {1000}
    assert data.classes[0] == "T-shirt/top"
    assert data.images.shape == (10_000, 28, 28, 1)
    assert data.split is None
    folder = named.locate("fashion-mnist-10k")
    description = files.read_json(folder / "dataset.json")
    assert list(data.classes) == description["classes"]
    for name, expected in description["sha256"].items():
        assert files.sha256((folder / name).read_bytes()) == expected


def test_existing_path_wins_over_a_name(tmp_path, monkeypatch):
    """A folder called like a named data set is the folder."""
    plant(tmp_path, {f"fashion-mnist-10k/{c}/1.png": ramp() for c in "ab"})
    monkeypatch.chdir(tmp_path)
    assert read_images("fashion-mnist-10k").classes == ("a", "b")


def test_named_classes_can_be_chosen():
    """Classes of a named data set are chosen by name, and size and name are the caller's."""
    data = read_images("fashion-mnist-10k", classes=["Bag", "Coat"], size=16, name="two")
    assert data.class_counts() == {"Bag": 1000, "Coat": 1000}
    assert data.images.shape == (2000, 16, 16, 1)
    assert data.name == "two"


def test_named_data_set_that_is_not_here(tmp_path, monkeypatch):
    """A named data set that is nowhere is E-DATA-NAMED with the places and the package."""
    monkeypatch.setenv("VISTAZO_DATA", str(tmp_path))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr(named, "_DEBIAN", tmp_path / "debian")
    error = refused("fashion-mnist")
    assert error.code == "E-DATA-NAMED"
    assert "VISTAZO_DATA" in error.what
    assert str(tmp_path / "debian" / "fashion-mnist") in error.what
    assert "dataset-fashion-mnist" in error.next_step
    with pytest.raises(UsageError, match="fashion-mnist"):
        named.load("fashion-mnst")


@pytest.mark.parametrize("place", ["", "fashion-mnist"])
def test_other_files_under_a_known_name(tmp_path, monkeypatch, place):
    """Files that are not what was published are E-DATA-HASH, not read as something else."""
    bundled = named.locate("fashion-mnist-10k")
    for kind in ("images-idx3", "labels-idx1"):
        content = (bundled / f"t10k-{kind}-ubyte.gz").read_bytes()
        plant(tmp_path / place, {f"train-{kind}-ubyte": gzip.decompress(content)})
    monkeypatch.setenv("VISTAZO_DATA", str(tmp_path))
    assert named.locate("fashion-mnist") == tmp_path / place
    assert refused("fashion-mnist").code == "E-DATA-HASH"


@pytest.mark.skipif(not DEBIAN.is_dir(), reason="needs Debian's dataset-fashion-mnist")
def test_full_fashion_mnist():
    """fashion-mnist is 60,000 training and 10,000 test images; the test part is the bundled one."""
    data = read_images("fashion-mnist")
    assert len(data.rows("train")) == 60_000
    test = data.take(data.rows("test"))
    bundled = read_images("fashion-mnist-10k")
    assert np.array_equal(test.images.pixels, bundled.images.pixels)
    assert np.array_equal(test.labels, bundled.labels)
