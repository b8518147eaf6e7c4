"""How much the pixels of two images agree once one is turned to lie like the other."""

import numpy as np
from numpy.typing import NDArray
from PIL import Image

_SURE = 2.0
"""Degrees from a quarter turn within which the image may have been turned by just that."""
_NONE = 0.5
"""Degrees from a quarter turn that mean nothing."""

Pixels = NDArray[np.uint8]


def agreement(a: Pixels, b: Pixels, degrees: float, mirrored: bool) -> float:
    """Return the correlation of all pixels and channels of two images laid onto each other.

    Colours count: a red drawing and the same in blue do not agree. Brightness and contrast
    do not. A turn by a quarter moves pixels and compares whole images; any other compares the
    circles inside, and turns either image by interpolation, because the other one may be
    what came out of just that.

    Parameters
    ----------
    a, b : ndarray of uint8, shape (height, width, channels)
    degrees : float
        By how much ``b`` is turned counter-clockwise, in [0, 360).
    mirrored : bool
        Whether ``b`` is mirrored left to right before.

    Returns
    -------
    float
        In [-1, 1]; 0 where one of them is plain.
    """
    if mirrored:
        b = b[:, ::-1]
    quarters = round(degrees / 90)
    rest = abs(degrees - 90 * quarters)
    found = []
    height, width, _ = a.shape
    straight = quarters % 2 == 0 or height == width
    if straight and rest < _SURE:
        found.append(_correlation(a, np.rot90(b, quarters)))
    if not straight or rest > _NONE:
        inside = _circle(height, width)
        found.append(_correlation(a[inside], _turned(b, degrees)[inside]))
        found.append(_correlation(_turned(a, -degrees)[inside], b[inside]))
    return max(found)


def _correlation(a: Pixels, b: Pixels) -> float:
    first, second = (values.astype(np.float64).ravel() for values in (a, b))
    first -= first.mean()
    second -= second.mean()
    size = np.sqrt((first @ first) * (second @ second))
    return float(first @ second / size) if size > 0 else 0.0


def _turned(pixels: Pixels, degrees: float) -> Pixels:
    gray = pixels.shape[2] == 1
    image = Image.fromarray(np.ascontiguousarray(pixels[..., 0] if gray else pixels))
    turned = np.asarray(image.rotate(degrees, Image.Resampling.BILINEAR))
    return turned.reshape(pixels.shape)


def _circle(height: int, width: int) -> NDArray[np.bool_]:
    rows, columns = np.mgrid[:height, :width]
    radius = min(height, width) / 2
    apart = (rows - (height - 1) / 2) ** 2 + (columns - (width - 1) / 2) ** 2
    # the outermost pixels of a turned image are mixed with what fills its corners
    return np.asarray(apart < (radius - 1) ** 2)
