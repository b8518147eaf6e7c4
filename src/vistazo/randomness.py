"""Seeds that depend on what they are for, and on nothing else."""

import hashlib
from typing import Any

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


def drawn_seed(seed: int | None) -> int:
    """Return the seed, or one by chance where a ``random_state`` was left open."""
    return int(np.random.default_rng().integers(2**31) if seed is None else seed)


def seeded(estimator: Any, seed: int) -> Any:
    """Set every ``random_state`` that was left open, nested ones too, and return it."""
    if not hasattr(estimator, "get_params"):
        return estimator
    open_seeds = {
        name: seed
        for name, value in sorted(estimator.get_params(deep=True).items())
        if (name == "random_state" or name.endswith("__random_state")) and value is None
    }
    return estimator.set_params(**open_seeds)
