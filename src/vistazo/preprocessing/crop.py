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

    def sides(self, height: int, width: int) -> tuple[int, int]:
        """Return sides of which none is longer than before."""
        wanted = self.size or (min(height, width), min(height, width))
        return min(height, wanted[0]), min(width, wanted[1])

    def apply(self, pixels: Pixels) -> Pixels:
        """Return the middle."""
        h, w = pixels.shape[:2]
        height, width = self.sides(h, w)
        top, left = (h - height) // 2, (w - width) // 2
        return pixels[top : top + height, left : left + width]
