"""What one pass over the pixels tells of each image: tones, information, detail, colour."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from vistazo.checks._content import content, may_have_border
from vistazo.data.images import Images

_STACK_BYTES = 1 << 18
"""Pixels measured at once: enough that the cost of a call is spread, few enough for a cache."""


class Quality(NamedTuple):
    """Numbers of each image, without the border around it.

    Parameters
    ----------
    shadows, highlights : ndarray of float32, shape (n_images,)
        5th and 99th percentile of the luma, 0 to 255.
    entropy : ndarray of float32, shape (n_images,)
        Of the 256 levels of luma, 0 to 8 bits.
    detail : ndarray of float32, shape (n_images,)
        Width in pixels of the typical detail, at least 0.6; NaN where nothing varies.
    spread : ndarray of float32, shape (n_images,)
        Largest difference between two colours of one pixel, 0 to 255; 0 for gray.
    """

    shadows: NDArray[np.float32]
    highlights: NDArray[np.float32]
    entropy: NDArray[np.float32]
    detail: NDArray[np.float32]
    spread: NDArray[np.float32]


def measure(images: Images) -> Quality:
    """Measure every image; beside the pixels it needs a few megabytes and five numbers an image."""
    pixels = images.pixels
    table = np.empty((len(pixels), len(Quality._fields)), np.float32)
    step = max(1, _STACK_BYTES // max(pixels[:1].nbytes, 1))
    for start in range(0, len(pixels), step):
        stack = pixels[start : start + step]
        bordered = may_have_border(stack, images.fit)  # (n_stack,)
        if not bordered.all():
            table[start : start + step][~bordered] = _measured(stack[~bordered])
        for place in np.flatnonzero(bordered):
            table[start + place] = _measured(content(stack[place], images.fit)[None])
    return Quality(*table.T)


def _measured(stack: NDArray[np.uint8]) -> NDArray[np.float64]:
    """Return the numbers of images of one size, shape (n_images, len(Quality._fields))."""
    luma = _luma(stack)  # (n_images, height, width)
    n_images, n_pixels = len(luma), luma[0].size
    places = luma.reshape(n_images, -1) + 256 * np.arange(n_images)[:, None]
    counts = np.bincount(places.ravel(), minlength=256 * n_images)
    shares = counts.reshape(n_images, 256) / n_pixels
    below = np.cumsum(shares, axis=1)
    logarithms = np.log2(shares, out=np.zeros_like(shares), where=shares > 0)
    return np.column_stack(
        [
            (below < 0.05).sum(axis=1),
            (below < 0.99).sum(axis=1),
            -(shares * logarithms).sum(axis=1),
            _detail(luma, shares),
            _spread(stack),
        ]
    )


def _luma(stack: NDArray[np.uint8]) -> NDArray[np.int32]:
    """Return the ITU-R BT.601 luma, rounded as Pillow does."""
    if stack.shape[-1] == 1:
        return stack[..., 0].astype(np.int32)
    red, green, blue = (stack[..., channel].astype(np.int32) for channel in range(3))
    return (19595 * red + 38470 * green + 7471 * blue + 32768) >> 16


def _detail(luma: NDArray[np.int32], shares: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return how wide the detail of each image is; NaN where nothing varies.

    The variance of the Laplacian (Pech-Pacheco et al. 2000, "Diatom autofocusing in
    brightfield microscopy") over that of the image, so that contrast does not count. For a
    random field with the correlation exp(-r²/2w²) the ratio is 8/w⁴, which is solved for w.
    """
    levels = np.arange(256)
    variance = shares @ levels**2 - (shares @ levels) ** 2  # (n_images,)
    if min(luma.shape[1:]) < 3:
        return np.full(len(luma), np.nan)
    laplacian = luma[:, :-2, 1:-1] + luma[:, 2:, 1:-1] + luma[:, 1:-1, :-2] + luma[:, 1:-1, 2:]
    laplacian -= 4 * luma[:, 1:-1, 1:-1]
    sharpness = laplacian.var(axis=(1, 2))
    ratio = np.divide(variance, sharpness, out=np.full(len(luma), np.nan), where=sharpness > 0)
    width: NDArray[np.float64] = (8 * ratio) ** 0.25
    return width


def _spread(stack: NDArray[np.uint8]) -> NDArray[np.uint8]:
    highest, lowest = stack[..., 0], stack[..., 0]
    for channel in range(1, stack.shape[-1]):
        highest = np.maximum(highest, stack[..., channel])
        lowest = np.minimum(lowest, stack[..., channel])
    widest: NDArray[np.uint8] = (highest - lowest).max(axis=(1, 2))
    return widest
