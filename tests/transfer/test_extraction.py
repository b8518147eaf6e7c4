"""Features of images: each computed once, the same however it is asked for."""

import multiprocessing

import numpy as np
import pytest

from vistazo.transfer import extraction, feature_store
from vistazo.transfer.extraction import extract
from vistazo.transfer.feature_store import FeatureStore, image_keys
from vistazo.transfer.frozen import Frozen

FROZEN = Frozen("imagenet-efficientnet-lite0", 96)
PIXELS = np.random.default_rng(0).integers(0, 256, (21, 12, 12, 1), np.uint8)


@pytest.fixture
def computed(monkeypatch, tmp_path):
    """Count the images that go through the network, in a cache of their own."""
    monkeypatch.setenv("VISTAZO_CACHE", str(tmp_path))
    counts = []
    plain = extraction._features

    def counting(frozen, pixels):
        counts.append(len(pixels))
        return plain(frozen, pixels)

    monkeypatch.setattr(extraction, "_features", counting)
    return counts


def test_an_image_goes_through_once(computed):
    """Subsets, other orders and repeats take what is known; only new images are computed."""
    first = extract(FROZEN, PIXELS[:9])
    assert sum(computed) == 9
    order = np.array([8, 3, 3, 15, 0])
    again = extract(FROZEN, PIXELS[order])
    assert sum(computed) == 10
    assert np.array_equal(again[[0, 1, 2, 4]], first[[8, 3, 3, 0]])


def test_numbers_do_not_depend_on_company_threads_or_cache(computed, monkeypatch):
    """One at a time, all together, in two threads, without a cache: the same bits."""
    whole = extract(FROZEN, PIXELS, threads=2)
    monkeypatch.setenv("VISTAZO_CACHE", "off")
    assert np.array_equal(extract(FROZEN, PIXELS), whole)
    assert np.array_equal(
        np.concatenate([extract(FROZEN, one[None]) for one in PIXELS[:3]]), whole[:3]
    )
    assert sum(computed) == 21 + 21 + 3


def test_what_is_only_asked_about_is_not_kept(computed, tmp_path):
    """It is looked up, and leaves nothing."""
    extract(FROZEN, PIXELS[:2])
    before = list(tmp_path.rglob("*.npz"))
    extract(FROZEN, PIXELS[:4], keep=False)
    assert sum(computed) == 4
    assert list(tmp_path.rglob("*.npz")) == before


def test_progress_is_of_new_images(computed):
    """It goes up to their number, and says nothing where there are none."""
    extract(FROZEN, PIXELS[:5])
    told = []
    extract(FROZEN, PIXELS, progress=lambda done, total: told.append((done, total)))
    assert told[-1] == (16, 16)
    assert told == sorted(told)
    told.clear()
    extract(FROZEN, PIXELS, progress=lambda done, total: told.append((done, total)))
    assert not told


def test_other_weights_sides_and_shapes_are_other_features(computed):
    """Nothing is taken from what another network, size or image left."""
    extract(FROZEN, PIXELS[:2])
    extract(Frozen(FROZEN.name, 128), PIXELS[:2])
    extract(Frozen("random-" + FROZEN.name, 96), PIXELS[:2])
    extract(FROZEN, PIXELS[:2].reshape(2, 9, 16, 1))
    assert sum(computed) == 8
    extract(Frozen("random-" + FROZEN.name, 96), PIXELS[:2])
    extract(Frozen(FROZEN.name, 128), PIXELS[:2])
    assert sum(computed) == 8  # each is kept beside the others
    assert len(set(image_keys(PIXELS))) == 21


@pytest.mark.parametrize("damage", ["cut", "changed", "renamed"])
def test_a_damaged_file_is_removed_and_computed_again(computed, damage, tmp_path):
    """What was damaged on the disk is noticed by its hash."""
    whole = extract(FROZEN, PIXELS[:4])
    (file,) = tmp_path.glob("features/*/*.npz")
    content = bytearray(file.read_bytes())
    if damage == "cut":
        file.write_bytes(content[:-20])
    elif damage == "changed":
        content[len(content) // 2] ^= 1
        file.write_bytes(content)
    else:
        file.rename(file.with_name("0" * 64 + ".npz"))
    assert np.array_equal(extract(FROZEN, PIXELS[:4]), whole)
    assert sum(computed) == 8
    (kept,) = tmp_path.glob("features/*/*.npz")
    assert kept.name == file.name


def test_without_room_nothing_is_kept_and_nobody_bothered(computed, monkeypatch, tmp_path):
    """A full disk costs time, not the result; older stores make room for newer ones."""
    usage = feature_store.shutil.disk_usage(tmp_path)
    monkeypatch.setattr(feature_store.shutil, "disk_usage", lambda path: usage._replace(free=0))
    assert extract(FROZEN, PIXELS[:2]).shape == (2, 1280)
    assert not list(tmp_path.glob("features/*/*.npz"))
    small = usage._replace(total=20 * 8_000)
    monkeypatch.setattr(feature_store.shutil, "disk_usage", lambda path: small)
    extract(FROZEN, PIXELS[:2])
    assert len(list(tmp_path.glob("features/*/*.npz"))) == 1
    extract(Frozen(FROZEN.name, 128), PIXELS[:2])
    assert len(list(tmp_path.glob("features/*/*.npz"))) == 1


def _keep(folder, first):
    store = FeatureStore(folder)
    for row in range(first, first + 20):
        store.keep([bytes([row]) * 16], np.full((1, 8), row, np.float16))


def test_two_processes_keep_at_once(tmp_path):
    """Files of both are whole and found."""
    context = multiprocessing.get_context("spawn")
    both = [context.Process(target=_keep, args=(tmp_path / "s", first)) for first in (0, 20)]
    for process in both:
        process.start()
    for process in both:
        process.join()
    known = FeatureStore(tmp_path / "s").read([bytes([row]) * 16 for row in range(40)])
    assert sorted(key[0] for key in known) == list(range(40))
    assert all((features == key[0]).all() for key, features in known.items())
