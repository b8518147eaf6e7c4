"""Detectable difference: what these images can show, before anything is trained."""

import numpy as np
import pytest

from tests.checks._data import photos
from vistazo.checks.detectable_difference import DetectableDifference, smallest_difference
from vistazo.data.arrays import from_arrays
from vistazo.evaluation.power import detectable_difference
from vistazo.evaluation.protocol import Protocol


def measured(data, **protocol):
    (finding,) = DetectableDifference().run(data, Protocol(**protocol))
    assert finding.severity == "note"
    return finding.measured


def test_it_is_the_power_of_the_test_of_a_comparison():
    """The numbers are those of the test for these images, with more repeats and more images."""
    assert measured(photos(200), folds=4, metric="accuracy") == {
        "difference": detectable_difference(200, folds=4),
        "difference_with_4_times_the_images": detectable_difference(800, folds=4),
        "difference_with_10_repeats": detectable_difference(200, folds=4, repeats=10),
        "scored_images": 200,
        "disagreement": 0.2,
        "power": 0.8,
    }


def test_given_folds_are_counted():
    """The sentence before a comparison has the number of folds that the data bring."""
    data = from_arrays(photos(60).images.pixels, ["a", "b"] * 30, folds=[0, 1, 2] * 20)
    said = smallest_difference(data, Protocol(split="given-folds", duplicates="ignore"))
    assert said == smallest_difference(data, Protocol(folds=3, duplicates="ignore"))
    assert said != smallest_difference(data, Protocol(folds=5, duplicates="ignore"))


def test_a_rare_class_weighs_in_balanced_accuracy():
    """The mean of classes varies as that of k² / Σ 1/n images, checked by simulation."""
    counts = np.array([150, 50, 10])
    data = photos(210, ("a", "b", "c"), counts=counts)
    scored = measured(data)["scored_images"]
    rng = np.random.default_rng(0)
    recalls = rng.binomial(counts, 0.7, (40_000, 3)) / counts
    assert recalls.mean(axis=1).var() == pytest.approx(0.7 * 0.3 / scored, rel=0.05)
    assert measured(data, metric="accuracy")["scored_images"] == 210


def test_groups_count_once():
    """Images of one group are one: 100 images in pairs are as good as 50."""
    data = photos(100, groups=np.arange(100) // 4 * 2 + np.arange(100) % 2)
    assert measured(data, metric="accuracy")["scored_images"] == 50


def test_a_given_split_rests_on_its_test_images():
    """Only test images count where the split is given, and no repeats are advised."""
    split = np.where(np.arange(100) < 60, "train", "test")
    data = photos(100, split=split)
    numbers = measured(data, split="given", metric="accuracy")
    assert numbers["difference"] == detectable_difference(40, folds=1)
    assert "difference_with_10_repeats" not in numbers
    assert measured(data, metric="accuracy")["scored_images"] == 60


def test_without_images_to_score_nothing_is_said():
    """A given split that is not there has no smallest difference."""
    assert DetectableDifference().run(photos(20), Protocol(split="given")) == []
    assert smallest_difference(photos(20), Protocol(split="given")) is None
    assert "points" in smallest_difference(photos(20), Protocol())
