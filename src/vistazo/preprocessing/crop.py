"""The middle of an image, uncut where it is smaller."""

from vistazo.preprocessing import Pixels, Step
from vistazo.preprocessing._size import Size, limits

__all__ = ["Crop"]


class Crop(Step):
    """Cuts the middle out, without resampling.

    Parameters
    ----------
    size : int or (height, width) or None, default=None
        Pixels; a side that is shorter stays as it is. None: the largest square.
    """

    size: Size | None = None

    def ranges(self) -> dict[str, tuple[bool, str]]:
        """Return the limits of the parameters."""
        return {} if self.size is None else {"size": limits(self.size)}

    def apply(self, pixels: Pixels) -> Pixels:
        """Return the middle."""
        h, w = pixels.shape[:2]
        height, width = self.size or (min(h, w), min(h, w))
        top, left = max(h - height, 0) // 2, max(w - width, 0) // 2
        return pixels[top : top + height, left : left + width]
