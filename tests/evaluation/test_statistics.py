"""Intervals and tests of fold scores against formulas and numbers known beforehand."""

from itertools import combinations
from math import sqrt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from vistazo.evaluation.statistics import (
    Interval,
    TTest,
    corrected_t_test,
    holm,
    mean_interval,
)


def test_by_hand():
    """Differences 2, 4, 6 with ratio 1/2 give t² = 4.8 and, with 2 degrees, a closed p."""
    test = corrected_t_test([2, 4, 6], 0.5)
    error = sqrt((1 / 3 + 1 / 2) * 4)
    assert (test.mean, test.degrees_of_freedom) == (4, 2)
    assert test.p_value == pytest.approx(1 - sqrt(4.8 / 6.8))
    assert test.high - test.mean == pytest.approx(4.302652730 * error)
    assert test.mean - test.low == pytest.approx(4.302652730 * error)


def test_published_example():
    """scikit-learn's guide on comparing models prints t = 0.750 and, one-sided, p = 0.227.

    "Statistical comparison of models using grid search": two kernels on make_moons, ROC AUC
    of 10 × 10 folds; without the correction t would be 2.611.
    """
    from sklearn.datasets import make_moons
    from sklearn.model_selection import RepeatedStratifiedKFold, cross_val_score
    from sklearn.svm import SVC

    X, y = make_moons(noise=0.352, random_state=1, n_samples=100)
    folds = RepeatedStratifiedKFold(n_splits=10, n_repeats=10, random_state=0)
    rbf, linear = (
        cross_val_score(SVC(kernel=kernel), X, y, scoring="roc_auc", cv=folds)
        for kernel in ("rbf", "linear")
    )
    corrected = corrected_t_test(rbf - linear, 10 / 90)
    naive = corrected_t_test(rbf - linear, 0)
    assert corrected.p_value / 2 == pytest.approx(0.227, abs=0.0005)
    assert stats.t.isf(corrected.p_value / 2, 99) == pytest.approx(0.750, abs=0.0005)
    assert stats.t.isf(naive.p_value / 2, 99) == pytest.approx(2.611, abs=0.0005)


@given(st.lists(st.floats(-1, 1), min_size=2, max_size=30), st.floats(0, 1))
def test_correction_widens_the_ordinary_t_interval(differences, ratio):
    """The interval is Student's, wider by sqrt(1 + J n_test/n_train)."""
    test = corrected_t_test(differences, ratio)
    n, mean, sd = len(differences), np.mean(differences), np.std(differences, ddof=1)
    half = stats.t.ppf(0.975, n - 1) * sd / sqrt(n) * sqrt(1 + n * ratio)
    assert (test.low, test.high) == pytest.approx((mean - half, mean + half), abs=1e-9)
    if sd > 1e-6:
        statistic = mean / (sd / sqrt(n) * sqrt(1 + n * ratio))
        assert test.p_value == pytest.approx(2 * stats.t.sf(abs(statistic), n - 1), rel=1e-6)
        assert (test.p_value < 0.05) == (not test.low <= 0 <= test.high)


def test_no_spread():
    """Equal differences have no interval to speak of, and p is 1 at 0 and else 0."""
    assert corrected_t_test([0.0, 0.0, 0.0], 0.25) == TTest(0, 0, 0, 1, 2)
    assert corrected_t_test([0.5, 0.5], 0.25) == TTest(0.5, 0.5, 0.5, 0, 1)
    rounding = [1e-17, 0.0, -1e-17, 1e-17, 1e-17]
    assert corrected_t_test(rounding, 0.25).p_value == 1


def test_resolution_keeps_limits_apart():
    """Equal scores keep the distance that so few images ask for; unequal ones their own."""
    assert corrected_t_test([0.0, 0.0], 0.25, resolution=0.1).high == 0.1
    assert mean_interval([1.0, 1.0], 0.25, bounds=(0, 1), resolution=0.1) == Interval(1, 0, 0.9, 1)
    spread = corrected_t_test([0.0, 1.0, 2.0], 0.25)
    assert corrected_t_test([0.0, 1.0, 2.0], 0.25, resolution=0.1) == spread


def test_single_score():
    """One score has a mean and nothing around it."""
    assert corrected_t_test([0.25], 0.25) == TTest(0.25, None, None, None, 0)
    assert mean_interval([0.25], 0.25) == Interval(0.25, None, None, None)


@pytest.mark.parametrize("scores", [[], [None], [0.5, None]])
def test_missing_scores(scores):
    """Where a fold has no score, the mean is not one of the others."""
    assert mean_interval(scores, 0.25) == Interval(None, None, None, None)


def test_mean_interval():
    """Mean and sample deviation are NumPy's; the limits are the t-test's within the bounds."""
    scores = [0.90, 0.99, 0.97, 0.99, 0.93]
    free, bounded = mean_interval(scores, 0.25), mean_interval(scores, 0.25, bounds=(0, 1))
    test = corrected_t_test(scores, 0.25)
    assert free == Interval(test.mean, np.std(scores, ddof=1), test.low, test.high)
    assert free.high > 1
    assert bounded == Interval(test.mean, free.sd, test.low, 1)


@given(st.lists(st.one_of(st.none(), st.floats(0, 1)), max_size=6))
def test_holm_is_the_closed_test_of_bonferroni(p_values):
    """An adjusted p is the largest Bonferroni p among all sets of tests it belongs to."""
    known = [index for index, p in enumerate(p_values) if p is not None]
    expected = [
        None
        if p is None
        else max(
            min(1, size * min(p_values[i] for i in chosen))
            for size in range(1, len(known) + 1)
            for chosen in combinations(known, size)
            if index in chosen
        )
        for index, p in enumerate(p_values)
    ]
    assert holm(p_values) == pytest.approx(expected)
