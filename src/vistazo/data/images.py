"""Images as estimators take them: pixels, with the facts of their files and their groups."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vistazo.data.image_files.spilling import rows_of

FACTS = ("width", "height", "file_bytes", "channels", "jpeg_quality")
"""What is known of each file before decoding: sides as stored in pixels; size in bytes;
channels, of which transparency is one: 1 or 2 gray, 3 or 4 colour; and the quality that a JPEG
was saved with, 1 to 100, NaN for other formats."""


@dataclass(frozen=True, eq=False)
class Images(Sequence[NDArray[np.uint8]]):
    """Decoded images that slice together with what is known about them.

    scikit-learn treats it as an array: it has ``shape`` and takes index arrays, so
    cross-validation hands estimators an ``Images`` and not a list.

    Parameters
    ----------
    pixels : ndarray of uint8, shape (n_images, height, width, channels)
        1 channel is gray, 3 are red, green, blue.
    facts : ndarray of float32, shape (n_images, len(FACTS))
        Of the original files, in the order of :data:`FACTS`; NaN where there is no file.
    groups : ndarray of int64, shape (n_images,), or None
        Images of one group belong to one fold (the same object, person, scene).
    validation : ndarray of bool, shape (n_images,), or None
        True for the rows that the data set itself sets aside for validation.
    fit : {"pad", "crop", "stretch"}
        How other shapes were given this one: a model reads new files the same way.
    """

    pixels: NDArray[np.uint8] = field(repr=False)
    facts: NDArray[np.float32] = field(repr=False)
    groups: NDArray[np.int64] | None = field(default=None, repr=False)
    validation: NDArray[np.bool_] | None = field(default=None, repr=False)
    fit: str = "pad"

    @property
    def shape(self) -> tuple[int, ...]:
        """(n_images, height, width, channels)."""
        return self.pixels.shape

    @property
    def image_shape(self) -> tuple[int, int, int]:
        """(height, width, channels)."""
        _, height, width, channels = self.pixels.shape
        return height, width, channels

    @property
    def dtype(self) -> np.dtype[np.uint8]:
        """Always uint8."""
        return self.pixels.dtype

    @property
    def ndim(self) -> int:
        """Always 4."""
        return self.pixels.ndim

    def __len__(self) -> int:
        return len(self.pixels)

    def __getitem__(self, index: Any) -> Any:
        # scikit-learn's _safe_indexing sends a one-element tuple
        rows = index[0] if isinstance(index, tuple) and len(index) == 1 else index
        if isinstance(rows, int | np.integer):
            return self.pixels[rows]
        return Images(
            rows_of(self.pixels, rows),
            self.facts[rows],
            None if self.groups is None else self.groups[rows],
            None if self.validation is None else self.validation[rows],
            self.fit,
        )

    def __array__(
        self, dtype: np.dtype[Any] | None = None, copy: bool | None = None
    ) -> NDArray[Any]:
        return np.array(self.pixels, dtype=dtype, copy=copy)


def plain(pixels: NDArray[np.uint8]) -> Images:
    """Return images without files behind them: their sides are known, no file size is."""
    n_images, height, width, channels = pixels.shape
    facts = np.full((n_images, len(FACTS)), np.nan, np.float32)
    facts[:, FACTS.index("width")] = width
    facts[:, FACTS.index("height")] = height
    facts[:, FACTS.index("channels")] = channels
    return Images(pixels, facts)
