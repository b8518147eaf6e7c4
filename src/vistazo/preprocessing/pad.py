"""A border of gray up to a size, none where the image is larger."""

import numpy as np

from vistazo.data.policy import BORDER
from vistazo.preprocessing import Pixels, Step
from vistazo.preprocessing._size import Size, limits

__all__ = ["Pad"]


class Pad(Step):
    """Centres an image on a larger one, without resampling.

    Parameters
    ----------
    size : int or (height, width) or None, default=None
        Pixels; a side that is longer stays as it is. None: the smallest square.
    fill : int, default=127
        Gray level of the border, from 0 to 255.
    """

    size: Size | None = None
    fill: int = BORDER

    def ranges(self) -> dict[str, tuple[bool, str]]:
        """Return the limits of the parameters."""
        size = {} if self.size is None else {"size": limits(self.size)}
        return {**size, "fill": (0 <= self.fill <= 255, "0 ≤ x ≤ 255")}

    def sides(self, height: int, width: int) -> tuple[int, int]:
        """Return sides of which none is shorter than before."""
        wanted = self.size or (max(height, width), max(height, width))
        return max(height, wanted[0]), max(width, wanted[1])

    def apply(self, pixels: Pixels) -> Pixels:
        """Return the image with its border."""
        h, w, channels = pixels.shape
        canvas = np.full((*self.sides(h, w), channels), self.fill, np.uint8)
        top, left = (canvas.shape[0] - h) // 2, (canvas.shape[1] - w) // 2
        canvas[top : top + h, left : left + w] = pixels
        return canvas
