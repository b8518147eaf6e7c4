"""The bootstrap on one test set against closed forms and simulation."""

from math import inf, nan, sqrt

import numpy as np
import pytest
from scipy import stats

from vistazo.evaluation.bootstrap import (
    BootstrappedScore,
    bootstrap,
    bootstrap_interval,
    paired_bootstrap,
)
from vistazo.evaluation.statistics import Interval


def accuracy(correct, **options):
    """Bootstrap the accuracy of a method that is right on these images."""
    actual = np.zeros(len(correct), dtype=int)
    return bootstrap(
        actual, 1 - correct.astype(int), None, metric="accuracy", n_classes=2, **options
    )


def test_interval_of_accuracy():
    """An accuracy of 0.846 on 2,000 images is 0.830 to 0.862, as the binomial law has it."""
    found = bootstrap_interval(accuracy(np.arange(2000) < 1692, resamples=2000))
    half = 1.959964 * sqrt(0.846 * 0.154 / 2000)
    assert found.mean == 0.846
    assert found.sd is None
    assert (found.low, found.high) == pytest.approx((0.846 - half, 0.846 + half), abs=0.001)


def test_perfect_on_few_images():
    """Twenty right of twenty is no proof of perfection: 0.85 to 1, the rule of three."""
    found = bootstrap_interval(accuracy(np.ones(20, dtype=bool)), bounds=(0, 1))
    assert (found.mean, found.high) == (1, 1)
    assert found.low == pytest.approx(0.85, abs=0.001)


def test_undefined_score():
    """Where the score is undefined there is no interval and no test."""
    codes = np.zeros(4, dtype=int)
    nothing = bootstrap(codes, codes, None, metric="brier", n_classes=2)
    assert bootstrap_interval(nothing) == Interval(None, None, None, None)
    assert paired_bootstrap(nothing, nothing) is None


def test_undefined_samples_are_left_out():
    """Samples without a score count for nothing."""
    scored = BootstrappedScore(1000, 0.5, np.array([0.4, nan, 0.6]))
    whole = BootstrappedScore(1000, 0.5, np.array([0.4, 0.6]))
    assert bootstrap_interval(scored) == bootstrap_interval(whole)


def test_paired_test_of_accuracies():
    """The standard error is that of paired shares, the p-value that of a normal law."""
    draws = np.random.default_rng(0)
    a, b = draws.random((2, 1000)) < [[0.85], [0.80]]
    test = paired_bootstrap(accuracy(a, resamples=4000), accuracy(b, resamples=4000))
    differences = a.astype(float) - b
    error = differences.std() / sqrt(1000)
    assert test.mean == pytest.approx(differences.mean())
    assert (test.high - test.mean) / 1.959964 == pytest.approx(error, rel=0.05)
    assert test.degrees_of_freedom == inf
    own_error = (test.high - test.mean) / stats.norm.ppf(0.975)
    assert test.p_value == pytest.approx(2 * stats.norm.sf(test.mean / own_error))


def test_coverage_with_probabilities():
    """Limits of 95 % hold the true AUC of two normal classes in 95 % of sets, within 5 %."""
    seed = 4
    print("seed", seed)
    draws = np.random.default_rng(seed)
    truth = stats.norm.cdf(1 / sqrt(2))  # classes one standard deviation apart
    covered = []
    for _ in range(120):
        actual = np.arange(120) % 2
        chance = stats.norm.cdf(draws.normal(size=120) + actual)
        found = bootstrap_interval(
            bootstrap(
                actual,
                actual,
                np.stack([1 - chance, chance], axis=1),
                metric="macro_roc_auc",
                n_classes=2,
                resamples=50,
            )
        )
        covered.append(found.low <= truth <= found.high)
    assert np.mean(covered) == pytest.approx(0.95, abs=0.05)
