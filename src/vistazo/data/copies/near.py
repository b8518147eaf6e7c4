"""Find pictures that were encoded again: a fingerprint proposes pairs, pixels confirm them."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from vistazo.data.copies.circular_harmonics import align, coefficients, invariants
from vistazo.data.copies.neighbors import nearest
from vistazo.data.copies.pixel_agreement import agreement
from vistazo.randomness import generator

_DIMENSIONS = 48
"""Principal components of the invariants that are compared."""
_NEIGHBORS = 4
"""Images proposed as copies of each: more copies of one image are found through each other."""
_SAMPLE = 1000
"""Images that stand for all others."""
_BACKGROUND = 0.01
"""Share of the sample that is nearer to an image than what counts as a look-alike."""
_FEWEST = 5
"""How many are at least: of few images, the nearest could all be copies."""
_NEARER = 0.19
"""A copy is at most this share as far away as look-alikes are. With it, and the next two, 18 of
10,000 images of Fashion-MNIST are linked, where a 64-bit hash would link 1,630."""
_SMALL_AGREEMENT = 0.95
_FULL_AGREEMENT = 0.9
_BLOCK_BYTES = 1 << 24


def near_copies(
    pixels: NDArray[np.uint8], rows: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Find pairs of images that show the same picture.

    Numbers that a rotation hardly changes propose four candidates for each image
    (:mod:`~vistazo.data.copies.circular_harmonics`, :mod:`~vistazo.data.copies.neighbors`). A
    candidate is a copy where it is far nearer than look-alikes are (a ratio of distances, after
    Lowe 2004, "Distinctive image features from scale-invariant keypoints", sec. 7.1, with a sample
    of the images in place of the second nearest, which may be a copy too), and where the pixels
    agree, at 32 × 32 and at full size. Time grows as n log n; memory beside the pixels is about
    40 MB and 500 bytes an image.

    Parameters
    ----------
    pixels : ndarray of uint8, shape (n_images, height, width, channels)
        Read in blocks.
    rows : ndarray of int64, shape (n_rows,)
        Images to compare, no two of them equal. Plain ones are left out; of five or fewer,
        nothing tells copies from look-alikes.

    Returns
    -------
    pairs : ndarray of int64, shape (n_pairs, 2)
        The lower row first.
    similarity : ndarray of float64, shape (n_pairs,)
        Correlation of all pixels and channels once one lies like the other.
    """
    vectors, rows = _described(pixels, rows)
    if len(rows) <= _FEWEST:
        return np.empty((0, 2), np.int64), np.empty(0)
    pairs = rows[_candidates(vectors)]
    similarity, degrees, mirrored = _aligned(pixels, pairs)
    alike = similarity >= _SMALL_AGREEMENT
    pairs, degrees, mirrored = pairs[alike], degrees[alike], mirrored[alike]
    agreeing = np.array(
        [
            agreement(pixels[a], pixels[b], float(turn), bool(mirror))
            for (a, b), turn, mirror in zip(pairs, degrees, mirrored, strict=True)
        ],
        np.float64,
    )
    kept = agreeing >= _FULL_AGREEMENT
    return pairs[kept], agreeing[kept]


def _described(
    pixels: NDArray[np.uint8], rows: NDArray[np.int64]
) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    """Return principal components of the invariants of the rows that show anything."""
    if len(rows) <= _FEWEST:
        return np.empty((0, _DIMENSIONS), np.float32), rows[:0]
    sample = rows[generator(0, "copies").permutation(len(rows))[: 2 * _SAMPLE]]
    known = np.concatenate(
        [invariants(coefficients(pixels[some])) for some in _blocks(pixels, sample)]
    )
    centre = known.mean(axis=0)
    _, axes = np.linalg.eigh(np.cov(known, rowvar=False))
    axes = axes[:, -_DIMENSIONS:].astype(np.float32)
    vectors, shown = [], []
    for some in _blocks(pixels, rows):
        found = coefficients(pixels[some])
        visible = found.any(axis=(1, 2))
        shown.append(some[visible])
        vectors.append((invariants(found[visible]) - centre) @ axes)
    return np.concatenate(vectors), np.concatenate(shown)


def _candidates(vectors: NDArray[np.float32]) -> NDArray[np.int64]:
    """Return pairs of positions, much nearer to each other than to look-alikes."""
    rows, distances = nearest(vectors, _NEIGHBORS)
    bound = _NEARER * _to_look_alikes(vectors)
    a, place = np.nonzero(distances < bound[:, None])
    b = rows[a, place]
    close = distances[a, place] < bound[b]
    pairs = np.sort(np.stack([a[close], b[close]], axis=1), axis=1)
    return np.unique(pairs, axis=0)


def _to_look_alikes(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    sample = vectors[generator(0, "look-alikes").permutation(len(vectors))[:_SAMPLE]]
    place = max(round(_BACKGROUND * len(sample)), _FEWEST)
    result = np.empty(len(vectors), np.float32)
    squares = (sample**2).sum(axis=1)
    for start in range(0, len(vectors), _SAMPLE):
        some = vectors[start : start + _SAMPLE]
        apart = (some**2).sum(axis=1)[:, None] + squares - 2 * some @ sample.T
        result[start : start + _SAMPLE] = np.partition(apart, place, axis=1)[:, place]
    return np.sqrt(np.maximum(result, 0))


def _aligned(
    pixels: NDArray[np.uint8], pairs: NDArray[np.int64]
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.bool_]]:
    parts = [
        align(coefficients(pixels[pairs[some, 0]]), coefficients(pixels[pairs[some, 1]]))
        for some in _blocks(pixels, np.arange(len(pairs)))
    ]
    similarity, degrees, mirrored = (np.concatenate(part) for part in zip(*parts, strict=True))
    return similarity, degrees, mirrored


def _blocks(pixels: NDArray[np.uint8], rows: NDArray[np.int64]) -> Iterator[NDArray[np.int64]]:
    """Yield rows a few at a time, at least one block."""
    size = max(1, _BLOCK_BYTES // (4 * pixels[:1].nbytes + 1))
    for start in range(0, max(len(rows), 1), size):
        yield rows[start : start + size]
