"""Median filter: single odd pixels vanish, edges stay."""

import numpy as np
from scipy import ndimage

from vistazo.preprocessing import Pixels, Step

__all__ = ["Median"]


class Median(Step):
    """Each pixel becomes the median of a square around it, channel by channel.

    Parameters
    ----------
    size : int, default=3
        Side of the square: an odd number from 3 to 15.

    References
    ----------
    ``scipy.ndimage.median_filter``; beyond the border the nearest pixel counts, as in OpenCV.
    """

    size: int = 3

    def ranges(self) -> dict[str, tuple[bool, str]]:
        """Return the limits of the parameters."""
        return {"size": (self.size in range(3, 16, 2), "3 | 5 | 7 | 9 | 11 | 13 | 15")}

    def apply(self, pixels: Pixels) -> Pixels:
        """Return the filtered image."""
        size = (self.size, self.size, 1)
        return np.asarray(ndimage.median_filter(pixels, size, mode="nearest"))
