"""Another size, by padding, cropping or stretching."""

from typing import Literal

from vistazo.data.policy import fit as fitted
from vistazo.preprocessing import Pixels, Step
from vistazo.preprocessing._size import Size, limits

__all__ = ["Resize"]


class Resize(Step):
    """Gives an image a size as reading does; see :func:`vistazo.data.policy.fit`.

    Parameters
    ----------
    size : int or (height, width)
        Pixels, up to 4096.
    fit : {"pad", "crop", "stretch"}, default="pad"
    """

    size: Size
    fit: Literal["pad", "crop", "stretch"] = "pad"

    def ranges(self) -> dict[str, tuple[bool, str]]:
        """Return the limits of the parameters."""
        return {"size": limits(self.size)}

    def sides(self, height: int, width: int) -> tuple[int, int]:  # noqa: ARG002
        """Return the size, whatever the image had."""
        return self.size

    def apply(self, pixels: Pixels) -> Pixels:
        """Return the image in the size."""
        return fitted(pixels, self.size, self.fit)
