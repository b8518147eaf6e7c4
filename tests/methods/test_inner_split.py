"""The part a method sets aside: disjoint, stratified, groups whole."""

from dataclasses import replace

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from vistazo.data.images import plain
from vistazo.methods._inner_split import inner_split


def images(n, groups=None, validation=None):
    return replace(plain(np.zeros((n, 8, 8, 1), np.uint8)), groups=groups, validation=validation)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(1, 40), min_size=2, max_size=5), st.integers(0, 99))
def test_parts_are_disjoint_and_every_class_is_trained_on(counts, seed):
    """Train and watched rows make up all rows; no class is missing from training."""
    codes = np.repeat(np.arange(len(counts)), counts)
    train, watched = inner_split(images(len(codes)), codes, 0.1, seed)
    assert set(codes[train]) == set(range(len(counts)))
    assert len(watched) >= 1
    if max(counts) > 1:
        assert not set(train) & set(watched)
        assert sorted([*train, *watched]) == list(range(len(codes)))


def test_a_tenth_of_each_class_is_watched():
    """With enough images the part is stratified."""
    codes = np.repeat([0, 1], [200, 100])
    _, watched = inner_split(images(300), codes, 0.1, 0)
    assert np.bincount(codes[watched]).tolist() == [20, 10]


def test_groups_stay_whole():
    """No group is both trained on and watched."""
    codes, groups = np.tile([0, 1], 60), np.arange(120) // 4
    train, watched = inner_split(images(120, groups=groups), codes, 0.1, 0)
    assert len(watched)
    assert not set(groups[train]) & set(groups[watched])


def test_a_given_validation_part_is_used_as_it_is():
    """Rows that the data set marks for validation are the ones watched."""
    given_part = np.arange(40) >= 30
    train, watched = inner_split(images(40, validation=given_part), np.tile([0, 1], 20), 0.1, 0)
    assert np.array_equal(watched, np.arange(30, 40))
    assert np.array_equal(train, np.arange(30))
