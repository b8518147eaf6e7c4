"""Folds: every row once per repeat, classes in proportion, groups whole."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vistazo.data.dataset import ImageDataset, row_sources
from vistazo.data.images import plain
from vistazo.errors import DataError, UsageError
from vistazo.evaluation.protocol import Protocol, split_hash


def dataset(codes, groups=None, split=None):
    classes = tuple(f"c{code}" for code in range(max(codes) + 1))
    images = plain(np.zeros((len(codes), 8, 8, 1), np.uint8))
    if groups is not None:
        images = replace(images, groups=np.array(groups))
    labels = np.array([classes[code] for code in codes])
    return ImageDataset(
        "d",
        images,
        labels,
        classes,
        row_sources(len(codes)),
        split=None if split is None else np.array(split),
    )


@settings(max_examples=40, deadline=None)
@given(
    counts=st.lists(st.integers(5, 30), min_size=2, max_size=5),
    folds=st.integers(2, 5),
    repeats=st.integers(1, 3),
    seed=st.integers(0, 1000),
)
def test_every_row_is_predicted_once_per_repeat(counts, folds, repeats, seed):
    """The test parts of a repeat are a partition of the rows; train is the rest."""
    data = dataset([code for code, count in enumerate(counts) for _ in range(count)])
    splits = Protocol(folds=folds, repeats=repeats, seed=seed).splits(data)
    assert len(splits) == folds * repeats
    for repeat in range(repeats):
        parts = [split for split in splits if split.repeat == repeat]
        together = np.sort(np.concatenate([split.test for split in parts]))
        assert np.array_equal(together, np.arange(len(data)))
        for split in parts:
            assert np.array_equal(np.setdiff1d(np.arange(len(data)), split.test), split.train)
            shares = np.bincount(data.codes[split.test], minlength=len(counts))
            assert np.all(np.abs(shares - np.array(counts) / folds) < 1)


def test_groups_are_never_split():
    """All images of a group are on one side."""
    groups = np.repeat(np.arange(30), 3)
    data = dataset(list(np.repeat([0, 1], 45)), groups=groups)
    for split in Protocol(folds=4).splits(data):
        assert not set(groups[split.train]) & set(groups[split.test])


def test_repeats_differ_and_seeds_decide():
    """Another repeat or seed gives other folds; the same seed the same ones."""
    data = dataset([0, 1] * 30)
    first, second = (Protocol(repeats=2, seed=3).splits(data)[i] for i in (0, 5))
    assert not np.array_equal(first.test, second.test)
    assert split_hash(Protocol(seed=3).splits(data)) == split_hash(Protocol(seed=3).splits(data))
    assert split_hash(Protocol(seed=3).splits(data)) != split_hash(Protocol(seed=4).splits(data))


def test_test_rows_stay_untouched_by_folds():
    """Rows that the data set apart for the test are in no fold."""
    parts = ["train"] * 40 + ["validation"] * 10 + ["test"] * 10
    data = dataset([0, 1] * 30, split=parts)
    for split in Protocol().splits(data):
        assert max(split.train.max(), split.test.max()) < 50


def test_given_split_uses_the_parts_as_they_are():
    """``split="given"`` fits on train and validation rows and scores the test rows."""
    data = dataset([0, 1] * 30, split=["train"] * 40 + ["validation"] * 10 + ["test"] * 10)
    (only,) = Protocol(split="given").splits(data)
    assert np.array_equal(only.train, np.arange(50))
    assert np.array_equal(only.test, np.arange(50, 60))
    with pytest.raises(DataError, match="E-DATA-NOTEST"):
        Protocol(split="given").splits(dataset([0, 1] * 30))


def test_a_class_smaller_than_the_folds_is_named():
    """The error names the class, its count and a number of folds that works."""
    with pytest.raises(DataError, match=r"'c1' has too few images.*(3).*--folds 3.*E-DATA-FEW"):
        Protocol(folds=5).splits(dataset([0] * 20 + [1] * 3))


@pytest.mark.parametrize(
    "wrong", [{"folds": 1}, {"repeats": 0}, {"seed": -1}, {"level": 1.0}, {"rope": -0.1}]
)
def test_values_out_of_range_are_refused(wrong):
    """Each setting has a range, and the error says it."""
    with pytest.raises(UsageError, match="E-VALUE"):
        Protocol(**wrong)


def test_an_unknown_metric_is_refused_with_the_nearest():
    """A typo in the metric's name is answered with the right one."""
    with pytest.raises(UsageError, match="'accuracy'"):
        Protocol(metric="acuracy")
