"""Near neighbours among many vectors in n log n time: a forest of random projection trees."""

import numpy as np
from numpy.typing import NDArray

from vistazo.randomness import generator

_LEAF = 64
"""Vectors that a leaf holds at least, where there are so many; at most twice as many."""
_TREES = 12
_AT_ONCE = 1 << 13
"""Vectors whose leaves are compared at once."""


def nearest(vectors: NDArray[np.float32], k: int) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """Return about the k nearest other vectors of each, and how far they are.

    Every tree cuts all vectors in halves at the median along a random direction, the halves
    along another, and so on; within a leaf, all are compared with all. Two vectors that lie
    close together for the spread of the rest are in one leaf of most trees. Dasgupta & Freund
    2008, "Random projection trees and low dimensional manifolds", with medians as in Bentley's
    k-d tree, so that no leaf can be large, whatever the vectors.

    Parameters
    ----------
    vectors : ndarray of float32, shape (n, d)
    k : int

    Returns
    -------
    rows : ndarray of int64, shape (n, k)
        Nearest first; -1 where there are fewer.
    distances : ndarray of float32, shape (n, k)
        Euclidean; infinite where there are fewer.
    """
    n = len(vectors)
    rows, distances = np.full((n, k), -1), np.full((n, k), np.inf, np.float32)
    if n < 2:
        return rows, distances
    rng = generator(0, "neighbours")
    levels = max(0, int(np.log2(n / _LEAF)))
    for _ in range(_TREES if levels else 1):
        leaves = _tree(vectors, levels, rng)
        step = max(1, _AT_ONCE // leaves.shape[1])
        for start in range(0, len(leaves), step):
            _improve(vectors, leaves[start : start + step], rows, distances)
    return rows, distances


def _tree(vectors: NDArray[np.float32], levels: int, rng: np.random.Generator) -> NDArray[np.int64]:
    """Return the rows in each leaf, shape (2**levels, size); a few rows are in two leaves."""
    n = len(vectors)
    order = rng.permutation(n)
    # all leaves get one size: some rows stand in twice
    missing = -n % 2**levels
    leaves = np.concatenate([order, order[:missing]])[None]
    for _ in range(levels):
        along = vectors @ rng.standard_normal(vectors.shape[1], np.float32)
        half = leaves.shape[1] // 2
        halved = np.argpartition(along[leaves], half, axis=1)
        leaves = np.take_along_axis(leaves, halved, axis=1).reshape(-1, half)
    return leaves


def _improve(
    vectors: NDArray[np.float32],
    leaves: NDArray[np.int64],
    rows: NDArray[np.int64],
    distances: NDArray[np.float32],
) -> None:
    """Compare the rows of each leaf with each other, and keep what is nearer than before."""
    inside = vectors[leaves]  # (n_leaves, size, d)
    squares = (inside**2).sum(axis=2)
    apart = squares[:, :, None] + squares[:, None] - 2 * inside @ inside.transpose(0, 2, 1)
    same = leaves[:, :, None] == leaves[:, None]
    # a row that stands in twice counts once as a neighbour, and none is its own
    again = np.tril(same, -1).any(axis=2)  # (n_leaves, size)
    apart[same | again[:, None]] = np.inf
    few = min(rows.shape[1], apart.shape[2] - 1)
    places = np.argpartition(apart, few - 1, axis=2)[..., :few]  # (n_leaves, size, few)
    new = np.take_along_axis(leaves[:, None], places, axis=2).reshape(-1, few)
    new_distances = np.sqrt(np.maximum(np.take_along_axis(apart, places, axis=2), 0))
    asked, first = np.unique(leaves.reshape(-1), return_index=True)
    new, new_distances = new[first], new_distances.reshape(-1, few)[first]
    new_distances[(new[:, :, None] == rows[asked][:, None]).any(axis=2)] = np.inf
    together = np.concatenate([rows[asked], new], axis=1)
    all_distances = np.concatenate([distances[asked], new_distances], axis=1)
    best = np.argsort(all_distances, axis=1, kind="stable")[:, : rows.shape[1]]
    rows[asked] = np.take_along_axis(together, best, axis=1)
    distances[asked] = np.take_along_axis(all_distances, best, axis=1)
    rows[asked] = np.where(np.isfinite(distances[asked]), rows[asked], -1)
