"""Few labels: which images of a training part come with theirs."""

import numpy as np
import pytest

from tests.conftest import stripes
from vistazo.data.dataset import ImageDataset, row_sources
from vistazo.data.images import plain
from vistazo.errors import DataError, UsageError
from vistazo.evaluation.cells import Cell
from vistazo.evaluation.protocol import Protocol, split_hash
from vistazo.methods.nearest_mean import NearestMeanClassifier


@pytest.mark.parametrize(("labels", "count"), [(0.25, 10), (12, 12), (1.0, 40)])
def test_a_part_keeps_its_label_and_no_image_is_lost(toy, labels, count):
    """Every class by its share; training and test parts are those of all labels."""
    whole = Protocol(folds=3).splits(toy)
    for few, all_ in zip(Protocol(folds=3, labels=labels).splits(toy), whole, strict=True):
        assert len(few.train) == count
        assert np.array_equal(np.union1d(few.train, few.unlabelled), all_.train)
        assert np.array_equal(few.test, all_.test)
        assert few.n_train == all_.n_train == 40
        assert np.ptp(np.bincount(toy.codes[few.train])) <= 1


def test_fewer_are_among_more(toy):
    """So that curves over the number of labels are of one draw."""
    few, more = (Protocol(folds=3, labels=n).splits(toy) for n in (6, 20))
    for a, b in zip(few, more, strict=True):
        assert set(a.train) < set(b.train)


def test_another_seed_gives_other_images_their_label(toy):
    """And the same seed the same."""
    first, again, other = (Protocol(labels=9, seed=s).splits(toy)[0].train for s in (0, 0, 1))
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)


def test_a_class_without_a_label_is_an_error(toy):
    """By its name, before anything is fitted."""
    with pytest.raises(DataError, match=r"2 labels of 48 .* for the class '.*E-LABELS-FEW"):
        Protocol(labels=2).splits(toy)


@pytest.mark.parametrize("labels", [0, -1, 2.5, float("nan")])
def test_what_is_no_share_and_no_number_is_refused(labels):
    """A share up to 1, or a whole number."""
    with pytest.raises(UsageError, match=r"labels.*E-VALUE"):
        Protocol(labels=labels)


def test_labels_are_part_of_what_makes_a_result():
    """Splits and cells with other labels, or other images without, are other ones."""
    pixels, names = stripes()
    classes = ("across", "down", "flat")
    data = ImageDataset("s", plain(pixels), names, classes, row_sources(len(names)))
    whole, few = (Protocol(labels=n).splits(data) for n in (1, 9))
    assert split_hash(whole) != split_hash(few)
    keys = {Cell("m", NearestMeanClassifier(), s[0], 0, 1, "d").key for s in (whole, few)}
    assert len(keys) == 2
