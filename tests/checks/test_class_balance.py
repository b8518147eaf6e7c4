"""Class balance: what a comparison would refuse, and what uneven classes mean."""

import numpy as np
import pytest

from tests.checks._data import photos
from vistazo.checks.class_balance import ClassBalance
from vistazo.errors import DataError
from vistazo.evaluation.protocol import Protocol
from vistazo.metrics.intervals import wilson


def run(data, **protocol):
    return ClassBalance().run(data, Protocol(**protocol))


def test_even_classes_say_nothing():
    """Equal classes with enough images give no finding."""
    assert run(photos(60, ("a", "b", "c"))) == []


@pytest.mark.parametrize("grouped", [False, True])
def test_fatal_exactly_where_a_comparison_is_refused(grouped):
    """It is fatal for just those folds for which splitting raises, by images or by groups."""
    counts = (12, 7, 30)
    groups = np.arange(49) // 2 if grouped else None
    data = photos(49, ("a", "b", "c"), counts=counts, groups=groups)
    for folds in range(2, 10):
        protocol = Protocol(folds=folds)
        found = ClassBalance().run(data, protocol)
        try:
            protocol.splits(data)
            refused = False
        except DataError:
            refused = True
        assert any(finding.severity == "fatal" for finding in found) == refused, folds


def test_every_class_that_is_too_small_is_named_with_the_way_out():
    """All small classes stand with their counts, and the folds advised are accepted."""
    data = photos(27, ("few", "enough", "fewer"), counts=(4, 20, 3))
    finding = run(data, folds=5)[0]
    assert finding.count == 2
    assert set(finding.examples) == {"few", "fewer"}
    assert "fewer (3), few (4)" in finding.what
    assert "--folds 3" in finding.advice
    Protocol(folds=3).splits(data)


def test_a_single_image_can_not_be_folded():
    """Where a class has one image, no number of folds is advised."""
    finding = run(photos(21, counts=(20, 1)))[0]
    assert finding.severity == "fatal"
    assert "--folds" not in finding.advice
    assert "--classes" in finding.advice


def test_uneven_classes_are_a_note_unless_accuracy_names_the_winner():
    """A dominant class is a note with its share, and an alarm where accuracy decides."""
    data = photos(100, counts=(80, 20))
    (note,) = run(data)
    assert note.severity == "note"
    assert "80 %" in note.what
    assert note.measured == {"ratio": 4.0, "majority_share": 0.8, "chance": 0.5}
    (alarm,) = run(data, metric="accuracy")
    assert alarm.severity == "alarm"
    assert "--metric balanced_accuracy" in alarm.advice


def test_rare_classes_get_the_width_of_what_can_be_known():
    """Classes of fewer than 20 images are told with Wilson's interval of the smallest."""
    data = photos(34, ("a", "b", "c"), counts=(12, 10, 12))
    (finding,) = run(data)
    low, high = wilson(5, 10)
    assert f"±{(high - low) / 2:.2f}" in finding.what
    assert finding.measured == {"smallest_class": 10}


def test_a_given_split_is_asked_for_its_test_part():
    """Without a test part it is fatal; a class that the test part lacks is an alarm."""
    missing = run(photos(60), split="given")
    assert [finding.severity for finding in missing] == ["fatal"]
    split = np.where(np.arange(90) < 60, "train", "test")
    labels = np.array(["a", "b", "c"])[np.arange(90) % 3]
    labels[split == "test"] = np.where(labels[split == "test"] == "c", "a", labels[split == "test"])
    data = photos(90, ("a", "b", "c"), split=split)
    data = type(data)(data.name, data.images, labels, data.classes, data.sources, data.split)
    (alarm,) = (finding for finding in run(data, split="given") if finding.severity == "alarm")
    assert alarm.examples == ("c",)
