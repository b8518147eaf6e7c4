"""How small a difference between two methods so many images can show."""

from math import sqrt

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq
from scipy.special import chdtri, ndtr, ndtri, stdtrit

DISAGREEMENT = 0.2
"""Share of images that one of two methods alone gets right, where nothing is known: that of two
methods which are right on 89 % each and err independently (2 × 0.89 × 0.11)."""
POWER = 0.8
"""How often the difference is to be found: the convention of Cohen 1988, "Statistical Power
Analysis for the Behavioral Sciences", sec. 2.4."""
_QUANTILES = 2_000


def detectable_difference(
    n_images: float,
    *,
    folds: int,
    repeats: int = 1,
    level: float = 0.95,
    disagreement: float = DISAGREEMENT,
    power: float = POWER,
) -> float:
    """Return the difference in accuracy that the test of a comparison finds with some power.

    The difference of two methods on one image is 1, 0 or -1; its variance is the share of
    images that one alone gets right minus the squared difference (Connor 1987, "Sample size
    for testing differences in proportions for the paired-sample design"). The test is
    :func:`vistazo.evaluation.statistics.corrected_t_test`. Repeats draw new folds of the same
    images: they tell the spread better, while the mean still rests on ``n_images``. What
    other training images would change is not in it, so that it is the best case.

    Parameters
    ----------
    n_images : float
        Images that are scored, more than 0.
    folds : int
        1 for one given split, whose test is normal.
    repeats : int
    level : float
        Of the test, in (0, 1).
    disagreement : float
        Share of images that one of the two methods alone gets right, in (0, 1). A larger
        difference raises it to itself, as it must.
    power : float
        In (0, 1).

    Returns
    -------
    float
        In (0, 1).
    """
    ratios = _critical_ratios(folds, repeats, level)

    def excess(difference: float) -> float:
        variance = (max(disagreement, difference) - difference**2) / n_images
        found = float(ndtr(difference / sqrt(variance) - ratios).mean())
        return found - power

    return float(brentq(excess, 0.0, 1 - 1e-9))


def _critical_ratios(folds: int, repeats: int, level: float) -> NDArray[np.float64]:
    """Return quantiles of what the mean must exceed, in standard errors of the mean itself."""
    if folds == 1:
        return np.array([float(ndtri((1 + level) / 2))])
    n_scores = folds * repeats
    # folds of one repeat share their mean with those of every other
    freedom = repeats * (folds - 1)
    upper_tail = (np.arange(_QUANTILES) + 0.5) / _QUANTILES
    squares = chdtri(freedom, upper_tail)  # (_QUANTILES,) sums of squares over their variance
    corrected = folds * (1 / n_scores + 1 / (folds - 1))
    critical = float(stdtrit(n_scores - 1, (1 + level) / 2))
    ratios: NDArray[np.float64] = critical * np.sqrt(corrected * squares / (n_scores - 1))
    return ratios
