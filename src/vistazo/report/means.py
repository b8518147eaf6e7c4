"""Means over folds or epochs, in writing."""

import math
import statistics
from collections.abc import Callable, Iterable

from vistazo.i18n import _
from vistazo.report.notation import MISSING, fixed


def mean_of(values: Iterable[float | None]) -> float | None:
    """Return the mean of the values there are; None where there is none."""
    known = _known(values)
    return statistics.fmean(known) if known else None


def mean_with_sd(
    values: Iterable[float | None], write: Callable[[float | None], str] = fixed
) -> str:
    """Write mean ± sample standard deviation of the values there are.

    Parameters
    ----------
    values : iterable of float or None
        None and nan are left out. One value has no standard deviation; none is a dash.
    write : callable
        How the mean is written; the deviation is so too, but never has a sign.
    """
    known = _known(values)
    if len(known) < 2:
        return write(known[0]) if known else MISSING
    mean, sd = statistics.fmean(known), statistics.stdev(known)
    return _("{mean} ± {sd}", mean=write(mean), sd=write(sd).removeprefix("+"))


def _known(values: Iterable[float | None]) -> list[float]:
    return [value for value in values if value is not None and not math.isnan(value)]
