"""ImageDataset and Images: rows stay together, subsets are nested, scikit-learn slices them."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.model_selection import cross_val_score

from vistazo.data.arrays import from_arrays
from vistazo.data.images import FACTS, Images
from vistazo.data.pipeline import ImagePipeline
from vistazo.data.reading import read_images
from vistazo.errors import UsageError
from vistazo.evaluation.protocol import Protocol
from vistazo.workflows.check import check
from vistazo.workflows.compare import compare
from vistazo.workflows.explore import explore
from vistazo.workflows.prepare import prepare


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


@pytest.mark.parametrize(
    ("rows", "seen"),
    [
        ([99], "by 99"),
        ([0, -1], "by -1"),
        (5, "by int64 ()"),
        ([0.5], "by float64 (1,)"),
        (np.arange(20) > 3, "by bool (20,)"),
    ],
)
def test_what_is_no_row_is_refused(rows, seen):
    """Rows that are not there, and masks, are refused as seen: no source may change its image."""
    with pytest.raises(UsageError, match="E-DATA-ROWS") as refused:
        numbered().take(rows)
    assert seen in refused.value.what
    assert "from 0 to 19" in refused.value.what


def test_rows_may_be_a_list():
    """A list of rows is as good as an array, and none is a data set too."""
    data = numbered().take([5, 2])
    assert data.images.pixels[:, 0, 0, 0].tolist() == [5, 2]
    assert data.sources == ("05", "02")
    assert len(numbered().take([])) == 0


@pytest.mark.parametrize("n_images", [-1, 0, 2.5])
def test_a_limit_that_is_no_number_of_images_is_refused(n_images):
    """A limit is a whole number above 0, also where the data set has fewer images."""
    with pytest.raises(UsageError, match="E-VALUE"):
        numbered().limited(n_images)


@pytest.mark.parametrize(
    "use",
    [
        check,
        explore,
        lambda data: compare({"x": None}, data, protocol=Protocol()),
        ImagePipeline.from_dataset,
    ],
)
@pytest.mark.parametrize("data", ["photos", np.zeros((4, 8, 8))])
def test_what_works_on_images_takes_no_path(use, data):
    """A path or an array where a data set is needed is told, with what makes one."""
    with pytest.raises(UsageError, match="E-DATA-TYPE") as refused:
        use(data)
    assert ("'photos'" if isinstance(data, str) else "ndarray") in refused.value.what
    assert "read_images" in refused.value.next_step


def test_what_reads_takes_no_images(tmp_path):
    """A data set where a path is needed is told as such."""
    for use in (read_images, lambda data: prepare(data, tmp_path / "out")):
        with pytest.raises(UsageError, match=r"not ImageDataset.*E-DATA-TYPE"):
            use(numbered())
