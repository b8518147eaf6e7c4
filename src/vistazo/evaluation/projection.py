"""Features in two dimensions, and how far neighbours in them share a class."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.decomposition import PCA
from sklearn.manifold import TSNE
from sklearn.neighbors import NearestNeighbors

from vistazo.randomness import derive_seed

MOST_IMAGES = 2000
"""What t-SNE is worth waiting for; its time grows faster than the number of images."""
N_COMPONENTS = 50
"""Components that t-SNE and the neighbours are computed from (van der Maaten & Hinton 2008 take
30); distances in more are slower, and noisier."""
N_NEIGHBORS = 10
_FEWEST = 8


@dataclass(frozen=True, eq=False)
class Projection:
    """Images as points.

    Parameters
    ----------
    n_features : int
        What was reduced.
    explained : tuple of float
        Share of the variance along each principal component, the largest first; at most
        :data:`N_COMPONENTS`.
    pca, tsne : ndarray of float64, shape (n_images, 2)
        The first two principal components, and t-SNE of all of them.
    agreement : dict of str to ndarray of float64, shape (n_images,)
        Of each image's nearest neighbours, the share that has its class: in the components
        (``"features"``) and in both pictures (``"pca"``, ``"tsne"``).
    """

    n_features: int
    explained: tuple[float, ...]
    pca: NDArray[np.float64] = field(repr=False)
    tsne: NDArray[np.float64] = field(repr=False)
    agreement: dict[str, NDArray[np.float64]] = field(repr=False)


def project(
    features: NDArray[np.floating[Any]], codes: NDArray[np.int64], seed: int
) -> Projection | None:
    """Reduce features to two dimensions, in two ways.

    Parameters
    ----------
    features : ndarray of float, shape (n_images, n_features)
    codes : ndarray of int64, shape (n_images,)
        Class of each image.
    seed : int

    Returns
    -------
    Projection or None
        None where there is nothing to see: fewer than eight images, fewer than two features, or
        all images alike.

    References
    ----------
    Hotelling 1933, "Analysis of a complex of statistical variables into principal components";
    van der Maaten & Hinton 2008, "Visualizing data using t-SNE"; both as in scikit-learn.
    """
    n_images, n_features = features.shape
    if n_images < _FEWEST or n_features < 2 or not np.ptp(features, axis=0).any():
        return None
    n_components = min(N_COMPONENTS, n_images - 1, n_features)
    pca = PCA(n_components, svd_solver="randomized", random_state=derive_seed(seed, "pca"))
    components = pca.fit_transform(features.astype(np.float64))  # (n_images, n_components)
    tsne = TSNE(
        perplexity=min(30.0, (n_images - 1) / 3),
        init="pca",
        # less exact and shorter than the default, for time; as many neighbours kept their class
        angle=0.7,
        max_iter=750,
        random_state=derive_seed(seed, "tsne"),
        n_jobs=1,
    )
    points = {"pca": components[:, :2], "tsne": tsne.fit_transform(components).astype(np.float64)}
    return Projection(
        n_features,
        tuple(pca.explained_variance_ratio_.tolist()),
        **points,
        agreement={
            space: neighbor_agreement(where, codes)
            for space, where in {"features": components, **points}.items()
        },
    )


def neighbor_agreement(
    points: NDArray[np.float64], codes: NDArray[np.int64], n_neighbors: int = N_NEIGHBORS
) -> NDArray[np.float64]:
    """Return the share of each point's nearest neighbours that have its class.

    Parameters
    ----------
    points : ndarray of float64, shape (n_points, n_dimensions)
    codes : ndarray of int64, shape (n_points,)
    n_neighbors : int, default=10
        Fewer where there are fewer other points.

    Returns
    -------
    ndarray of float64, shape (n_points,)
        In [0, 1].
    """
    search = NearestNeighbors(n_neighbors=min(n_neighbors, len(points) - 1)).fit(points)
    nearest = search.kneighbors(return_distance=False)  # (n_points, n_neighbors), without itself
    agreement: NDArray[np.float64] = (codes[nearest] == codes[:, None]).mean(axis=1)
    return agreement
