"""Brightness is said to tell classes apart only where it does so beyond chance."""

from types import SimpleNamespace

import numpy as np
import pytest

from vistazo.data.arrays import from_arrays
from vistazo.data.pixel_statistics import pixel_statistics
from vistazo.report.exploration.brightness import separates_classes


def exploration(tones, labels, seed=0):
    print("seed", seed)
    noise = np.random.default_rng(seed).integers(-20, 21, (len(labels), 8, 8))
    pixels = np.clip(np.asarray(tones)[:, None, None] + noise, 0, 255).astype(np.uint8)
    data = from_arrays(pixels, labels)
    return SimpleNamespace(pixels=pixel_statistics(data), shown=data)


@pytest.mark.parametrize("seed", range(3))
def test_many_small_classes_of_random_tones_are_not_told_apart(seed):
    """A third of the variance lies between thirty random classes of three, and is no finding."""
    tones = np.random.default_rng(seed).integers(40, 216, 90)
    found = exploration(tones, [f"c{i % 30:02}" for i in range(90)], seed)
    assert found.pixels.between_classes >= 0.25
    assert not separates_classes(found)


def test_classes_of_their_own_tone_are_told_apart():
    """Where each class has its tone it is a finding; with an image for each class it cannot be."""
    assert separates_classes(exploration([60, 180] * 10, ["dark", "light"] * 10))
    assert not separates_classes(exploration([60, 180], ["dark", "light"]))
