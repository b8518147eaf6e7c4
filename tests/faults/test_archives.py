"""D-31 to D-33: archives that lead astray, grow without end, are locked, or are cut off."""

import contextlib
import io
import os
import struct
import tarfile
import tempfile
import tracemalloc
import zipfile

import numpy as np
import pytest

from tests.data.packing import KINDS, pack, tar_of, zip_of
from tests.data.pictures import encode, plant
from tests.faults._running import FAST
from vistazo.data import archives
from vistazo.data.archives import members as archive_members
from vistazo.data.archives import zip_archive
from vistazo.data.reading import read_images
from vistazo.errors import DataError, SetupError

PICTURE = encode(np.zeros((16, 16), np.uint8))
GOOD = {f"{label}/{i}.png": PICTURE for label in "ab" for i in range(3)}
ASTRAY = [
    "../x.png",
    "a/../../x.png",
    "/x.png",
    "C:/x.png",
    "C:x.png",
    "a\\..\\..\\x.png",
    "\\x.png",
]


@pytest.fixture(autouse=True)
def nothing_is_written(tmp_path, monkeypatch):
    """Temporary files go to a folder of their own, and nothing is left in it or beside it."""
    room = tmp_path / "room"
    room.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(room))
    yield
    assert list(room.iterdir()) == []
    assert not list(tmp_path.rglob("x.png"))
    assert not (tmp_path.parent / "x.png").exists()


def refused(path):
    with pytest.raises(DataError) as caught:
        read_images(path)
    return caught.value


def outcome(path):
    """Return the fingerprint of a data set, or the code of what is said instead."""
    try:
        return read_images(path).fingerprint
    except DataError as error:
        return error.code


def special(name, kind, target=""):
    member = tarfile.TarInfo(name)
    member.type, member.linkname = kind, target
    return member


def peak_of(action):
    """Return the result of an action and the bytes that it held at most."""
    with contextlib.suppress(DataError):
        read_images("no-such-data")  # what is imported once
    tracemalloc.start()
    try:
        return action(), tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("name", ASTRAY)
def test_d31_paths_that_lead_out(tmp_path, name):
    """D-31: a member above the archive, absolute or on a drive is refused and named."""
    for archive in (
        zip_of(tmp_path / "1.zip", {**GOOD, name: PICTURE}),
        tar_of(tmp_path / "1.tar", {**GOOD, name: PICTURE}),
        tar_of(tmp_path / "1.tar.gz", {name: PICTURE, **GOOD}, "w:gz"),
    ):
        error = refused(archive)
        assert error.code == "E-ARC-PATH"
        assert name in error.what


def test_d31_names_that_only_look_like_it(tmp_path):
    """D-31: dots inside a name lead nowhere, and are read."""
    members = {"a../1.png": PICTURE, "b/..1..png": PICTURE, "b/a..b.png": PICTURE}
    assert read_images(zip_of(tmp_path / "1.zip", members)).sources == ("a../1.png", "b/a..b.png")


def test_d31_as_a_command(tmp_path, answer):
    """D-31: the command line says it in one error, and starts nothing."""
    archive = zip_of(tmp_path / "1.zip", {**GOOD, "../x.png": PICTURE})
    answer("compare", archive, *FAST).refuses("E-ARC-PATH", 3, "1.zip", "../x.png")


@pytest.fixture
def small_limits(monkeypatch):
    """Limits that a test reaches quickly: 1 MB, then ten times the archive."""
    monkeypatch.setattr(archive_members, "FREE_BYTES", 2**20)
    monkeypatch.setattr(archive_members, "MAX_RATIO", 10)


@pytest.mark.usefixtures("small_limits")
def test_d32_a_zip_that_grows(tmp_path):
    """D-32: a zip that declares more than its size explains is refused before it is unpacked."""
    archive = zip_of(tmp_path / "1.zip", {**GOOD, "a/big.png": bytes(20_000_000)})
    error, peak = peak_of(lambda: refused(archive))
    assert error.code == "E-ARC-BOMB"
    assert peak < 3_000_000


@pytest.mark.usefixtures("small_limits")
def test_d32_within_the_limits(tmp_path):
    """D-32: a large archive that does not shrink, and a small one that does, are both read."""
    noise = np.random.default_rng(0).integers(0, 256, (1000, 1500), np.uint8)
    members = {**GOOD, "a/noise.png": encode(noise), "zeros.txt": bytes(2**19)}
    assert len(read_images(zip_of(tmp_path / "1.zip", members))) == 7
    assert len(read_images(tar_of(tmp_path / "1.tar.gz", members, "w:gz"))) == 7


def test_d32_overlapping_members(tmp_path):
    """D-32: thousands of members that are the same bytes count each, and are refused."""
    content = bytes(2_000_000)
    archive = zip_of(tmp_path / "1.zip", {"a/00000.png": content})
    whole = archive.read_bytes()
    start = whole.index(b"PK\1\2")
    entry, end = whole[start:-22], whole[-22:]
    entries = b"".join(entry.replace(b"00000", b"%05d" % i) for i in range(2000))
    counts = struct.pack("<HHII", 2000, 2000, len(entries), start)
    archive.write_bytes(whole[:start] + entries + end[:8] + counts + end[20:])
    assert archive.stat().st_size < 200_000
    assert refused(archive).code == "E-ARC-BOMB"


def test_d32_a_member_that_lies(tmp_path):
    """D-32: a member that holds more than it declares is never unpacked beyond that."""
    declared, real = 5_000, 100_000_000
    archive = zip_of(tmp_path / "1.zip", {**GOOD, "a/liar.png": bytes(real)})
    size, lie = struct.pack("<I", real), struct.pack("<I", declared)
    archive.write_bytes(archive.read_bytes().replace(size, lie))
    with zipfile.ZipFile(archive) as packed:
        assert packed.getinfo("a/liar.png").file_size == declared
    data, peak = peak_of(lambda: read_images(archive))
    assert [(bad.path, bad.code) for bad in data.bad_files] == [("a/liar.png", "E-ARC-TRUNC")]
    assert peak < 10_000_000


@pytest.mark.parametrize("packing", ["gz", "bz2", "xz"])
@pytest.mark.usefixtures("small_limits")
def test_d32_a_tar_that_grows(tmp_path, monkeypatch, packing):
    """D-32: a compressed tar is unpacked up to the limit and no further."""
    written = []

    class Measured(io.BytesIO):
        def write(self, content):
            written.append(len(content))
            return super().write(content)

    monkeypatch.setattr(tempfile, "TemporaryFile", Measured)
    members = {**GOOD, "a/big.png": bytes(40_000_000)}
    archive = tar_of(tmp_path / "1.tar", members, f"w:{packing}")
    assert archive.stat().st_size < 100_000
    error, peak = peak_of(lambda: refused(archive))
    assert error.code == "E-ARC-BOMB"
    assert sum(written) <= 2**20
    assert peak < 20_000_000  # xz has a dictionary of 8 MB


def test_d32_no_room_to_unpack(tmp_path, monkeypatch):
    """D-32: a disk is never filled: E-DISK names the folder, and what to do."""
    archive = tar_of(tmp_path / "1.tar", {**GOOD, "b.txt": bytes(5_000_000)}, "w:gz")
    free = archives.shutil.disk_usage(tmp_path)._replace(free=2**30 + 1_000_000)
    monkeypatch.setattr(archives.shutil, "disk_usage", lambda _folder: free)
    with pytest.raises(SetupError) as caught:
        read_images(archive)
    assert caught.value.code == "E-DISK"
    assert str(tmp_path / "room") in caught.value.what


@pytest.mark.parametrize("kind", ["zip", "tar", "tar.gz"])
def test_d32_too_many_members(tmp_path, monkeypatch, kind):
    """D-32: an archive that lists more members than the limit is refused."""
    monkeypatch.setattr(archive_members, "MAX_MEMBERS", 5)
    few = plant(tmp_path / "few", {"a/1.png": PICTURE, "b/1.png": PICTURE})
    assert len(read_images(pack(few, kind))) == 2
    error = refused(pack(plant(tmp_path / "many", GOOD), kind))
    assert error.code == "E-ARC-BOMB"
    assert "5" in error.what


def test_d32_a_list_of_members_without_end(tmp_path, monkeypatch):
    """D-32: a zip whose list alone is too long is refused before the list is in memory."""
    archive = zip_of(tmp_path / "1.zip", {f"a/{i}": b"" for i in range(5000)})
    monkeypatch.setattr(zip_archive, "_DIRECTORY", 200_000)
    error, peak = peak_of(lambda: refused(archive))
    assert error.code == "E-ARC-TRUNC"
    assert peak < 1_500_000


def test_d32_a_header_without_end(tmp_path):
    """D-32: a tar header that declares megabytes of its own is refused unread."""
    member = tarfile.TarInfo("a/1.png")
    member.pax_headers = {"comment": "x" * 20_000_000}
    with tarfile.open(tmp_path / "1.tar", "w") as packed:
        packed.addfile(member)
    error, peak = peak_of(lambda: refused(tmp_path / "1.tar"))
    assert error.code == "E-ARC-TRUNC"
    assert peak < 4_000_000


def test_d32_headers_of_headers(tmp_path):
    """D-32: thousands of long-name headers one upon the other end in the same error."""
    header = tarfile.TarInfo("././@LongLink")
    header.type, header.size = tarfile.GNUTYPE_LONGNAME, 1
    one = header.tobuf(tarfile.GNU_FORMAT) + b"a".ljust(512, b"\0")
    (tmp_path / "1.tar").write_bytes(one * 5000 + bytes(1024))
    assert refused(tmp_path / "1.tar").code == "E-ARC-TRUNC"


def test_d32_nested_archives(tmp_path):
    """D-32: archives inside the archive are left alone, and counted."""
    inner = zip_of(tmp_path / "inner.zip", {"c/1.png": bytes(2_000_000)}).read_bytes()
    data = read_images(zip_of(tmp_path / "1.zip", {**GOOD, "a/in.zip": inner, "b/in": inner}))
    assert len(data) == 6
    assert any("2 other files" in note for note in data.notes)


@pytest.mark.parametrize(
    "member",
    [
        special("a/x.png", tarfile.SYMTYPE, "1.png"),
        special("a/x.png", tarfile.SYMTYPE, "/etc/passwd"),
        special("a", tarfile.SYMTYPE, ".."),
        special("a/x.png", tarfile.LNKTYPE, "b/1.png"),
        special("a/x.png", tarfile.CHRTYPE),
        special("a/x.png", tarfile.BLKTYPE),
        special("a/x.png", tarfile.FIFOTYPE),
        special("a/x.png", tarfile.GNUTYPE_SPARSE),
        special("a/x.png", b"?"),
    ],
    ids=lambda member: f"{member.type.decode()}-{member.linkname}",
)
@pytest.mark.parametrize("mode", ["w", "w:gz"])
def test_d33_no_plain_files(tmp_path, member, mode):
    """D-33: links, devices, pipes and files with holes in a tar are refused and named."""
    error = refused(tar_of(tmp_path / "1.tar", {**GOOD, "special": member}, mode))
    assert error.code == "E-ARC-LINK"
    assert member.name in error.what


def test_d33_absolute_path_in_a_tar(tmp_path):
    """D-33: an absolute path in a tar is refused, of a folder as well."""
    folder = tarfile.TarInfo("/etc")
    folder.type = tarfile.DIRTYPE
    assert refused(tar_of(tmp_path / "1.tar", {**GOOD, "f": folder})).code == "E-ARC-PATH"


def test_d33_links_in_a_zip(tmp_path):
    """D-33: a link in a zip, as Unix packs it, is refused too."""
    link = zipfile.ZipInfo("a/x.png")
    link.create_system, link.external_attr = 3, 0o120777 << 16
    with zipfile.ZipFile(tmp_path / "1.zip", "w") as packed:
        packed.writestr("b/1.png", PICTURE)
        packed.writestr(link, "/etc/passwd")
    assert refused(tmp_path / "1.zip").code == "E-ARC-LINK"


def test_locked_zip(tmp_path):
    """An encrypted zip is told as such, before anything is read."""
    archive = zip_of(tmp_path / "1.zip", GOOD)
    content = bytearray(archive.read_bytes())
    entry = content.index(b"PK\1\2")
    content[entry + 8] |= 1  # the flag of the first member
    archive.write_bytes(content)
    error = refused(archive)
    assert error.code == "E-ARC-LOCKED"
    assert "a/0.png" in error.what


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_other_ways_of_compressing(tmp_path, method):
    """A zip packed in a way that unpacks without a bound is refused, with the way."""
    error = refused(zip_of(tmp_path / "1.zip", GOOD, method))
    assert error.code == "E-ARC-METHOD"
    assert str(method) in error.what


@pytest.mark.parametrize("kind", KINDS)
def test_archives_cut_anywhere(tmp_path, kind):
    """An archive cut at any place is refused, or gives all its images: never a part of them."""
    archive = pack(plant(tmp_path / "d", GOOD), kind)
    whole = archive.read_bytes()
    expected = outcome(archive)
    rng = np.random.default_rng(0)
    lengths = [*rng.integers(0, len(whole), 40).tolist(), *range(512, len(whole), 512)]
    for length in lengths:
        archive.write_bytes(whole[:length])
        assert outcome(archive) in (expected, "E-ARC-TRUNC", "E-DATA-FORMAT")


@pytest.mark.parametrize("kind", ["zip", "stored.zip", "tar", "tar.gz"])
def test_archives_with_changed_bytes(tmp_path, kind):
    """Whatever byte is changed, the answer is a data set or one of our errors."""
    archive = pack(plant(tmp_path / "d", GOOD), kind)
    whole = archive.read_bytes()
    rng = np.random.default_rng(1)
    answers = set()
    for _ in range(60):
        changed = bytearray(whole)
        changed[rng.integers(len(whole))] = rng.integers(256)
        archive.write_bytes(changed)
        answers.add(outcome(archive)[:6])
    assert all(answer in ("E-ARC-", "E-DATA") or "-" not in answer for answer in answers)


def test_an_archive_that_may_not_be_read(tmp_path, monkeypatch):
    """An archive without the right to read it is no archive to us, and no crash."""
    archive = zip_of(tmp_path / "1.zip", GOOD)
    opening = type(archive).open

    def denied(path, *arguments, **options):
        if path == archive:
            raise PermissionError(13, "Permission denied", os.fspath(path))
        return opening(path, *arguments, **options)

    monkeypatch.setattr(type(archive), "open", denied)
    assert not archives.is_archive(archive)
