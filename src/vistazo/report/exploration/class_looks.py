"""Colours and shapes of classes in a scatter plot, so that colour alone decides nothing."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vistazo.report.scale import Scale

MOST = 20
"""More classes cannot be told apart: the others are drawn alike."""
_COLOURS = 10
_SHAPES = (
    "h0",
    "m-2.4 -2.4h4.8v4.8h-4.8z",
    "m0 -3l3 5.2h-6z",
    "m0 -3.2l3.2 3.2l-3.2 3.2l-3.2 -3.2z",
    "m-2.6 -2.6l5.2 5.2m0 -5.2l-5.2 5.2",
)
"""Around a point: a dot, a square, a triangle, a diamond, a cross."""


@dataclass(frozen=True)
class Look:
    """How a class is drawn.

    Parameters
    ----------
    name : str
    style : str
        CSS classes.
    shape : str
        What an SVG path draws around a point.
    """

    name: str
    style: str
    shape: str

    def path(self, points: NDArray[np.float64], x: Scale, y: Scale) -> str:
        """Return the SVG path of points, shape (n_points, 2)."""
        return "".join(f"M{x(a)} {y(b)}{self.shape}" for a, b in points.tolist())


def class_looks(names: Sequence[str]) -> list[Look]:
    """Return a look for each of at most :data:`MOST` classes."""
    looks = []
    for place, name in enumerate(names):
        shape = (place + place // _COLOURS) % len(_SHAPES)
        looks.append(Look(name, f"hue-{place % _COLOURS} shape-{shape}", _SHAPES[shape]))
    return looks


def other_look(name: str) -> Look:
    """Return the look of all classes that have none of their own."""
    return Look(name, "hue-other shape-0", _SHAPES[0])
