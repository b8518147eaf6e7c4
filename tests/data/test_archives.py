"""Zip and tar archives of class folders: read as the folder they were made of."""

import gzip
import os
import random
import tarfile
import tempfile
import zipfile
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from tests.data.packing import KINDS, assert_same, pack, tar_of, zip_of
from tests.data.pictures import encode, plant, ramp
from vistazo.data import archives
from vistazo.data.archives import is_archive, open_archive
from vistazo.data.formats.archived_folders import ArchivedFolders
from vistazo.data.reading import read_images
from vistazo.errors import DataError


def flat(value):
    """A gray picture whose value says which one it is."""
    return np.full((16, 16), value, np.uint8)


def noise(seed):
    """A picture that does not get smaller when it is packed."""
    return np.random.default_rng(seed).integers(0, 256, (24, 24), np.uint8)


@pytest.fixture
def pets(tmp_path):
    """Class folders with everything that a folder may have besides images."""
    plant(
        tmp_path / "pets",
        {
            "cat/10.png": flat(1),
            "cat/9.png": flat(2),
            "cat/old/a.png": flat(3),
            "cat/old.png": flat(4),
            "cat/no ending": flat(5),
            "dog/1.PNG": flat(6),
            "dog/2.jpg": encode(ramp(16, 16), "JPEG"),
            "ñandú – 1/🦜.png": flat(7),
            "loose.png": flat(8),
            "notes.txt": b"hello",
            "dog/more.zip": b"PK\3\4",
            "dog/README": b"text",
            ".hidden/x/1.png": flat(9),
            "__MACOSX/cat/1.png": flat(9),
            "cat/._1.png": b"junk",
            "cat/Thumbs.db": b"junk",
            "dog/broken.png": b"text",
        },
    )
    (tmp_path / "pets" / "owl").mkdir()
    return tmp_path / "pets"


def refused(path, **options):
    with pytest.raises(DataError) as caught:
        read_images(path, **options)
    return caught.value


@pytest.mark.parametrize("kind", KINDS)
def test_an_archive_is_the_folder(pets, kind):
    """Rows, order, labels, facts, bad files and notes are those of the folder."""
    folder = read_images(pets)
    assert len(folder) == 8
    assert len(folder.notes) >= 3
    assert_same(read_images(pack(pets, kind), name="pets"), folder)
    chosen = {"classes": ["dog", "cat"], "size": 8, "channels": 1}
    assert_same(read_images(pack(pets, kind), name="pets", **chosen), read_images(pets, **chosen))


@pytest.mark.parametrize("kind", ["zip", "tar.gz"])
def test_parts(tmp_path, kind):
    """train, val and test folders in an archive become the given split."""
    names = ("train/a/1.png", "train/b/1.png", "val/a/2.png", "test/b/2.png")
    data = read_images(pack(plant(tmp_path / "d", dict.fromkeys(names, flat(1))), kind))
    assert dict(zip(data.sources, data.split.tolist(), strict=True)) == {
        "train/a/1.png": "train",
        "train/b/1.png": "train",
        "val/a/2.png": "validation",
        "test/b/2.png": "test",
    }


@pytest.mark.parametrize("kind", ["zip", "tar", "tar.xz"])
def test_the_order_of_packing_does_not_matter(pets, kind):
    """Members in any order give the same rows in the same order."""
    expected = read_images(pets)
    for seed in range(3):
        print("seed", seed)
        shuffled = random.Random(seed)
        archive = pack(pets, kind, order=lambda _path: shuffled.random())  # noqa: B023
        assert_same(read_images(archive, name="pets"), expected)


def test_folders_need_not_be_listed(pets, tmp_path):
    """An archive that lists files alone, also with ./ before them, is read alike."""
    files = {str(p.relative_to(pets)): p.read_bytes() for p in pets.rglob("*") if p.is_file()}
    (pets / "owl").rmdir()
    expected = read_images(pets)
    assert_same(read_images(zip_of(tmp_path / "1.zip", files), name="pets"), expected)
    dotted = {f"./{name}": content for name, content in files.items()}
    assert_same(read_images(tar_of(tmp_path / "2.tar", dotted), name="pets"), expected)


def test_names_as_other_systems_write_them(tmp_path):
    r"""``\`` separates folders; UTF-8 without its flag, as macOS zips it, is read as UTF-8."""
    picture = encode(flat(1))
    members = {"cat\\": b"", "cat\\1.png": picture, "dog\\1.png": picture}
    data = read_images(zip_of(tmp_path / "w.zip", members))
    assert data.sources == ("cat/1.png", "dog/1.png")
    assert data.notes == ()
    archive = zip_of(tmp_path / "m.zip", {"pi__as/1.png": picture, "dog/1.png": picture})
    # as long as before, so that no offset changes
    archive.write_bytes(archive.read_bytes().replace(b"pi__as", "piñas".encode()))
    assert read_images(archive).classes == ("dog", "piñas")


def test_names_that_are_no_text(tmp_path):
    """A name in a tar that is no UTF-8 is shown as its folder's would be."""
    name = os.fsdecode(b"caf\xe9")
    folder = plant(tmp_path / "d", {f"{name}/1.png": flat(1), "b/1.png": flat(2)})
    assert_same(read_images(pack(folder, "tar"), name="d"), read_images(folder))


def test_long_names(tmp_path):
    """Paths that take extra headers in a tar are whole, in both ways of writing them."""
    deep = "/".join(["n" * 60] * 4)
    folder = plant(tmp_path / "d", {f"a/{deep}/1.png": flat(1), "b/1.png": flat(2)})
    expected = read_images(folder)
    for style in (tarfile.GNU_FORMAT, tarfile.PAX_FORMAT):
        with tarfile.open(tmp_path / "d.tar", "w", format=style) as packed:
            packed.add(folder, "")
        assert_same(read_images(tmp_path / "d.tar", name="d"), expected)


@pytest.mark.parametrize("kind", KINDS)
def test_members_are_read_from_many_threads(tmp_path, kind):
    """Eight threads that open members again and again get each its own bytes."""
    contents = {f"{i:02}.bin": random.Random(i).randbytes(2000 + i) for i in range(40)}
    with open_archive(pack(plant(tmp_path / "d", contents), kind)) as members:
        files = {parts[0]: file for parts, file in members}
        names = list(files) * 25
        with ThreadPoolExecutor(8) as threads:
            for name, content in zip(
                names, threads.map(lambda n: files[n].open().read(), names), strict=True
            ):
                assert content == contents[name]
        assert {name: file.size() for name, file in files.items()} == {
            name: len(content) for name, content in contents.items()
        }
        assert len({file.stamp() for file in files.values()}) == len(files)


def test_a_changed_archive_has_other_stamps(pets):
    """The stamp of a member stays while its archive does, and changes with it."""

    def stamps():
        with open_archive(archive) as members:
            return [file.stamp() for _parts, file in members if file]

    archive = pack(pets, "zip")
    before = stamps()
    assert stamps() == before
    os.utime(archive, ns=(0, 0))
    assert not set(stamps()) & set(before)


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_is_left_behind(pets, tmp_path, monkeypatch, kind):
    """Reading writes nothing beside the archive, and leaves nothing among temporary files."""
    room = tmp_path / "room"
    room.mkdir()
    archive = pack(pets, kind)
    monkeypatch.setattr(tempfile, "tempdir", str(room))
    before = archive.stat(), sorted(tmp_path.iterdir())
    seen = []
    read_images(archive, progress=lambda _done, _total: seen.extend(room.iterdir()))
    assert seen == []
    assert list(room.iterdir()) == []
    assert (archive.stat().st_mtime_ns, sorted(tmp_path.iterdir())) == (
        before[0].st_mtime_ns,
        before[1],
    )


@pytest.mark.parametrize("kind", ["zip", "tar", "tar.gz"])
def test_archives_without_classes(tmp_path, kind):
    """Images without class folders, and no images at all, are told as for a folder."""
    folder = plant(tmp_path / "d", {"1.png": flat(1), "2.png": flat(2)})
    error = refused(pack(folder, kind))
    assert error.code == "E-DATA-NOCLASS"
    assert "images (2)" in error.what
    other = pack(plant(tmp_path / "e", {"a/1.txt": b"text"}), kind)
    assert refused(other).code == "E-DATA-EMPTY"
    assert ".txt" in refused(other).what


def test_a_damaged_member_is_a_bad_file(tmp_path):
    """A member whose bytes changed is left out and listed, and its neighbours are read."""
    names = [f"{label}/{i}.png" for label in "ab" for i in range(4)]
    folder = plant(tmp_path / "d", {name: noise(i) for i, name in enumerate(names)})
    archive = pack(folder, "zip")
    with zipfile.ZipFile(archive) as packed:
        member = packed.getinfo("a/1.png")
    content = bytearray(archive.read_bytes())
    content[member.header_offset + 30 + len("a/1.png") + member.compress_size // 2] ^= 1
    archive.write_bytes(content)
    data = read_images(archive)
    assert [(bad.path, bad.code) for bad in data.bad_files] == [("a/1.png", "E-ARC-TRUNC")]
    assert data.sources == tuple(name for name in names if name != "a/1.png")


def test_what_is_an_archive(tmp_path):
    """Content tells, not the name; arrays, compressed texts and pipes are no archives."""
    folder = plant(tmp_path / "d", {"a/1.png": flat(1), "b/1.png": flat(2)})
    for kind in KINDS:
        named_otherwise = pack(folder, kind).rename(tmp_path / "download")
        assert len(read_images(named_otherwise)) == 2
    plant(tmp_path, {"a.zip": b"text", "a.tar": b"text" * 200, "b.gz": gzip.compress(b"x" * 999)})
    np.savez(tmp_path / "arrays.npz", images=np.zeros((2, 9, 9), np.uint8), labels=[0, 1])
    os.mkfifo(tmp_path / "pipe.zip")
    for name in ("a.zip", "a.tar", "b.gz", "arrays.npz", "pipe.zip", "d", "nowhere"):
        assert not is_archive(tmp_path / name)
        assert not ArchivedFolders().recognises(tmp_path / name)
    assert refused(tmp_path / "a.zip").code == "E-DATA-FORMAT"


def test_recognising_unpacks_only_the_beginning(tmp_path, monkeypatch):
    """A compressed tar is recognised without being unpacked, and even where its end is cut."""
    contents = {f"{label}/{i}.png": noise(i) for label in "ab" for i in range(20)}
    archive = pack(plant(tmp_path / "d", contents), "tar.gz")
    archive.write_bytes(archive.read_bytes()[: archive.stat().st_size // 2])
    monkeypatch.setattr(archives, "_unpack", None)
    assert ArchivedFolders().recognises(archive)
