"""The laws of ``vistazo.checks``, for every check there is."""

import io
import math
import tracemalloc
from dataclasses import replace
from typing import get_args

import numpy as np
import pytest
from PIL import Image

from tests.checks._data import jpegs, photos, textures
from tests.data.pictures import encode, plant
from vistazo import catalog
from vistazo.checks import Check, Finding, Severity
from vistazo.data.arrays import from_arrays
from vistazo.data.reading import read_images
from vistazo.evaluation.protocol import Protocol

NAMES = catalog.names("checks")
PROTOCOLS = {
    "folds": Protocol(),
    "few folds": Protocol(folds=2, repeats=3, metric="accuracy"),
    "given": Protocol(split="given"),
    "copies ignored": Protocol(duplicates="ignore"),
}


@pytest.fixture(params=NAMES)
def name(request):
    return request.param


@pytest.fixture
def check(name):
    return catalog.load("checks", name)()


@pytest.fixture(scope="module")
def ailing(tmp_path_factory):
    """Files with everything wrong: repeated, mislabelled, dark, odd, in groups that were parted."""
    files = jpegs(
        {"a": 60, "b": 40, "c": 3},
        quality=lambda name, row: 50 if name == "a" else 95,
        shape=lambda name, row: (12, 60) if (name, row) == ("b", 0) else (32, 32 + row % 2),
    )
    files["b/copy.jpg"] = files["b/moved.jpg"] = files["a/0.jpg"]
    files["a/cut.jpg"] = files["a/1.jpg"][:-100]
    files["a/dark.png"] = textures(1)[0] // 6
    mirrored = Image.open(io.BytesIO(files["b/5.jpg"])).transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    files["b/mirrored.png"] = encode(mirrored)
    folder = plant(tmp_path_factory.mktemp("ailing"), files)
    data = read_images(folder)
    split = np.where(np.arange(len(data)) % 4 == 0, "test", "train")
    split[data.codes == 2] = "train"
    groups = np.arange(len(data)) // 3  # some of each in both parts
    return replace(data, images=replace(data.images, groups=groups), split=split)


def test_is_a_check_made_without_arguments(check):
    """Every file in the folder holds one check."""
    assert isinstance(check, Check)


@pytest.mark.parametrize("protocol", PROTOCOLS.values(), ids=PROTOCOLS)
def test_findings_are_whole(name, check, ailing, protocol):
    """A finding names its check, is a sentence, and its numbers are finite."""
    for finding in check.run(ailing, protocol):
        assert isinstance(finding, Finding)
        assert finding.check == name
        assert finding.severity in get_args(Severity)
        assert finding.what.endswith((".", ")"))
        assert "{" not in finding.what + finding.advice
        assert finding.count >= 0
        assert len(finding.examples) <= 10
        assert all(isinstance(example, str) for example in finding.examples)
        assert all(math.isfinite(value) for value in finding.measured.values())


def test_the_ailing_data_have_findings(check, ailing):
    """Every check has something to say of data with everything wrong, under some protocol."""
    assert any(check.run(ailing, protocol) for protocol in PROTOCOLS.values())


def test_nothing_is_changed_and_twice_is_the_same(name, check, ailing):
    """The data stay as they were, and the same data give the same findings again."""
    before = ailing.images.pixels.copy(), ailing.images.facts.copy(), ailing.labels.copy()
    ailing.images.pixels.flags.writeable = False
    once = check.run(ailing, Protocol())
    assert once == catalog.load("checks", name)().run(ailing, Protocol())
    np.testing.assert_equal((ailing.images.pixels, ailing.images.facts, ailing.labels), before)


@pytest.mark.parametrize("source", ["files", "arrays"])
def test_healthy_data_give_nothing_above_a_note(check, source, tmp_path):
    """Even classes of unlike images, written alike, are neither fatal nor an alarm."""
    if source == "files":
        data = read_images(plant(tmp_path, jpegs({"a": 40, "b": 40, "c": 40})))
    else:
        data = photos(120, ("a", "b", "c"))
    assert {finding.severity for finding in check.run(data, Protocol())} <= {"note"}


@pytest.mark.parametrize("channels", [1, 3])
def test_two_images_a_class_are_enough_to_look_at(check, channels):
    """The smallest data that can be split, or cannot, are answered, not failed on."""
    for n_images in (2, 4):
        pixels = textures(n_images)[..., :channels]
        data = from_arrays(pixels, ["a", "b"] * (n_images // 2))
        check.run(data, Protocol(folds=2))


# counting every allocation slows forests of trees tenfold
@pytest.mark.parametrize(
    "name",
    [pytest.param(n, marks=pytest.mark.slow if n == "shortcuts" else ()) for n in NAMES],
)
def test_memory_grows_by_a_part_of_the_pixels(name):
    """Beside the pixels, twice the images need at most a third of these pixels more."""
    check = catalog.load("checks", name)()
    pixels = np.random.default_rng(0).integers(0, 255, (3000, 64, 64, 3), np.uint8)
    peaks = []
    for n_images in (1500, 3000):
        data = from_arrays(pixels[:n_images], np.arange(n_images) % 5)
        tracemalloc.start()
        try:
            check.run(data, Protocol())
            peaks.append(tracemalloc.get_traced_memory()[1])
        finally:
            tracemalloc.stop()
    assert peaks[1] - peaks[0] < pixels[1500:].nbytes / 3
