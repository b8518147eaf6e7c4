"""Intervals for proportions and the bootstrap against closed forms."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binom, binomtest

from vistazo.metrics.intervals import bootstrap_scores, rule_of_three, wilson


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 400), st.floats(0, 1), st.sampled_from([0.8, 0.95, 0.99]))
def test_wilson_is_scipys(trials, share, level):
    """Wilson's limits are SciPy's and lie in [0, 1] around the proportion."""
    successes = round(share * trials)
    low, high = wilson(successes, trials, level)
    expected = binomtest(successes, trials).proportion_ci(level, method="wilson")
    assert (low, high) == pytest.approx((expected.low, expected.high), abs=1e-12)
    assert 0 <= low <= successes / trials + 1e-15
    assert successes / trials - 1e-15 <= high <= 1


@pytest.mark.parametrize("trials", [10, 50, 500])
def test_wilson_covers(trials):
    """Averaged over all proportions, the exact coverage of 95 % limits is 95 % within 1 %."""
    limits = np.array([wilson(k, trials) for k in range(trials + 1)])  # (trials + 1, 2)
    shares = np.linspace(0.01, 0.99, 99)
    covered = [
        binom.pmf(range(trials + 1), trials, p)[(limits[:, 0] <= p) & (p <= limits[:, 1])].sum()
        for p in shares
    ]
    assert np.mean(covered) == pytest.approx(0.95, abs=0.01)


def test_wilson_without_trials():
    """No trials tell nothing."""
    assert wilson(0, 0) == (0, 1)


@pytest.mark.parametrize(("trials", "level"), [(100, 0.95), (1000, 0.9), (50, 0.99)])
def test_rule_of_three(trials, level):
    """What has the limit's frequency stays unseen with probability 1 - level at most."""
    limit = rule_of_three(trials, level)
    exact = 1 - (1 - level) ** (1 / trials)
    assert exact <= limit <= 1.1 * exact


def test_rule_of_three_of_nearly_nothing():
    """One image excludes no frequency."""
    assert rule_of_three(1) == 1


def test_bootstrap_standard_error():
    """The spread of a bootstrapped share is sqrt(p (1 - p) / n)."""
    correct = np.arange(400) < 300
    scores = bootstrap_scores(lambda rows: correct[rows].mean(), 400, resamples=4000, seed=1)
    assert scores.std() == pytest.approx(np.sqrt(0.75 * 0.25 / 400), rel=0.05)
    assert scores.mean() == pytest.approx(0.75, abs=0.002)


def test_bootstrap_is_seeded_and_keeps_undefined_scores_apart():
    """Equal seeds draw equal rows, others others; an undefined score is NaN."""
    values = np.arange(30.0)

    def drawn(seed):
        return bootstrap_scores(
            lambda rows: None if rows[0] < 15 else values[rows].mean(), 30, resamples=50, seed=seed
        )

    np.testing.assert_array_equal(drawn(3), drawn(3))
    assert not np.array_equal(drawn(3), drawn(4), equal_nan=True)
    assert 0 < np.isnan(drawn(3)).sum() < 50
