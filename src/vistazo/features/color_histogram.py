"""Colour histogram: how much of each tone an image holds, wherever it stands."""

import numpy as np
from numpy.typing import NDArray

__all__ = ["color_histogram"]


def color_histogram(images: NDArray[np.uint8], *, bins: int = 16) -> NDArray[np.float32]:
    """Return the share of pixels in each tone bin, one histogram per channel.

    Parameters
    ----------
    images : ndarray of uint8, shape (n_images, height, width, channels)
    bins : int, default=16
        Equal parts of [0, 256), from 2 to 256.

    Returns
    -------
    ndarray of float32, shape (n_images, channels * bins)
        Square roots of the shares (the Hellinger map), in [0, 1]; the squares of one
        channel's bins sum to one.

    References
    ----------
    Swain and Ballard, "Color indexing", 1991; the square root: Arandjelović and
    Zisserman, "Three things everyone should know to improve object retrieval", 2012.
    """
    n_images, height, width, channels = images.shape
    tone = (images.astype(np.int64) * bins) >> 8
    cell = tone + bins * np.arange(channels)
    cell += channels * bins * np.arange(n_images)[:, None, None, None]
    counts = np.bincount(cell.ravel(), minlength=n_images * channels * bins)
    shares = counts.reshape(n_images, channels * bins) / (height * width)
    features: NDArray[np.float32] = np.sqrt(shares).astype(np.float32)
    return features
