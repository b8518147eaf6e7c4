"""The numbers over an axis: as many as there is room for, none cut off, none over another."""

from dataclasses import dataclass
from itertools import pairwise

from vistazo.report.notation import fixed
from vistazo.report.scale import Scale

_CHARACTER, _GAP = 7, 5
"""Pixels of the widest digit at 11 px, and between two numbers."""


@dataclass(frozen=True)
class TickLabel:
    """One tick.

    Parameters
    ----------
    x : float
        Pixel of the tick.
    middle : float
        Pixel of the middle of its number, which differs where the tick is near an end.
    text : str
    """

    x: float
    middle: float
    text: str

    @property
    def half(self) -> float:
        """Half of the width of its number, in pixels."""
        return len(self.text) * _CHARACTER / 2


def tick_labels(axis: Scale, width: float) -> list[TickLabel]:
    """Return the ticks of an axis in a figure so many pixels wide, about four at the most."""
    for wanted in (4, 3, 2, 1):
        labels = [_label(axis, tick, wanted, width) for tick in axis.ticks(wanted)]
        if all(b.middle - a.middle >= a.half + b.half + _GAP for a, b in pairwise(labels)):
            return labels
    return labels[:1]


def _label(axis: Scale, tick: float, wanted: int, width: float) -> TickLabel:
    there = TickLabel(axis(tick), axis(tick), fixed(tick, axis.tick_digits(wanted)))
    middle = min(max(there.x, there.half), width - there.half)
    return TickLabel(there.x, round(middle, 1), there.text)
