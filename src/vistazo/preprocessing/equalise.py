"""Tones spread over the whole range: histogram equalisation."""

import numpy as np

from vistazo.preprocessing import Pixels, Step
from vistazo.preprocessing._luma import Plane, with_changed_luma

__all__ = ["Equalise"]


class Equalise(Step):
    """Makes all tones about equally frequent; of colour images only the lightness.

    An image of one tone stays as it is.

    References
    ----------
    OpenCV, ``equalizeHist``: tone v becomes (H(v) - h) / (n - h) · 255, where H(v) counts the
    pixels of tones up to v, h those of the darkest tone, and n all.
    """

    def apply(self, pixels: Pixels) -> Pixels:
        """Return the equalised image."""
        return with_changed_luma(pixels, _equalised)


def _equalised(plane: Plane) -> Plane:
    counts = np.bincount(plane.ravel(), minlength=256)
    darkest = counts[counts > 0][0]
    if darkest == plane.size:
        return plane
    share = (counts.cumsum() - darkest) / (plane.size - darkest)  # (256,)
    tones: Plane = np.rint(255 * share.clip(0)).astype(np.uint8)
    return tones[plane]
