"""Intervals and paired tests for the scores of folds, whose training images overlap."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf, sqrt

import numpy as np
from scipy.special import stdtr, stdtrit

_ROUNDING = 1e-12  # what scores of equal predictions differ by at most


@dataclass(frozen=True)
class Interval:
    """A mean of scores, their standard deviation, and the limits of the mean."""

    mean: float | None
    sd: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True)
class TTest:
    """A mean difference, its limits, and the two-sided p-value of there being none."""

    mean: float
    low: float | None
    high: float | None
    p_value: float | None
    degrees_of_freedom: float


def mean_interval(
    scores: Sequence[float | None],
    test_to_train: float,
    *,
    level: float = 0.95,
    bounds: tuple[float, float] = (-inf, inf),
    resolution: float = 0.0,
) -> Interval:
    """Return the mean of the scores of all folds and repeats with its interval.

    The variance of the mean is that of :func:`corrected_t_test`.

    Parameters
    ----------
    scores : sequence of float or None
        One for each fold of each repeat.
    test_to_train : float
        Test images per training image of a fold: 1/4 with five folds.
    level : float
        Confidence level in (0, 1).
    bounds : (float, float)
        The least and the greatest value of the metric; the limits stay within.
    resolution : float
        The limits are at least this far from the mean: that few images give equal scores
        does not show that all would (see :func:`vistazo.metrics.intervals.rule_of_three`).

    Returns
    -------
    Interval
        All None where there is no score or one is None; only the mean where there is one.
    """
    known = [value for value in scores if value is not None]
    if not known or len(known) < len(scores):
        return Interval(None, None, None, None)
    test = corrected_t_test(known, test_to_train, level=level, resolution=resolution)
    return within(bounds, test, float(np.std(known, ddof=1)) if len(known) > 1 else None)


def within(bounds: tuple[float, float], test: TTest, sd: float | None = None) -> Interval:
    """Return the interval of a test, its limits kept within the range of a metric."""
    low = None if test.low is None else max(test.low, bounds[0])
    high = None if test.high is None else min(test.high, bounds[1])
    return Interval(test.mean, sd, low, high)


def corrected_t_test(
    differences: Sequence[float],
    test_to_train: float,
    *,
    level: float = 0.95,
    resolution: float = 0.0,
) -> TTest:
    """Test whether paired differences over folds and repeats have the mean 0.

    The corrected resampled t test: the mean of J differences of standard deviation s has
    the variance (1/J + n_test/n_train) s², for the training images overlap, and J - 1
    degrees of freedom. Nadeau & Bengio 2003, "Inference for the generalization error",
    sec. 4; for repeated folds Bouckaert & Frank 2004, "Evaluating the replicability of
    significance tests for comparing learning algorithms".

    Parameters
    ----------
    differences : sequence of float, at least one
        Score of one method minus that of the other on the same fold.
    test_to_train, level, resolution : float
        As for :func:`mean_interval`.

    Returns
    -------
    TTest
        Only the mean where there is a single difference.
    """
    n = len(differences)
    mean = float(np.mean(differences))
    if n == 1:
        return TTest(mean, None, None, None, 0)
    error = float(np.std(differences, ddof=1)) * sqrt(1 / n + test_to_train)
    return t_test(mean, error, n - 1, level=level, resolution=resolution)


def t_test(
    mean: float,
    standard_error: float,
    degrees_of_freedom: float,
    *,
    level: float = 0.95,
    resolution: float = 0.0,
) -> TTest:
    """Test a mean of known standard error against 0.

    Parameters
    ----------
    mean, standard_error : float
        Without error the p-value is 1 where the mean is 0, else 0.
    degrees_of_freedom : float
        More than 0; infinite for a normal test.
    level, resolution : float
        As for :func:`mean_interval`.

    Returns
    -------
    TTest
    """
    half = float(stdtrit(degrees_of_freedom, (1 + level) / 2)) * standard_error
    half = max(half, resolution)
    if standard_error > _ROUNDING:
        p_value = 2 * float(stdtr(degrees_of_freedom, -abs(mean) / standard_error))
    else:
        p_value = 1.0 if abs(mean) <= _ROUNDING else 0.0
    return TTest(mean, mean - half, mean + half, p_value, degrees_of_freedom)


def holm(p_values: Sequence[float | None]) -> list[float | None]:
    """Adjust p-values so that all their tests together keep one error rate.

    Holm 1979, "A simple sequentially rejective multiple test procedure": the i-th smallest
    of m counts m - i + 1 times, no less than the one before and at most 1.

    Parameters
    ----------
    p_values : sequence of float or None
        None stands for a test that was not made: it stays None and counts for nothing.

    Returns
    -------
    list of float or None
        In the order given.
    """
    known = [(value, index) for index, value in enumerate(p_values) if value is not None]
    adjusted: list[float | None] = [None] * len(p_values)
    largest = 0.0
    for rank, (value, index) in enumerate(sorted(known)):
        largest = max(largest, min(1.0, value * (len(known) - rank)))
        adjusted[index] = largest
    return adjusted
