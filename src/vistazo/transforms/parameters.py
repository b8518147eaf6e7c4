"""What is done to each image of a batch: numbers, without chance."""

from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["Parameters"]


@dataclass(frozen=True)
class Parameters:
    """The effects on each image of a batch.

    Parameters
    ----------
    flip_horizontal, flip_vertical : ndarray of bool, shape (n_images,)
    rotation : ndarray of float32, shape (n_images,)
        Degrees, counter-clockwise as seen.
    shear : ndarray of float32, shape (n_images,)
        Degrees.
    shift_x, shift_y : ndarray of float32, shape (n_images,)
        Pixels to the right and down.
    zoom_x, zoom_y : ndarray of float32, shape (n_images,)
        Width and height of what is shown as shares of the image's: below 1 enlarges.
    contrast : ndarray of float32, shape (n_images,)
        Factor on the distance from the mean gray of the image.
    brightness : ndarray of float32, shape (n_images,)
        Added to every number.
    erased : ndarray of int64, shape (n_images, 4)
        Top, left, bottom and right of the rectangle that is filled; bottom and right are the
        first row and column outside.
    noise : ndarray of float32, shape (n_images, height, width, channels), or None
        Added to the image.
    """

    flip_horizontal: NDArray[np.bool_]
    flip_vertical: NDArray[np.bool_]
    rotation: NDArray[np.float32]
    shear: NDArray[np.float32]
    shift_x: NDArray[np.float32]
    shift_y: NDArray[np.float32]
    zoom_x: NDArray[np.float32]
    zoom_y: NDArray[np.float32]
    contrast: NDArray[np.float32]
    brightness: NDArray[np.float32]
    erased: NDArray[np.int64]
    noise: NDArray[np.float32] | None = None

    def __len__(self) -> int:
        return len(self.rotation)

    def __getitem__(self, rows: slice | NDArray[np.int64]) -> "Parameters":
        """Return the parameters of some images."""
        values: dict[str, Any] = {field.name: getattr(self, field.name) for field in fields(self)}
        if self.noise is None:
            del values["noise"]
        return Parameters(**{name: value[rows] for name, value in values.items()})
