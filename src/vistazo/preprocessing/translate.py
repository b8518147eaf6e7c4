"""A shift by a fixed share of the sides."""

import numpy as np

from vistazo.data.policy import BORDER
from vistazo.preprocessing import Pixels, Step

__all__ = ["Translate"]


class Translate(Step):
    """Shifts an image by whole pixels and keeps its size; what appears is gray.

    Parameters
    ----------
    x, y : float, default=0.0
        Shares of width and height, to the right and down, from -1 to 1.
    fill : int, default=127
        Gray level of what lies beyond the image, from 0 to 255.
    """

    x: float = 0.0
    y: float = 0.0
    fill: int = BORDER

    def ranges(self) -> dict[str, tuple[bool, str]]:
        """Return the limits of the parameters."""
        return {
            "x": (-1 <= self.x <= 1, "-1 ≤ x ≤ 1"),
            "y": (-1 <= self.y <= 1, "-1 ≤ x ≤ 1"),
            "fill": (0 <= self.fill <= 255, "0 ≤ x ≤ 255"),
        }

    def apply(self, pixels: Pixels) -> Pixels:
        """Return the shifted image."""
        h, w = pixels.shape[:2]
        down, right = round(self.y * h), round(self.x * w)
        shifted = np.full_like(pixels, self.fill)
        shifted[max(down, 0) : h + min(down, 0), max(right, 0) : w + min(right, 0)] = pixels[
            max(-down, 0) : h - max(down, 0), max(-right, 0) : w - max(right, 0)
        ]
        return shifted
