"""ImageDataset and Images: rows stay together, subsets are nested, scikit-learn slices them."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.model_selection import cross_val_score

from vistazo.data.arrays import from_arrays
from vistazo.data.images import FACTS, Images


def numbered(n_images=20, n_classes=2, split=None):
    """Images whose first pixel is their row number."""
    pixels = np.zeros((n_images, 8, 8, 3), np.uint8)
    pixels[:, 0, 0, 0] = np.arange(n_images)
    labels = np.arange(n_images) % n_classes
    return from_arrays(pixels, labels, groups=np.arange(n_images) // 2, split=split)


@pytest.mark.parametrize(
    "index",
    [
        slice(3, 15, 2),
        np.array([5, 2, 2]),
        [5, 2],
        np.arange(20) % 3 == 0,
        (np.array([7, 1]),),
        np.array([], int),
    ],
)
def test_images_slice_together(index):
    """Slices, index arrays, masks and one-element tuples select rows of every part alike."""
    data = numbered(split=["train"] * 10 + ["validation"] * 10)
    images = data.images[index]
    rows = np.arange(20)[index]
    assert isinstance(images, Images)
    assert images.pixels[:, 0, 0, 0].tolist() == rows.tolist()
    assert images.groups.tolist() == (rows // 2).tolist()
    assert images.validation.tolist() == (rows >= 10).tolist()
    assert images.facts.shape == (len(rows), len(FACTS))
    assert images.shape == (len(rows), 8, 8, 3)
    assert len(images) == len(rows)


def test_one_image_is_its_pixels():
    """A whole number selects the pixels of one image."""
    images = numbered().images
    assert images[3].shape == (8, 8, 3)
    assert np.array_equal(np.asarray(images)[3], images[np.int64(3)])


def test_scikit_learn_hands_over_images():
    """Cross-validation gives estimators an Images, not a list or an array."""
    seen = []

    class Recorder(ClassifierMixin, BaseEstimator):
        def fit(self, X, y):
            self.classes_ = np.unique(y)
            seen.append(X)
            return self

        def predict(self, X):
            seen.append(X)
            return np.full(len(X), self.classes_[0])

    data = numbered()
    scores = cross_val_score(Recorder(), data.images, data.labels, cv=5)
    assert len(scores) == 5
    assert len(seen) == 10
    assert all(isinstance(images, Images) and images.groups is not None for images in seen)


@given(
    st.integers(2, 5),
    st.integers(10, 60),
    st.integers(1, 60),
    st.integers(1, 60),
    st.integers(0, 99),
)
def test_subsets_are_nested_and_stratified(n_classes, n_images, some, more, seed):
    """A smaller subset is part of a larger one, and classes keep their shares within one image."""
    data = numbered(n_images, n_classes)
    some, more = sorted((min(some, n_images), min(more, n_images)))
    small, large = data.limited(some, seed), data.limited(more, seed)
    assert len(small) == some
    assert set(small.sources) <= set(large.sources)
    assert list(small.sources) == sorted(small.sources)
    for name, count in data.class_counts().items():
        assert abs(small.class_counts()[name] - some * count / n_images) <= 1


def test_subsets_keep_the_test_part():
    """A limit counts only rows that are not test rows, and test rows all stay."""
    data = numbered(20, split=["train"] * 12 + ["test"] * 8)
    limited = data.limited(4)
    assert (limited.split == "test").sum() == 8
    assert (limited.split == "train").sum() == 4


def test_fingerprint_sees_every_part():
    """The fingerprint changes with a pixel, a label or a group, and with nothing else."""
    data = numbered()
    assert numbered().fingerprint == data.fingerprint
    pixels = data.images.pixels.copy()
    groups = data.images.groups.copy()
    labels = data.labels.copy()
    pixels[0, 0, 0, 1] += 1
    changed = [
        from_arrays(pixels, data.labels, groups=groups),
        from_arrays(data.images.pixels, labels[::-1], groups=groups),
        from_arrays(data.images.pixels, labels, groups=np.roll(groups, 1)),
        from_arrays(data.images.pixels, labels),
    ]
    assert len({data.fingerprint, *(other.fingerprint for other in changed)}) == 5
