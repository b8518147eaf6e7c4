"""CIFAR-10 and CIFAR-100: batches in folders and archives, and the data sets of that name."""

import pickle

import numpy as np
import pytest

from tests.data.batches_of_cifar import KINDS, batch, contents, images, python2, write_cifar
from tests.data.packing import KINDS as PACKINGS
from tests.data.packing import pack
from tests.data.pictures import plant, ramp
from vistazo import catalog
from vistazo.data import named
from vistazo.data.formats import cifar
from vistazo.data.reading import read_images
from vistazo.errors import DataError

EDITIONS = pytest.mark.parametrize("edition", [10, 100])


def refused(path, **options):
    with pytest.raises(DataError) as caught:
        read_images(path, **options)
    return caught.value


def recognised(path):
    formats = {name: catalog.load("data/formats", name)() for name in catalog.names("data/formats")}
    return [name for name, candidate in formats.items() if candidate.recognises(path)]


@pytest.fixture(autouse=True)
def small_batches_are_what_is_meant():
    """The pickles these tests write are those that Python itself reads as the same."""
    for content in (batch(1), contents(100)["meta"]):
        back = {k.decode(): v for k, v in pickle.loads(python2(content), encoding="bytes").items()}
        assert back.keys() == content.keys()
        assert np.array_equal(back.get("data"), content.get("data"))


@EDITIONS
def test_rows(tmp_path, edition):
    """Training batches come first, in order, then the test; planes become colours."""
    data = read_images(write_cifar(tmp_path / "c", edition))
    seeds = range(1, 7) if edition == 10 else (1, 6)
    assert np.array_equal(data.images.pixels, np.concatenate([images(seed) for seed in seeds]))
    assert data.labels.tolist() == [KINDS[row % 3] for row in range(len(data))]
    assert data.classes == KINDS
    assert data.split.tolist() == ["train"] * (len(data) - 6) + ["test"] * 6
    assert data.images.pixels.flags.writeable
    assert data.notes == ()


@EDITIONS
@pytest.mark.parametrize("kind", PACKINGS)
def test_archives(tmp_path, edition, kind):
    """An archive, with the folder or without, gives what the folder gives."""
    folder = write_cifar(tmp_path / "top" / "cifar-py", edition)
    expected = read_images(folder)
    for packed in (pack(folder, kind), pack(tmp_path / "top", kind)):
        assert recognised(packed) == ["cifar"]
        assert read_images(packed).fingerprint == expected.fingerprint
    backwards = pack(folder, kind, order=lambda path: [-ord(c) for c in path.name])
    assert read_images(backwards).fingerprint == expected.fingerprint


@EDITIONS
@pytest.mark.parametrize("protocol", [2, 3, 4, 5])
def test_pickled_again(tmp_path, edition, protocol):
    """Batches that Python 3 pickled again, with any protocol that it has, are read alike."""
    again = write_cifar(tmp_path / "again", edition, protocol)
    assert (
        read_images(again).fingerprint
        == read_images(write_cifar(tmp_path / "c", edition)).fingerprint
    )


def test_classes_and_sizes(tmp_path):
    """Classes are chosen by name, and images get the size asked for."""
    data = read_images(write_cifar(tmp_path), classes=["bird", "airplane"], size=16, channels=1)
    assert data.classes == ("bird", "airplane")
    assert data.images.shape == (24, 16, 16, 1)
    assert data.split.tolist() == ["train"] * 20 + ["test"] * 4


def test_a_class_without_images(tmp_path):
    """A name that no image bears is dropped with a note, and shifts no label."""
    write_cifar(tmp_path)
    (tmp_path / "batches.meta").write_bytes(python2({"label_names": [*KINDS, "truck"]}))
    data = read_images(tmp_path)
    assert data.classes == KINDS
    assert any("truck" in note for note in data.notes)


@EDITIONS
def test_missing_files(tmp_path, edition):
    """A data set without one of its files is refused with the file's name."""
    for name in contents(edition):
        folder = write_cifar(tmp_path / name, edition)
        (folder / name).unlink()
        error = refused(folder)
        assert error.code == "E-CIFAR-FILES"
        assert name in error.what
        assert refused(pack(folder, "tar.gz")).code == "E-CIFAR-FILES"


def test_two_data_sets(tmp_path):
    """CIFAR-10 and CIFAR-100 in one place, or one of them twice, are refused, not chosen from."""
    for names in (("c", "c"), ("10", "100"), ("10", "again")):
        top = tmp_path / "-".join(names)
        write_cifar(top / names[0], 10)
        write_cifar(top / names[1], 10 if names[1] == "again" else 100)
        assert refused(pack(top, "tar")).code == "E-CIFAR-TWO"
    assert refused(tmp_path / "c-c" / "c").code == "E-CIFAR-TWO"
    assert len(read_images(tmp_path / "10-100" / "100")) == 12


@pytest.mark.parametrize(
    "content",
    [
        [1, 2],
        {},
        {**batch(1), "data": batch(1)["data"].astype(np.int32)},
        {**batch(1), "data": batch(1)["data"][:5]},
        {**batch(1), "data": batch(1)["data"][:, :3071]},
        {**batch(1), "data": batch(1)["data"].tolist()},
        {**batch(1), "labels": [0, 1, 2, 0, 1, 3]},
        {**batch(1), "labels": [0, 1, 2, 0, 1, -1]},
        {**batch(1), "labels": [0, 1, 2, 0, 1, "1"]},
        {**batch(1), "labels": [0, 1, 2, 0, 1, [1]]},
        {**batch(1), "labels": [0, 1, 2, 0, 1]},
        {**batch(1), "labels": np.zeros((6, 1), np.int64)},
        {**batch(1), "labels": 6},
    ],
    ids=range(13),
)
def test_other_content(tmp_path, content):
    """A batch that is not n rows of 3,072 bytes with n known labels is refused and named."""
    write_cifar(tmp_path)
    (tmp_path / "data_batch_3").write_bytes(python2(content))
    error = refused(tmp_path)
    assert error.code == "E-CIFAR-BATCH"
    assert "data_batch_3" in error.what


@pytest.mark.parametrize("names", [None, "abc", [1, 2, 3], []])
def test_other_names(tmp_path, names):
    """Names of classes that are no list of text, or too few, are refused."""
    write_cifar(tmp_path)
    (tmp_path / "batches.meta").write_bytes(pickle.dumps({"label_names": names}, 2))
    assert refused(tmp_path).code == "E-CIFAR-BATCH"


def test_labels_as_an_array(tmp_path):
    """Labels in an array are the same labels."""
    expected = read_images(write_cifar(tmp_path)).fingerprint
    content = batch(3)
    content["labels"] = np.array(content["labels"], np.int32)
    (tmp_path / "data_batch_3").write_bytes(python2(content))
    assert read_images(tmp_path).fingerprint == expected


def test_a_file_too_large(tmp_path, monkeypatch):
    """A file larger than any of CIFAR is refused before it is read."""
    monkeypatch.setattr(cifar, "_MOST_BYTES", 1000)
    assert refused(write_cifar(tmp_path)).code == "E-CIFAR-BATCH"


def test_what_is_no_cifar(tmp_path):
    """Class folders, and archives of them, stay so beside files with names of CIFAR."""
    pictures = {f"{part}/{c}/1.png": ramp() for part in ("train", "test") for c in "ab"}
    folder = plant(tmp_path / "d", {**pictures, "meta": b"some text", "data_batch_1": b"x"})
    assert recognised(folder) == ["class-folders"]
    for kind in ("zip", "tar", "tar.gz"):
        assert recognised(pack(folder, kind)) == ["archived-folders"]
        assert set(read_images(pack(folder, kind)).split) == {"train", "test"}
    assert recognised(write_cifar(tmp_path / "c")) == ["cifar"]


@pytest.fixture
def nowhere(tmp_path, monkeypatch):
    """Places for named data sets, all empty."""
    monkeypatch.setenv("VISTAZO_DATA", str(tmp_path / "own"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr(named, "_DEBIAN", tmp_path / "debian")
    return tmp_path


@EDITIONS
def test_named_data_set_that_is_not_here(nowhere, edition):
    """cifar10 and cifar100 that are nowhere are E-DATA-NAMED with the file to get."""
    error = refused(f"cifar{edition}")
    assert error.code == "E-DATA-NAMED"
    assert str(nowhere / "debian" / f"cifar{edition}") in error.what
    assert f"cifar-{edition}-python.tar.gz" in error.next_step


@EDITIONS
@pytest.mark.parametrize("place", ["own", "own/cifar{}", "cache/vistazo/datasets/cifar{}"])
@pytest.mark.parametrize("kind", ["", "tar.gz", "tar.xz"])
def test_named_data_set_is_found_and_compared(nowhere, monkeypatch, edition, place, kind):
    """It is found under the names it is published with; another content is E-DATA-HASH."""
    name = f"cifar{edition}"
    known = {10: "cifar-10-batches-py", 100: "cifar-100-python"}[edition]
    monkeypatch.setattr("platformdirs.user_cache_dir", lambda _app: str(nowhere / "cache/vistazo"))
    found = write_cifar(nowhere / place.format(edition) / known, edition)
    if kind:
        packed = pack(found, kind)
        for file in found.iterdir():
            file.unlink()
        found.rmdir()
        found = packed.rename(packed.with_name(f"cifar-{edition}-python.{kind}"))
    assert named.locate(name) == found
    assert named.locate({"cifar10": "cifar100", "cifar100": "cifar10"}[name]) is None
    error = refused(name)
    assert error.code == "E-DATA-HASH"
    assert str(found) in error.what


@EDITIONS
def test_named_data_set_with_its_sums(nowhere, monkeypatch, edition):
    """Where the sums are those of the content, it is read under its name."""
    folder = write_cifar(nowhere / "own" / f"cifar{edition}", edition)
    data = read_images(folder)
    sums = {"sha256": named._sha256(data)}
    if edition == 100:
        files = [cifar.DiskFile(folder / name) for name in ("train", "test", "meta")]
        sums = {"md5": tuple((file.path.name, named._md5(file)) for file in files)}
    known = named._NAMED[f"cifar{edition}"]._replace(**sums)
    monkeypatch.setitem(named._NAMED, f"cifar{edition}", known)
    found = read_images(f"cifar{edition}", classes=["bird", "airplane"])
    assert found.name == f"cifar{edition}"
    assert found.classes == ("bird", "airplane")


@pytest.mark.skipif(named.locate("cifar10") is None, reason="needs CIFAR-10 on this machine")
def test_cifar10():
    """cifar10 is 50,000 training and 10,000 test images, evenly of its ten classes."""
    data = read_images("cifar10")
    for part, expected in (("train", 5000), ("test", 1000)):
        assert set(data.take(data.rows(part)).class_counts().values()) == {expected}
    assert data.classes[0] == "airplane"
    assert data.images.shape == (60_000, 32, 32, 3)
