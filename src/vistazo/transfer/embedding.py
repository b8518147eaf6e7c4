"""What features of a sample show without any label: how many directions and units are alive."""

import numpy as np
from numpy.typing import NDArray

_STILL = 1e-6
"""Spread of a unit, of features as they are, up to which it says the same of every image."""


def effective_rank(features: NDArray[np.float32]) -> float:
    """Return how many directions the features of a sample spread over.

    The exponential of the entropy of the singular values, which count as shares of their sum:
    Roy & Vetterli 2007, "The effective rank: a measure of effective dimensionality", eq. 4; of
    features of zero mean. 0 where all images have the same features.

    Parameters
    ----------
    features : ndarray of float32, shape (n_images, n_features)

    Returns
    -------
    float
        From 0 to the smaller one of ``n_images - 1`` and ``n_features``.
    """
    centred = features.astype(np.float64) - features.mean(axis=0, dtype=np.float64)
    if centred.shape[0] < centred.shape[1]:
        values = np.linalg.eigvalsh(centred @ centred.T)
    else:
        values = np.linalg.eigvalsh(centred.T @ centred)
    singular = np.sqrt(np.maximum(values, 0))
    singular = singular[singular > 1e-6 * max(singular.max(), 1e-300)]
    if not singular.size or singular.sum() == 0:
        return 0.0
    shares = singular / singular.sum()
    return float(np.exp(-(shares * np.log(shares)).sum()))


def dead_share(features: NDArray[np.float32]) -> float:
    """Return the share of units that give every image of a sample the same number.

    Parameters
    ----------
    features : ndarray of float32, shape (n_images, n_features)
    """
    return float((features.std(axis=0, dtype=np.float64) <= _STILL).mean())
