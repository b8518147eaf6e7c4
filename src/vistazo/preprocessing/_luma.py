"""Lightness apart from colour: what changes tones must not change hues."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from vistazo.preprocessing import Pixels

Plane = NDArray[np.uint8]
"""Shape (height, width)."""


def luma(pixels: Pixels) -> Plane:
    """Return the lightness of each pixel (ITU-R BT.601), as everywhere that colour becomes gray."""
    if pixels.shape[2] == 1:
        return pixels[..., 0]
    return np.asarray(Image.fromarray(pixels).convert("L"))


def with_changed_luma(pixels: Pixels, change: Callable[[Plane], Plane]) -> Pixels:
    """Return the image with another lightness and the same chroma (YCbCr, as in JPEG)."""
    if pixels.shape[2] == 1:
        return change(pixels[..., 0])[..., np.newaxis]
    planes = np.array(Image.fromarray(pixels).convert("YCbCr"))  # (height, width, 3)
    planes[..., 0] = change(planes[..., 0])
    return np.array(Image.fromarray(planes, "YCbCr").convert("RGB"))
