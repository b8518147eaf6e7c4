"""Numbers of any depth as bytes: the one rule for files and for arrays."""

from typing import Any

import numpy as np
from numpy.typing import NDArray


def from_integers(values: NDArray[Any], top: int) -> NDArray[np.uint8]:
    """Scale whole numbers in [0, top], top at most 65,535, to [0, 255], rounding half up.

    With ``top=65535`` this is division by 257: 0 stays 0, 65,535 becomes 255.
    """
    return ((values.astype(np.uint32) * 255 + top // 2) // top).astype(np.uint8)


def from_floats(values: NDArray[Any], low: float, high: float) -> NDArray[np.uint8]:
    """Scale numbers in [low, high] to [0, 255]; constant values become 0."""
    span = high - low
    scaled = (values.astype(np.float64) - low) * (255 / span if span > 0 else 0.0)
    return np.rint(scaled).astype(np.uint8)


def on_white(pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Lay transparent pixels on white.

    Parameters
    ----------
    pixels : ndarray of uint8, shape (..., colours + 1)
        The last channel is the opacity: 0 transparent, 255 opaque.

    Returns
    -------
    ndarray of uint8, shape (..., colours)
        opacity · colour + (1 − opacity) · 255, rounded.
    """
    colour, opacity = pixels[..., :-1].astype(np.uint16), pixels[..., -1:].astype(np.uint16)
    return ((colour * opacity + 255 * (255 - opacity) + 127) // 255).astype(np.uint8)
