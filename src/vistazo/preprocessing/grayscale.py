"""Colour becomes gray, with one channel."""

from vistazo.preprocessing import Pixels, Step
from vistazo.preprocessing._luma import luma

__all__ = ["Grayscale"]


class Grayscale(Step):
    """Keeps the luma of ITU-R BT.601 (0.299 red, 0.587 green, 0.114 blue); gray stays."""

    def apply(self, pixels: Pixels) -> Pixels:
        """Return one channel."""
        return luma(pixels)[..., None]
