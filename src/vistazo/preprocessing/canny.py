"""Edges alone, white on black (Canny)."""

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from vistazo.preprocessing import Pixels, Step
from vistazo.preprocessing._luma import luma

__all__ = ["Canny"]

Floats = NDArray[np.float64]


class Canny(Step):
    """Finds edges one pixel wide; the image becomes gray, 255 on edges and 0 elsewhere.

    Parameters
    ----------
    low, high : float, default=100, 200
        Steepness (norm of the Sobel derivatives of gray levels) from which a pixel continues
        an edge, and from which it begins one: 0 ≤ low ≤ high ≤ 1500.
    sigma : float, default=1.0
        Standard deviation of the blur before, from 0 to 50 pixels.

    References
    ----------
    Canny, "A computational approach to edge detection", 1986; as in
    ``skimage.feature.canny(mode="mirror")``, which gives the same edges.
    """

    low: float = 100.0
    high: float = 200.0
    sigma: float = 1.0

    def ranges(self) -> dict[str, tuple[bool, str]]:
        """Return the limits of the parameters."""
        return {
            "low": (0 <= self.low <= self.high, f"0 ≤ x ≤ {self.high:g}"),
            "high": (self.high <= 1500, "x ≤ 1500"),
            "sigma": (0 <= self.sigma <= 50, "0 ≤ x ≤ 50"),
        }

    def apply(self, pixels: Pixels) -> Pixels:
        """Return the edges, shape (height, width, 1)."""
        # in [0, 1], so that rounding decides equal neighbours as in scikit-image
        gray = luma(pixels) * (1 / 255)  # (height, width)
        smooth = ndimage.gaussian_filter(gray, self.sigma, mode="mirror")
        down, across = ndimage.sobel(smooth, axis=0), ndimage.sobel(smooth, axis=1)
        steepness: Floats = np.sqrt(down * down + across * across)
        weak = _ridges(down, across, steepness) & (steepness >= self.low / 255)
        weak &= steepness > 0
        labels, n_lines = ndimage.label(weak, np.ones((3, 3), bool))
        kept = np.zeros(n_lines + 1, bool)
        kept[labels[weak & (steepness >= self.high / 255)]] = True
        return np.where(kept[labels], 255, 0).astype(np.uint8)[..., None]


def _ridges(down: Floats, across: Floats, steepness: Floats) -> NDArray[np.bool_]:
    """Return where no neighbour along the gradient is steeper; never on the border.

    The neighbours are interpolated between the two pixels that the gradient passes between.
    """
    ridge = np.zeros(steepness.shape, bool)
    if min(steepness.shape) < 3:
        return ridge
    inner = slice(1, -1), slice(1, -1)
    down, across, here = down[inner], across[inner], steepness[inner]
    steep_down, steep_across = np.abs(down), np.abs(across)
    upright = steep_down > steep_across
    falling = ((down >= 0) & (across >= 0)) | ((down <= 0) & (across <= 0))
    longer = np.maximum(np.where(upright, steep_down, steep_across), np.finfo(float).tiny)
    aside = np.where(upright, steep_across, steep_down) / longer

    def beside(rows: int, columns: int) -> Floats:
        h, w = steepness.shape
        return steepness[1 + rows : h - 1 + rows, 1 + columns : w - 1 + columns]

    highest = np.ones(here.shape, bool)
    for way in (1, -1):
        diagonal = np.where(falling, beside(way, way), beside(-way, way))
        vertical = np.where(falling, beside(way, 0), beside(-way, 0))
        straight = np.where(upright, vertical, beside(0, way))
        highest &= diagonal * aside + straight * (1 - aside) <= here
    ridge[inner] = highest
    return ridge
