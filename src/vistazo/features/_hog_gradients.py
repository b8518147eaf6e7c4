"""Gradient votes of HOG: the orientation bin and the magnitude of every pixel.

The arithmetic gives scikit-image's numbers to the last bit, because a gradient on the
edge of a bin goes whole to one side or the other.
"""

from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

_SPAN = 511
"""Two bytes differ by one of the integers -255 ... 255."""


class Votes(NamedTuple):
    """What each pixel adds to the histogram of its cell.

    Parameters
    ----------
    bins : ndarray of uint8, shape (n_images, rows, columns)
        Orientation bin, in [0, orientations).
    magnitudes : ndarray of float64, shape (n_images, rows, columns)
        Length of the gradient; not negative.
    """

    bins: NDArray[np.uint8]
    magnitudes: NDArray[np.float64]


def votes_of_floats(images: NDArray[Any], used: tuple[int, int], orientations: int) -> Votes:
    """Compute the votes of images of float32 or float64.

    Parameters
    ----------
    images : ndarray of float, shape (n_images, height, width, channels)
        The channel with the longest gradient votes for its pixel, the first of equals.
    used : tuple of int
        Rows and columns, from the top left, of the pixels that vote.
    orientations : int
        Number of bins over 180 degrees, in [1, 255].
    """
    by_row, by_column = _differences(images, used)  # (n, rows, columns, channels)
    if images.shape[-1] > 1:
        strongest = _strongest(np.hypot(by_row, by_column))
        by_row, by_column = by_row.take(strongest), by_column.take(strongest)
    shape = by_row.shape[:3]
    return _votes(by_row.reshape(shape), by_column.reshape(shape), orientations)


def votes_of_bytes(images: NDArray[np.uint8], used: tuple[int, int], orientations: int) -> Votes:
    """Look the votes up: a pair of byte differences has only 511 x 511 values.

    Parameters
    ----------
    images : ndarray of uint8, shape (n_images, height, width, channels)
    used, orientations
        As in :func:`votes_of_floats`, whose votes for the same numbers these are.
    """
    table = _table(orientations)
    # 16 bits hold every difference, and narrow numbers pass the caches faster
    by_row, by_column = _differences(images.astype(np.int16), used)
    pair = by_row.astype(np.int32)  # (n, rows, columns, channels)
    pair *= _SPAN
    pair += by_column
    pair += _SPAN**2 // 2
    index = pair.astype(np.intp)
    # no pair lies outside the table, so nothing is clipped: the mode spares the check
    magnitudes = table.magnitudes.take(index, mode="clip")
    if images.shape[-1] > 1:
        strongest = _strongest(magnitudes)
        index, magnitudes = index.take(strongest), magnitudes.take(strongest)
    shape = index.shape[:3]
    return Votes(table.bins.take(index, mode="clip").reshape(shape), magnitudes.reshape(shape))


@lru_cache(maxsize=8)
def _table(orientations: int) -> Votes:
    """Return the votes of all pairs of byte differences, each of shape (511 * 511,)."""
    differences = np.arange(_SPAN, dtype=np.float64) - _SPAN // 2
    by_row, by_column = np.repeat(differences, _SPAN), np.tile(differences, _SPAN)
    return _votes(by_row, by_column, orientations)


def _differences(images: NDArray[Any], used: tuple[int, int]) -> tuple[NDArray[Any], NDArray[Any]]:
    """Return central differences by row and by column, zero at the borders."""
    rows, columns = used
    # one subtraction of the whole memory is several times faster than one for each row
    # of each image; where it runs over a border it leaves a number that the zero replaces
    flat = images.reshape(-1)
    pixel = images.shape[-1]
    row = images.shape[-2] * pixel
    by_row, by_column = np.empty(images.shape, flat.dtype), np.empty(images.shape, flat.dtype)
    np.subtract(flat[2 * row :], flat[: -2 * row], out=by_row.reshape(-1)[row:-row])
    np.subtract(flat[2 * pixel :], flat[: -2 * pixel], out=by_column.reshape(-1)[pixel:-pixel])
    by_row[:, [0, -1]] = 0
    by_column[:, :, [0, -1]] = 0
    return by_row[:, :rows, :columns], by_column[:, :rows, :columns]


def _strongest(lengths: NDArray[Any]) -> NDArray[np.intp]:
    """Return where in the flattened array the longest of each pixel is, the first of equals."""
    strongest: NDArray[np.intp] = lengths.argmax(axis=-1)  # (n, rows, columns)
    strongest += np.arange(0, lengths.size, lengths.shape[-1]).reshape(strongest.shape)
    return strongest


def _votes(by_row: NDArray[Any], by_column: NDArray[Any], orientations: int) -> Votes:
    by_row, by_column = by_row.astype(np.float64), by_column.astype(np.float64)
    angles = np.arctan2(by_row, by_column) * (180 / np.pi)
    # the same as the remainder by 180, at a fraction of its time
    angles[angles == 180] = 0
    angles += 180.0 * (angles < 0)
    # scikit-image holds the edges in single precision and the angles in double
    edges = (180 / orientations * np.arange(1, orientations)).astype(np.float32)
    bins = np.zeros(angles.shape, np.uint8)
    for edge in edges.tolist():
        bins += angles >= edge
    # a tiny negative angle was rounded up to 180, which lies in no bin
    return Votes(bins, np.where(angles < 180, np.hypot(by_row, by_column), 0.0))
