"""A turn around the centre by a fixed angle."""

import numpy as np
from PIL import Image

from vistazo.data.policy import BORDER
from vistazo.preprocessing import Pixels, Step

__all__ = ["Rotate"]


class Rotate(Step):
    """Turns an image and keeps its size: corners are lost, and what appears is gray.

    Parameters
    ----------
    degrees : float
        Counter-clockwise as seen, from -360 to 360.
    fill : int, default=127
        Gray level of what lies beyond the image, from 0 to 255.

    References
    ----------
    Pillow, ``Image.rotate`` with its bicubic filter; half turns, and quarter turns of square
    images, are exact.
    """

    degrees: float
    fill: int = BORDER

    def ranges(self) -> dict[str, tuple[bool, str]]:
        """Return the limits of the parameters."""
        return {
            "degrees": (-360 <= self.degrees <= 360, "-360 ≤ x ≤ 360"),
            "fill": (0 <= self.fill <= 255, "0 ≤ x ≤ 255"),
        }

    def apply(self, pixels: Pixels) -> Pixels:
        """Return the turned image."""
        gray = pixels.shape[2] == 1
        image = Image.fromarray(pixels[..., 0] if gray else pixels)
        fill = self.fill if gray else (self.fill,) * 3
        turned = image.rotate(self.degrees, Image.Resampling.BICUBIC, fillcolor=fill)
        return np.array(turned).reshape(pixels.shape)
