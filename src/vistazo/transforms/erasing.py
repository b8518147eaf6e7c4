"""Where random erasing fills an image: Zhong et al. 2017."""

import numpy as np
from numpy.typing import NDArray

__all__ = ["erased_boxes"]

_AREA = (0.02, 0.4)  # s_l and s_h of the paper
_ASPECT = (0.3, 1 / 0.3)  # r_1 and r_2: height to width


def erased_boxes(
    erased: NDArray[np.bool_], uniform: NDArray[np.float32], height: int, width: int
) -> NDArray[np.int64]:
    """Return a rectangle for each image, empty where nothing is erased.

    The area is drawn uniformly and the logarithm of the aspect ratio too, from the ratios
    with which this area fits into the image; the paper draws both again until it fits.

    Parameters
    ----------
    erased : ndarray of bool, shape (n_images,)
    uniform : ndarray of float32, shape (n_images, 4)
        In [0, 1): for the area, the aspect ratio, the top and the left.
    height, width : int
        Of the images, in pixels.

    Returns
    -------
    ndarray of int64, shape (n_images, 4)
        Top, left, bottom and right; all zero where nothing is erased.
    """
    if not erased.any():
        return np.zeros((len(erased), 4), np.int64)
    share, ratio, down, across = uniform.T
    area = height * width * (_AREA[0] + (_AREA[1] - _AREA[0]) * share)
    flattest = np.log(np.maximum(_ASPECT[0], area / width**2))
    tallest = np.log(np.minimum(_ASPECT[1], height**2 / area))
    aspect = np.exp(flattest + (tallest - flattest) * ratio)
    tall = np.clip(np.rint(np.sqrt(area * aspect)), 1, height)
    wide = np.clip(np.rint(np.sqrt(area / aspect)), 1, width)
    top = np.floor(down * (height - tall + 1))
    left = np.floor(across * (width - wide + 1))
    boxes = np.stack((top, left, top + tall, left + wide), 1).astype(np.int64)
    boxes[~erased] = 0
    return boxes
