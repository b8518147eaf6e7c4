"""Gaussian blur: less noise, softer edges."""

import numpy as np
from scipy import ndimage

from vistazo.preprocessing import Pixels, Step

__all__ = ["Gaussian"]


class Gaussian(Step):
    """Blurs each channel with a Gaussian, cut off at four standard deviations.

    Parameters
    ----------
    sigma : float, default=1.0
        Standard deviation in pixels, above 0 and at most 50.

    References
    ----------
    ``scipy.ndimage.gaussian_filter``, mirrored at the border as OpenCV does.
    """

    sigma: float = 1.0

    def ranges(self) -> dict[str, tuple[bool, str]]:
        """Return the limits of the parameters."""
        return {"sigma": (0 < self.sigma <= 50, "0 < x ≤ 50")}

    def apply(self, pixels: Pixels) -> Pixels:
        """Return the blurred image."""
        sigma = (self.sigma, self.sigma, 0)
        blurred = ndimage.gaussian_filter(pixels.astype(np.float32), sigma, mode="mirror")
        # float32 may leave the range by a rounding error
        return np.rint(blurred).clip(0, 255).astype(np.uint8)
