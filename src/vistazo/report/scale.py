"""Axes of figures: from values to pixels, with round tick values."""

import math
from collections.abc import Iterable
from dataclasses import dataclass

_STEPS = (1.0, 2.0, 2.5, 5.0, 10.0)


@dataclass(frozen=True)
class Scale:
    """A linear axis.

    Parameters
    ----------
    low, high : float
        Values at its ends; ``low < high``.
    start, end : float
        Pixels at its ends; ``start > end`` where the axis points up.

    Examples
    --------
    >>> Scale(0.0, 1.0, 10.0, 110.0)(0.25)
    35.0
    """

    low: float
    high: float
    start: float
    end: float

    def __call__(self, value: float) -> float:
        """Return the pixel of a value, to a tenth; values outside go to the nearer end."""
        share = (value - self.low) / (self.high - self.low)
        return round(self.start + min(max(share, 0.0), 1.0) * (self.end - self.start), 1)

    def ticks(self, wanted: int = 5) -> list[float]:
        """Return round values in the range, about as many as wanted."""
        step = _step(self.high - self.low, wanted)
        first = math.ceil(self.low / step - 1e-9)
        last = math.floor(self.high / step + 1e-9)
        return [round(i * step, 10) for i in range(first, last + 1)]

    def tick_digits(self, wanted: int = 5) -> int:
        """Return how many decimals the tick values need."""
        step = _step(self.high - self.low, wanted)
        return next(digits for digits in range(12) if round(step, digits) == round(step, 12))


def covering(values: Iterable[float | None], start: float, end: float, *, zero: bool) -> Scale:
    """Return an axis over all values there are, widened to round ends.

    Parameters
    ----------
    values : iterable of float or None
        What will be drawn; None is left out.
    start, end : float
        Pixels at the ends.
    zero : bool
        Whether zero must be on the axis.
    """
    known = [value for value in values if value is not None]
    if zero or not known:
        known.append(0.0)
    low, high = min(known), max(known)
    if low == high:
        low, high = (low - 0.5, high + 0.5) if low else (0.0, 1.0)
    step = _step(high - low, 5)
    return Scale(
        math.floor(low / step + 1e-9) * step, math.ceil(high / step - 1e-9) * step, start, end
    )


def _step(span: float, wanted: int) -> float:
    rough = span / wanted
    power = 10.0 ** math.floor(math.log10(rough))
    return min((s * power for s in _STEPS), key=lambda step: abs(step - rough))
