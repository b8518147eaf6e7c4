"""What one given split can tell: a score, and how other test images would change it."""

from dataclasses import dataclass
from math import inf

import numpy as np
from numpy.typing import NDArray

from vistazo.evaluation.statistics import Interval, TTest, t_test, within
from vistazo.metrics.intervals import bootstrap_scores, rule_of_three
from vistazo.metrics.scores import score


@dataclass(frozen=True)
class BootstrappedScore:
    """A metric of one method on one test set, and on samples drawn from that set.

    Parameters
    ----------
    n_images : int
        Images in the test set.
    value : float or None
        The score on the test set; None where it is undefined.
    resampled : array of float, shape (resamples,)
        Those on the samples, NaN where undefined. Methods that were given the same seed
        have the same samples.
    """

    n_images: int
    value: float | None
    resampled: NDArray[np.float64]


def bootstrap(
    actual: NDArray[np.integer],
    predicted: NDArray[np.integer],
    probabilities: NDArray[np.floating] | None,
    *,
    metric: str,
    n_classes: int,
    resamples: int = 500,
    seed: int = 0,
) -> BootstrappedScore:
    """Measure one method on a test set and on samples of it.

    Parameters
    ----------
    actual, predicted, probabilities, metric, n_classes
        As for :func:`vistazo.metrics.scores.score`.
    resamples, seed : int
        As for :func:`vistazo.metrics.intervals.bootstrap_scores`.

    Returns
    -------
    BootstrappedScore
        Without samples where the value is None.
    """
    n_images = len(actual)

    def score_of(rows: NDArray[np.intp]) -> float | None:
        chosen = None if probabilities is None else probabilities[rows]
        return score(metric, actual[rows], predicted[rows], chosen, n_classes)

    value = score_of(np.arange(n_images))
    if value is None:
        return BootstrappedScore(n_images, None, np.empty(0))
    resampled = bootstrap_scores(score_of, n_images, resamples=resamples, seed=seed)
    return BootstrappedScore(n_images, value, resampled)


def bootstrap_interval(
    scored: BootstrappedScore, *, level: float = 0.95, bounds: tuple[float, float] = (-inf, inf)
) -> Interval:
    """Return a score with its interval over the choice of test images.

    Normal limits with the standard deviation of the samples' scores as standard error,
    at least the rule of three from the score, and within the bounds of the metric. What other
    training images would change is not in them.

    Returns
    -------
    Interval
        ``sd`` is None, for there is one score; all None where it is undefined.
    """
    if scored.value is None:
        return Interval(None, None, None, None)
    test = _normal_test(scored.value, scored.resampled, scored.n_images, level)
    return within(bounds, test)


def paired_bootstrap(
    a: BootstrappedScore, b: BootstrappedScore, *, level: float = 0.95
) -> TTest | None:
    """Test whether two methods differ on images like those of the test set.

    Both are scored on the same samples, so that images hard for both add nothing. A normal
    test, because counting samples gives no p-value below 1/resamples, which the correction
    for many pairs would lift above any level. Efron & Tibshirani 1993, "An introduction to
    the bootstrap", ch. 6 and 12.

    Returns
    -------
    TTest or None
        The difference a - b; None where a score is undefined.
    """
    if a.value is None or b.value is None:
        return None
    return _normal_test(a.value - b.value, a.resampled - b.resampled, a.n_images, level)


def _normal_test(
    value: float, resampled: NDArray[np.float64], n_images: int, level: float
) -> TTest:
    error = float(np.nanstd(resampled, ddof=1))
    return t_test(value, error, inf, level=level, resolution=rule_of_three(n_images, level))
