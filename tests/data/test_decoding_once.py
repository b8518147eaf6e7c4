"""Decoded images are kept between runs, and never taken for those of other files."""

import json
import multiprocessing
import os
import shutil
import time
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest

from tests.data.pictures import encode
from vistazo.data.image_files import decoded_cache, decoding_once
from vistazo.data.image_files.decoded_files import decode_files
from vistazo.data.image_files.decoding_once import decode_once
from vistazo.data.image_files.stored_files import DiskFile
from vistazo.data.policy import DecodePolicy

POLICY = DecodePolicy(size=(20, 24))


def photograph(width, seed):
    """A JPEG of noise, 40 pixels high."""
    noise = np.random.default_rng(seed).integers(0, 256, (40, width, 3), np.uint8)
    return encode(noise, "JPEG")


@pytest.fixture
def cache(tmp_path, monkeypatch):
    monkeypatch.setenv("VISTAZO_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache" / "decoded"


@dataclass(frozen=True)
class Watched(DiskFile):
    """A file that knows how often it was opened."""

    opened: list[Path] = field(default_factory=list)

    def open(self):
        self.opened.append(self.path)
        return super().open()


@pytest.fixture
def files(tmp_path):
    folder = tmp_path / "photos"
    folder.mkdir()
    for number in range(4):
        (folder / f"{number}.jpg").write_bytes(photograph(30 + number, number))
    (folder / "4.jpg").write_bytes((folder / "0.jpg").read_bytes()[:-200])  # cut off
    return [Watched(path) for path in sorted(folder.iterdir())]


def names(files):
    return [file.path.name for file in files]


def same(left, right):
    assert np.array_equal(left.pixels, right.pixels)
    assert np.array_equal(left.rows, right.rows)
    np.testing.assert_array_equal(left.facts, right.facts)
    assert (left.bad_files, left.notes, left.policy) == (
        right.bad_files,
        right.notes,
        right.policy,
    )


def test_what_is_kept_is_what_decoding_gives(files, cache):
    """The first pass, the second, and decoding without a cache agree; the second opens no file."""
    plain = decode_files(files, names(files), POLICY)
    assert [bad.path for bad in plain.bad_files] == ["4.jpg"]
    same(decode_once(files, names(files), POLICY), plain)
    for file in files:
        file.opened.clear()
    heard = []
    again = decode_once(files, names(files), POLICY, lambda *state: heard.append(state))
    same(again, plain)
    assert not any(file.opened for file in files)
    assert heard == [(4, 4)]
    assert [entry.name.startswith(".part") for entry in cache.iterdir()] == [False]


def test_another_file_or_another_way_is_decoded_anew(files, cache):
    """A changed file, another size and another language are no known set."""
    decode_once(files, names(files), POLICY)
    before = decode_once(files, names(files), DecodePolicy(size=(10, 10)))
    files[1].path.write_bytes(photograph(31, 77))
    after = decode_once(files, names(files), DecodePolicy(size=(10, 10)))
    assert len(list(cache.iterdir())) == 3
    assert not np.array_equal(before.pixels[1], after.pixels[1])
    assert np.array_equal(before.pixels[0], after.pixels[0])


def damage_pixels(entry):
    content = bytearray((entry / "pixels").read_bytes())
    content[100] ^= 1
    (entry / "pixels").write_bytes(content)


def cut_pixels(entry):
    os.truncate(entry / "pixels", 100)


def damage_arrays(entry):
    (entry / "arrays.npz").write_bytes(b"PK nothing")


def damage_facts(entry):
    (entry / "entry.json").write_text("{")


def other_shape(entry):
    facts = json.loads((entry / "entry.json").read_text())
    facts["shape"][0] = 10**9
    (entry / "entry.json").write_text(json.dumps(facts))


def lost_pixels(entry):
    (entry / "pixels").unlink()


@pytest.mark.parametrize(
    "damage",
    [damage_pixels, cut_pixels, damage_arrays, damage_facts, other_shape, lost_pixels],
    ids=lambda function: function.__name__,
)
def test_a_damaged_entry_is_rebuilt(files, cache, damage):
    """Whatever happened to it, the images are decoded again and kept again."""
    plain = decode_once(files, names(files), POLICY)
    expected = plain.pixels.copy()
    (entry,) = cache.iterdir()
    del plain
    damage(entry)
    assert np.array_equal(decode_once(files, names(files), POLICY).pixels, expected)
    for file in files:
        file.opened.clear()
    assert np.array_equal(decode_once(files, names(files), POLICY).pixels, expected)
    assert not any(file.opened for file in files)


def test_writing_into_the_pixels_does_not_reach_the_cache(files, cache):
    """Pixels may be changed in place; whoever reads next sees the files' own."""
    first = decode_once(files, names(files), POLICY)
    expected = first.pixels.copy()
    first.pixels[:] = 0
    assert np.array_equal(decode_once(files, names(files), POLICY).pixels, expected)


def test_a_file_that_changes_while_it_is_read_is_not_kept(files, cache, monkeypatch):
    """What was read of it may be old or new: nothing is kept."""
    real = decoding_once.decode_files

    def slow(*arguments):
        result = real(*arguments)
        files[0].path.write_bytes(photograph(30, 99))
        return result

    monkeypatch.setattr(decoding_once, "decode_files", slow)
    decode_once(files, names(files), POLICY)
    assert list(cache.iterdir()) == []


@pytest.mark.parametrize("where", ["full", "read-only", "off"])
def test_without_room_nothing_is_kept(files, cache, monkeypatch, where):
    """A full disk, a place that cannot be written, a cache that is off: decoded all the same."""
    if where == "full":
        usage = shutil.disk_usage("/")._replace(free=2**20)
        monkeypatch.setattr(decoded_cache.shutil, "disk_usage", lambda place: usage)
    elif where == "read-only":
        cache.parent.write_text("a file where the folder should be")
    else:
        monkeypatch.setenv("VISTAZO_CACHE", "off")
    same(decode_once(files, names(files), POLICY), decode_files(files, names(files), POLICY))
    assert not cache.exists() or list(cache.iterdir()) == []


def test_a_failure_leaves_no_draft(files, cache):
    """Where too many files are bad, nothing is left behind."""
    for file in files[1:]:
        file.path.write_bytes(file.path.read_bytes()[:-200])
    with pytest.raises(Exception, match="E-DATA-BAD"):
        decode_once(files, names(files), POLICY)
    assert list(cache.iterdir()) == []


def test_the_least_recently_used_goes_first(files, cache, monkeypatch):
    """Where there is too much, what was not asked for longest is removed."""
    small = decoded_cache.DecodedCache(cache, 3 * 4 * 20 * 24 * 3 + 4000)
    monkeypatch.setattr(decoding_once, "default_cache", lambda: small)
    keys = []
    for number, size in enumerate([(20, 24), (24, 20), (20, 23)]):
        decode_once(files, names(files), DecodePolicy(size=size))
        keys += [entry.name for entry in cache.iterdir() if entry.name not in keys]
        os.utime(cache / keys[number] / "entry.json", (number, number))
    decode_once(files, names(files), DecodePolicy(size=(20, 24)))  # used again
    decode_once(files, names(files), DecodePolicy(size=(21, 24)))
    left = {entry.name for entry in cache.iterdir()}
    assert keys[0] in left
    assert keys[1] not in left


def test_what_a_killed_process_left_is_removed_after_a_day(files, cache):
    """A draft that nobody finishes does not stay for ever; a fresh one is left alone."""
    for name, age in ((".part-old", 2 * 24 * 3600), (".part-new", 60)):
        (cache / name).mkdir(parents=True)
        os.utime(cache / name, (time.time() - age,) * 2)
    decode_once(files, names(files), POLICY)
    assert {e.name for e in cache.iterdir() if e.name.startswith(".")} == {".part-new"}


def _decode(folder, barrier, queue):
    files = [DiskFile(path) for path in sorted(folder.iterdir())]
    barrier.wait()
    queue.put(decode_once(files, names(files), POLICY).pixels.tobytes())


def test_two_processes_may_build_it_at_once(files, cache):
    """Both get the images, and one whole entry is left."""
    context = multiprocessing.get_context("fork")
    barrier, queue = context.Barrier(2), context.Queue()
    folder = files[0].path.parent
    workers = [context.Process(target=_decode, args=(folder, barrier, queue)) for _ in range(2)]
    for worker in workers:
        worker.start()
    answers = {queue.get(timeout=60) for _ in workers}
    for worker in workers:
        worker.join()
    assert answers == {decode_files(files, names(files), POLICY).pixels.tobytes()}
    assert len(list(cache.iterdir())) == 1
