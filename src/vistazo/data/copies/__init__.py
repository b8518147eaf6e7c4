"""Find images that are copies of others: the same pixels, or the same picture encoded again."""

import zlib
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from vistazo.data.copies.near import near_copies


@dataclass(frozen=True, eq=False)
class Copies:
    """Which images are copies of others.

    Parameters
    ----------
    groups : ndarray of int64, shape (n_images,)
        Images of one number are copies of each other, directly or through others; numbered
        from 0 in the order of their first images.
    pairs : ndarray of int64, shape (n_pairs, 2)
        Rows of the copies found, the lower first, sorted. Of more than two equal images, each
        is paired with the first.
    similarity : ndarray of float64, shape (n_pairs,)
        Correlation of their pixels, 1 for equal ones.
    exact : ndarray of bool, shape (n_pairs,)
        Whether every pixel is equal.
    """

    groups: NDArray[np.int64] = field(repr=False)
    pairs: NDArray[np.int64]
    similarity: NDArray[np.float64] = field(repr=False)
    exact: NDArray[np.bool_] = field(repr=False)

    @property
    def n_images(self) -> int:
        """How many images have copies."""
        sizes = np.bincount(self.groups)
        return int(sizes[sizes > 1].sum())

    @property
    def n_groups(self) -> int:
        """How many groups of more than one image there are."""
        return int((np.bincount(self.groups) > 1).sum())

    def leaked(
        self, test: NDArray[np.int64], train: NDArray[np.int64], *, exact: bool = False
    ) -> NDArray[np.int64]:
        """Return pairs of a test row and the first training row that it is a copy of.

        Parameters
        ----------
        test, train : ndarray of int64
            Rows.
        exact : bool, default=False
            Whether only equal pixels count.

        Returns
        -------
        ndarray of int64, shape (n_leaked, 2)
            Each test row at most once, in the order given.
        """
        groups = connected(self.pairs[self.exact], len(self.groups)) if exact else self.groups
        return in_both(groups, test, train)


def in_both(
    groups: NDArray[np.int64], test: NDArray[np.int64], train: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Return pairs of a test row and the first training row of its group.

    Parameters
    ----------
    groups : ndarray of int64, shape (n_images,)
    test, train : ndarray of int64
        Rows.

    Returns
    -------
    ndarray of int64, shape (n_pairs, 2)
        Each test row at most once, in the order given.
    """
    trained, first = np.unique(groups[train], return_index=True)
    shared = np.isin(groups[test], trained)
    partners = train[first[np.searchsorted(trained, groups[test[shared]])]]
    return np.stack([test[shared], partners], axis=1)


def find_copies(pixels: NDArray[np.uint8], *, near: bool = True) -> Copies:
    """Find copies among images of one size.

    Found are equal images, and those that were encoded again, made larger or smaller before
    they got the common size, made somewhat brighter or darker, turned by any angle, or
    mirrored; see :func:`~vistazo.data.copies.near.near_copies`.

    Parameters
    ----------
    pixels : ndarray of uint8, shape (n_images, height, width, channels)
        Read in blocks.
    near : bool, default=True
        Whether to look for more than equal pixels.

    Returns
    -------
    Copies
    """
    first = _first_equal(pixels)
    again = first != np.arange(len(pixels))
    equal = np.stack([first[again], np.flatnonzero(again)], axis=1)  # (n_equal, 2)
    distinct = np.flatnonzero(~again) if near else np.empty(0, np.int64)
    others, similarity = near_copies(pixels, distinct)
    pairs = np.concatenate([equal, others])
    order = np.lexsort((pairs[:, 1], pairs[:, 0]))
    return Copies(
        connected(pairs, len(pixels)),
        pairs[order],
        np.concatenate([np.ones(len(equal)), similarity])[order],
        (np.arange(len(pairs)) < len(equal))[order],
    )


def connected(pairs: NDArray[np.int64], n_rows: int) -> NDArray[np.int64]:
    """Return group numbers such that the rows of a pair share one, shape (n_rows,).

    Numbered from 0 in the order of their first rows; a row in no pair has its own.
    """
    links = coo_array((np.ones(len(pairs), bool), (pairs[:, 0], pairs[:, 1])), (n_rows, n_rows))
    _, found = connected_components(links, directed=False)
    _, firsts, groups = np.unique(found, return_index=True, return_inverse=True)
    return np.argsort(np.argsort(firsts))[groups].astype(np.int64)


def _first_equal(pixels: NDArray[np.uint8]) -> NDArray[np.int64]:
    """Return for each image the first row with equal pixels, shape (n_images,)."""
    first = np.arange(len(pixels))
    # images by checksum, each of them different from the others
    different: dict[int, list[int]] = {}
    for row, image in enumerate(pixels):
        known = different.setdefault(zlib.crc32(np.ascontiguousarray(image).data), [])
        same = next((other for other in known if np.array_equal(pixels[other], image)), None)
        if same is None:
            known.append(row)
        else:
            first[row] = same
    return first
