"""What can be done to images before a method sees them; one file per step.

Laws, checked for each by ``tests/preprocessing/test_every_step.py``
--------------------------------------------------------------------
- Pixels are uint8 (height, width, channels) with 1 channel (gray) or 3 (red, green, blue), of
  any sides from 1; what comes back is such an image too. What goes in is never written to.
- No chance and nothing fitted: the same pixels and parameters give the same pixels, whatever
  other images there are. A step therefore learns nothing that a fold could leak.
- The shape of what comes back follows from the shape of what goes in. Channels stay, or
  become one.
- What lies beyond the border is never seen as an edge: filters mirror the image there, and
  room that is made gets the gray of the middle, as in :mod:`vistazo.data.policy`.
"""

from abc import ABC, abstractmethod

import numpy as np
import pydantic
from numpy.typing import NDArray

from vistazo.errors import require

__all__ = ["Pixels", "Step"]

Pixels = NDArray[np.uint8]
"""Shape (height, width, 1 or 3)."""


class Step(pydantic.BaseModel, ABC):
    """One change of an image, as data: its fields are its parameters, the main one first.

    The name is that of the class in small letters, and of the file.
    """

    model_config = pydantic.ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    @classmethod
    def name(cls) -> str:
        """Return what the step is called."""
        return cls.__name__.lower()

    def ranges(self) -> dict[str, tuple[bool, str]]:
        """Return for each limited parameter whether its limits hold, and what they are."""
        return {}

    def check(self) -> None:
        """Raise ``E-VALUE`` for the first parameter out of its range."""
        for parameter, (holds, range_) in self.ranges().items():
            value = self.model_dump()[parameter]
            require(holds, f"{self.name()}.{parameter}", value, range_)

    def sides(self, height: int, width: int) -> tuple[int, int]:
        """Return the height and width that an image of these gets: its own in most steps."""
        return height, width

    @abstractmethod
    def apply(self, pixels: Pixels) -> Pixels:
        """Return the changed image.

        Parameters
        ----------
        pixels : ndarray of uint8, shape (height, width, 1 or 3)

        Returns
        -------
        ndarray of uint8, shape (height', width', 1 or 3)
        """
