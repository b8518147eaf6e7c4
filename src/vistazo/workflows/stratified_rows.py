"""Some of the rows, every class by its share."""

import numpy as np
from numpy.typing import NDArray

from vistazo.randomness import generator


def stratified_rows(codes: NDArray[np.int64], most: int, seed: int) -> NDArray[np.int64]:
    """Return at most so many rows, drawn by chance, every class by its share.

    Parameters
    ----------
    codes : ndarray of int64, shape (n_rows,)
        Class of each row.
    most : int
    seed : int

    Returns
    -------
    ndarray of int64, shape (min(most, n_rows),)
        Ascending. Those for fewer are among those for more.
    """
    order = generator(seed, "stratified-rows").permutation(len(codes))
    rank = np.empty(len(codes))
    for code in np.unique(codes):
        members = order[codes[order] == code]
        rank[members] = (np.arange(len(members)) + 0.5) / len(members)
    chosen = order[np.argsort(rank[order], kind="stable")[:most]]
    return np.sort(chosen)
