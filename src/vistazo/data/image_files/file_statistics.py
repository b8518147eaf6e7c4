"""How large the original images and their files are."""

from collections import Counter
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from vistazo.data.images import FACTS, Images


class Spread(NamedTuple):
    """The five numbers of a box plot."""

    least: float
    quarter: float
    median: float
    three_quarters: float
    most: float


@dataclass(frozen=True)
class FileStatistics:
    """Facts of some original images.

    Parameters
    ----------
    n_images : int
    width, height : Spread
        In pixels, as stored.
    aspect : Spread
        Width over height.
    kilobytes : Spread or None
        File sizes, 1 kB being 1,000 bytes; None where there are no files.
    sizes : tuple of (width, height, n_images)
        Every size that occurs, the most frequent first.
    """

    n_images: int
    width: Spread
    height: Spread
    aspect: Spread
    kilobytes: Spread | None
    sizes: tuple[tuple[int, int, int], ...]


def file_statistics(images: Images) -> FileStatistics:
    """Summarise the facts of images, of which there is at least one."""
    width, height = _fact(images, "width"), _fact(images, "height")
    file_bytes = _fact(images, "file_bytes")
    pairs = Counter(zip(width.astype(int).tolist(), height.astype(int).tolist(), strict=True))
    ordered = sorted(pairs.items(), key=lambda item: (-item[1], item[0]))
    return FileStatistics(
        len(images),
        _spread(width),
        _spread(height),
        _spread(width / height),
        None if np.isnan(file_bytes).all() else _spread(file_bytes / 1000),
        tuple((*size, n_images) for size, n_images in ordered),
    )


def _fact(images: Images, name: str) -> NDArray[np.float64]:
    return images.facts[:, FACTS.index(name)].astype(np.float64)


def _spread(values: NDArray[np.float64]) -> Spread:
    return Spread(*np.nanquantile(values, (0, 0.25, 0.5, 0.75, 1)).tolist())
