"""Some of the rows, every class by its share."""

import numpy as np
from numpy.typing import NDArray

from vistazo.randomness import generator


def stratified_rows(
    codes: NDArray[np.int64], most: int, seed: int, purpose: str = "stratified-rows"
) -> NDArray[np.int64]:
    """Return at most so many rows, drawn by chance, every class by its share.

    Parameters
    ----------
    codes : ndarray of int64, shape (n_rows,)
        Class of each row.
    most : int
    seed : int
    purpose : str
        Rows for another purpose are drawn by other chances.

    Returns
    -------
    ndarray of int64, shape (min(most, n_rows),)
        Ascending. Those for fewer are among those for more.
    """
    order = generator(seed, purpose).permutation(len(codes))
    rank = np.empty(len(codes))
    for code in np.unique(codes):
        members = order[codes[order] == code]
        rank[members] = (np.arange(len(members)) + 0.5) / len(members)
    chosen = order[np.argsort(rank[order], kind="stable")[:most]]
    return np.sort(chosen)
