"""What HOG sees of an image: its cells before they are normalised, and which pixels they use."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from vistazo.features._hog_gradients import votes_of_bytes


class Coverage(NamedTuple):
    """Which pixels of an image HOG uses.

    Parameters
    ----------
    rows, columns : int
        From the top left, the pixels that lie in whole cells.
    outside : float
        Share of the pixels that lie in no cell, in [0, 1].
    unseen : float
        Share of the pixels that no feature depends on: a pixel outside still counts where its
        neighbour in a cell takes its gradient from it.
    """

    rows: int
    columns: int
    outside: float
    unseen: float


def coverage(height: int, width: int, cell: int) -> Coverage:
    """Return which pixels cells of a side use.

    Parameters
    ----------
    height, width : int
        Of the image, at least 3.
    cell : int
        Side of a cell in pixels.

    Examples
    --------
    >>> used = coverage(28, 28, 8)
    >>> used.rows, used.columns, round(used.outside, 3), round(used.unseen, 3)
    (24, 24, 0.265, 0.204)
    """
    rows, columns = height // cell * cell, width // cell * cell
    inside = rows * columns
    beside = min(1, height - rows) * columns + min(1, width - columns) * rows
    n_pixels = height * width
    return Coverage(rows, columns, 1 - inside / n_pixels, 1 - (inside + beside) / n_pixels)


def cells_using_all(height: int, width: int, block: int) -> list[int]:
    """Return the sides of cells, from 2, that leave no pixel out and of which a block fits.

    Examples
    --------
    >>> cells_using_all(28, 28, block=2)
    [2, 4, 7, 14]
    """
    largest = min(height, width) // block
    return [cell for cell in range(2, largest + 1) if height % cell == 0 and width % cell == 0]


def cell_histograms(image: NDArray[np.uint8], orientations: int, cell: int) -> NDArray[np.float64]:
    """Return how much gradient of each orientation there is in each cell of an image.

    Parameters
    ----------
    image : ndarray of uint8, shape (height, width, channels)
    orientations : int
        Number of bins over 180 degrees.
    cell : int
        Side of a cell in pixels.

    Returns
    -------
    ndarray of float64, shape (rows, columns, orientations)
        Sums of gradient lengths, in gray levels; not negative.
    """
    rows, columns = image.shape[0] // cell, image.shape[1] // cell
    bins, lengths = votes_of_bytes(image[None], (rows * cell, columns * cell), orientations)
    place = np.arange(rows * columns).reshape(rows, columns) * orientations
    index = place.repeat(cell, axis=0).repeat(cell, axis=1) + bins[0]  # (rows * cell, …)
    size = rows * columns * orientations
    sums: NDArray[np.float64] = np.bincount(
        index.ravel(), lengths[0].ravel(), minlength=size
    ).astype(np.float64)
    return sums.reshape(rows, columns, orientations)
