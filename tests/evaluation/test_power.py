"""How small a difference so many images can show."""

from math import sqrt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vistazo.evaluation.power import detectable_difference
from vistazo.evaluation.statistics import corrected_t_test


def found(rng, n_images, folds, repeats, difference, disagreement):
    """Whether the test of a comparison finds a difference on images drawn at random."""
    shares = [(disagreement + sign * difference) / 2 for sign in (1, -1)]
    images = rng.choice([1, -1, 0], n_images, p=[*shares, 1 - disagreement])
    scores = []
    for _repeat in range(repeats):
        scores += [part.mean() for part in np.array_split(rng.permutation(images), folds)]
    return corrected_t_test(scores, 1 / (folds - 1)).p_value < 0.05


@pytest.mark.parametrize(
    ("n_images", "folds", "repeats", "disagreement"),
    [(500, 5, 1, 0.2), (1000, 5, 4, 0.2), (600, 3, 1, 0.3), (2000, 10, 2, 0.1)],
)
def test_four_of_five_simulated_comparisons_find_it(n_images, folds, repeats, disagreement):
    """The difference it names is found in 80 % of simulated comparisons, half of it seldom."""
    difference = detectable_difference(
        n_images, folds=folds, repeats=repeats, disagreement=disagreement
    )
    rng = np.random.default_rng(0)
    setting = (n_images, folds, repeats)
    hits = np.mean([found(rng, *setting, difference, disagreement) for _ in range(1500)])
    assert abs(hits - 0.8) < 0.04, f"seed 0: {hits}"
    half = np.mean([found(rng, *setting, difference / 2, disagreement) for _ in range(500)])
    assert half < 0.5, f"seed 0: {half}"


def test_one_split_is_the_paired_formula():
    """On one given split it solves Connor's formula for paired proportions."""
    difference = detectable_difference(800, folds=1)
    z_level, z_power = 1.959964, 0.841621
    assert difference == pytest.approx(
        (z_level + z_power) * sqrt((0.2 - difference**2) / 800), rel=1e-5
    )


@given(
    st.integers(4, 10**6),
    st.integers(2, 20),
    st.integers(1, 10),
    st.sampled_from([0.8, 0.9, 0.95, 0.99]),
)
def test_more_of_anything_shows_smaller_differences(n_images, folds, repeats, level):
    """It lies within (0, 1), and falls with images and repeats; a stricter level raises it."""
    now = detectable_difference(n_images, folds=folds, repeats=repeats, level=level)
    assert 0 < now < 1
    assert detectable_difference(4 * n_images, folds=folds, repeats=repeats, level=level) < now
    assert detectable_difference(n_images, folds=folds, repeats=repeats + 1, level=level) < now
    assert detectable_difference(n_images, folds=folds, repeats=repeats, level=0.995) > now
