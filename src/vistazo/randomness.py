"""Seeds that depend on what they are for, and on nothing else."""

import hashlib

import numpy as np


def derive_seed(seed: int, *purpose: object) -> int:
    """Return a seed for one purpose from the seed a person gave.

    Two purposes never share a stream, and adding a purpose changes no other.

    Parameters
    ----------
    seed : int
        What the person gave.
    *purpose
        What the stream is for, such as ``("split", repeat)``.

    Returns
    -------
    int
        In [0, 2**32).

    Examples
    --------
    >>> derive_seed(0, "split", 1) == derive_seed(0, "split", 1)
    True
    >>> derive_seed(0, "split", 1) == derive_seed(0, "split", 2)
    False
    """
    digest = hashlib.sha256(repr((int(seed), *purpose)).encode()).digest()
    return int.from_bytes(digest[:4], "big")


def generator(seed: int, *purpose: object) -> np.random.Generator:
    """Return a NumPy generator for one purpose."""
    return np.random.default_rng(derive_seed(seed, *purpose))
