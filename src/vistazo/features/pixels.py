"""Pixels: every number of the image, as it is."""

import numpy as np
from numpy.typing import NDArray

__all__ = ["pixels"]


def pixels(images: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Return the pixels of each image in a row.

    Parameters
    ----------
    images : ndarray of uint8, shape (n_images, height, width, channels)

    Returns
    -------
    ndarray of float32, shape (n_images, height * width * channels)
        In [0, 1].
    """
    return images.reshape(len(images), -1).astype(np.float32) / np.float32(255)
