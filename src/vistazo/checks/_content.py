"""The part of an image that its file brought, without the border that reading put around it."""

import numpy as np
from numpy.typing import NDArray

from vistazo.data.policy import BORDER


def may_have_border(stack: NDArray[np.uint8], how: str) -> NDArray[np.bool_]:
    """Tell which images could have a border: it reaches the first or the last corner.

    Parameters
    ----------
    stack : ndarray of uint8, shape (n_images, height, width, channels)
    how : {"pad", "crop", "stretch"}
        How they got their shape; only ``"pad"`` puts a border.

    Returns
    -------
    ndarray of bool, shape (n_images,)
    """
    if how != "pad":
        return np.zeros(len(stack), bool)
    corners = stack[:, [0, -1], [0, -1]]  # (n_images, 2, channels)
    reached: NDArray[np.bool_] = (corners == BORDER).all(axis=2).any(axis=1)
    return reached


def content(image: NDArray[np.uint8], how: str) -> NDArray[np.uint8]:
    """Return an image without the rows and columns of border around it.

    Parameters
    ----------
    image : ndarray of uint8, shape (height, width, channels)
    how : {"pad", "crop", "stretch"}

    Returns
    -------
    ndarray of uint8, shape (h, w, channels)
        A view; the whole image where there is no border or nothing else.
    """
    if not may_have_border(image[None], how)[0]:
        return image
    inside = image[..., 0] != BORDER  # (height, width)
    for channel in range(1, image.shape[-1]):
        inside |= image[..., channel] != BORDER
    rows, columns = np.flatnonzero(inside.any(axis=1)), np.flatnonzero(inside.any(axis=0))
    if not len(rows):
        return image
    return image[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
