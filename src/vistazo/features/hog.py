"""Histograms of oriented gradients (HOG) of whole batches of images."""

import math
from typing import Any, Literal, get_args

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import ArrayLike, NDArray

from vistazo.errors import DataError
from vistazo.features._hog_gradients import Votes, votes_of_bytes, votes_of_floats
from vistazo.i18n import N_

__all__ = ["hog"]

BlockNorm = Literal["L1", "L1-sqrt", "L2", "L2-Hys"]

_EPSILON = 1e-5
_CHUNK = 80_000
"""Values of pixels at a time: what is computed from them stays in the second-level cache."""


def hog(
    images: ArrayLike,
    *,
    orientations: int = 9,
    pixels_per_cell: tuple[int, int] = (8, 8),
    cells_per_block: tuple[int, int] = (2, 2),
    block_norm: BlockNorm = "L2-Hys",
    transform_sqrt: bool = False,
    scale: float = 1.0,
) -> NDArray[np.float32]:
    """Compute the HOG features of a batch of images.

    Each image gets what ``skimage.feature.hog`` gives for it, within 1e-6: hard binning
    of central differences, sums over cells, overlapping blocks of cells each normalised.
    Bytes are the fast way: their gradients are looked up.

    Parameters
    ----------
    images : array_like of uint8 or float, shape (n_images, height, width[, channels])
        Finite values, by custom in [0, 1] when float. With channels, the one with the
        longest gradient counts at each pixel.
    orientations : int
        Number of bins over 180 degrees, in [1, 255].
    pixels_per_cell : tuple of int
        Rows and columns of a cell. Pixels beyond the last whole cell are not used.
    cells_per_block : tuple of int
        Rows and columns of a block, in cells.
    block_norm : {"L1", "L1-sqrt", "L2", "L2-Hys"}
        How a block is normalised.
    transform_sqrt : bool
        Take the square root of the pixels first; none may be negative.
    scale : float
        Positive factor on the pixels. It matters where a block is nearly empty, because
        the norms add a constant: bytes with ``scale=1 / 255`` give what their images in
        [0, 1] give. Which channel is the strongest and which bin is met is decided
        before scaling, so that no tie depends on how a division was rounded.

    Returns
    -------
    ndarray of float32, shape (n_images, n_features)
        In order of block row, block column, cell row, cell column, orientation; each in
        [0, 1].

    Raises
    ------
    DataError
        If the images are smaller than one block.
    ValueError
        If the shape, type or values of the images or a setting are not as above.

    References
    ----------
    N. Dalal and B. Triggs, "Histograms of oriented gradients for human detection",
    CVPR 2005. The semantics are those of ``skimage.feature.hog`` in scikit-image 0.26.

    Examples
    --------
    >>> hog(np.zeros((5, 28, 28), np.uint8)).shape
    (5, 144)
    """
    _check_settings(orientations, pixels_per_cell, cells_per_block, block_norm, scale)
    pixels = _checked_pixels(images, transform_sqrt)  # (n, height, width, channels)
    grid = _checked_grid(pixels.shape, pixels_per_cell, cells_per_block)
    used = grid[0] * pixels_per_cell[0], grid[1] * pixels_per_cell[1]
    # the last pixels in use take their differences from one neighbour more
    pixels = pixels[:, : used[0] + 1, : used[1] + 1]
    size = max(1, _CHUNK // math.prod(pixels.shape[1:]))
    factor = (math.sqrt(scale) if transform_sqrt else scale) / math.prod(pixels_per_cell)
    places = _places(min(size, len(pixels)), grid, pixels_per_cell, orientations)
    order = _order(grid, cells_per_block, orientations)

    features = np.empty((len(pixels), order.size), np.float32)
    for start in range(0, len(pixels), size):
        part = pixels[start : start + size]
        bins, magnitudes = _votes(part, used, orientations, transform_sqrt)
        sums = np.bincount(
            (places[: len(part)] + bins).ravel(),
            magnitudes.ravel(),
            minlength=len(part) * math.prod(grid) * orientations,
        )
        # images last: each step of the norms is then one run over the memory
        histograms: NDArray[np.float64] = np.multiply(sums.reshape(len(part), -1).T, factor)
        blocks = histograms.take(order, axis=0)  # (blocks, numbers, n)
        _normalise(blocks, block_norm)
        features[start : start + size] = blocks.reshape(order.size, -1).T
    return features


def _votes(
    part: NDArray[Any], used: tuple[int, int], orientations: int, transform_sqrt: bool
) -> Votes:
    if part.dtype == np.uint8 and not transform_sqrt:
        return votes_of_bytes(part, used, orientations)
    floats = part.astype(np.float64) if part.dtype == np.uint8 else part
    return votes_of_floats(np.sqrt(floats) if transform_sqrt else floats, used, orientations)


def _places(
    n_images: int, grid: tuple[int, int], pixels_per_cell: tuple[int, int], orientations: int
) -> NDArray[np.intp]:
    """Return where in the flat histograms the first bin of each pixel's cell is."""
    cells = np.arange(n_images * math.prod(grid)).reshape(n_images, *grid) * orientations
    return cells.repeat(pixels_per_cell[0], axis=1).repeat(pixels_per_cell[1], axis=2)


def _order(
    grid: tuple[int, int], cells_per_block: tuple[int, int], orientations: int
) -> NDArray[np.intp]:
    """Return which numbers of an image's histograms make each of its blocks."""
    cells = np.arange(math.prod(grid) * orientations).reshape(*grid, orientations)
    windows = sliding_window_view(cells, cells_per_block, axis=(0, 1))
    n_blocks = windows.shape[0] * windows.shape[1]
    return windows.transpose(0, 1, 3, 4, 2).reshape(n_blocks, -1)


def _normalise(blocks: NDArray[np.float64], block_norm: BlockNorm) -> None:
    """Normalise in place each block of each image; shape (blocks, numbers, n_images)."""
    if block_norm in ("L1", "L1-sqrt"):
        blocks /= blocks.sum(axis=1, keepdims=True) + _EPSILON
        if block_norm == "L1-sqrt":
            np.sqrt(blocks, out=blocks)
        return
    _to_unit_length(blocks)
    if block_norm == "L2-Hys":
        np.minimum(blocks, 0.2, out=blocks)
        _to_unit_length(blocks)


def _to_unit_length(blocks: NDArray[np.float64]) -> None:
    squares = np.einsum("bfn,bfn->bn", blocks, blocks)[:, None]
    blocks /= np.sqrt(squares + _EPSILON**2)


def _check_settings(
    orientations: int,
    pixels_per_cell: tuple[int, int],
    cells_per_block: tuple[int, int],
    block_norm: str,
    scale: float,
) -> None:
    if not 1 <= orientations <= 255:
        raise ValueError(f"orientations is {orientations}; it lies in [1, 255]")
    if min(*pixels_per_cell, *cells_per_block) < 1:
        raise ValueError(f"cells of {pixels_per_cell} or blocks of {cells_per_block} are empty")
    if block_norm not in get_args(BlockNorm):
        raise ValueError(f"block_norm is {block_norm!r}; it is one of {get_args(BlockNorm)}")
    if not 0 < scale < math.inf:
        raise ValueError(f"scale is {scale}; it is positive and finite")


def _checked_pixels(images: ArrayLike, transform_sqrt: bool) -> NDArray[Any]:
    """Return the images as uint8, float32 or float64, with an axis of channels."""
    pixels = np.asarray(images)
    if pixels.ndim not in (3, 4) or 0 in pixels.shape[3:]:
        raise ValueError(f"images have shape {pixels.shape}; it is (n, height, width[, channels])")
    if pixels.dtype != np.uint8:
        if pixels.dtype.kind != "f":
            raise ValueError(f"images are of {pixels.dtype}; they are of uint8 or float")
        # as scikit-image: half precision is widened, single stays
        pixels = pixels.astype(np.float32 if pixels.itemsize <= 4 else np.float64, copy=False)
        if not np.isfinite(pixels).all():
            raise ValueError("images hold values that are not finite")
        if transform_sqrt and (pixels < 0).any():
            raise ValueError("images hold negative values, which have no square root")
    return pixels if pixels.ndim == 4 else pixels[..., None]


def _checked_grid(
    shape: tuple[int, ...], pixels_per_cell: tuple[int, int], cells_per_block: tuple[int, int]
) -> tuple[int, int]:
    """Return how many rows and columns of cells the images hold."""
    grid = shape[1] // pixels_per_cell[0], shape[2] // pixels_per_cell[1]
    if grid[0] < cells_per_block[0] or grid[1] < cells_per_block[1]:
        raise DataError(
            "E-IMG-SMALL",
            N_("The images have {height} x {width} pixels; one HOG block has {rows} x {columns}."),
            N_("Use smaller cells, fewer cells a block or larger images."),
            height=shape[1],
            width=shape[2],
            rows=cells_per_block[0] * pixels_per_cell[0],
            columns=cells_per_block[1] * pixels_per_cell[1],
        )
    return grid
