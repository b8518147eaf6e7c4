"""HOG of 28 x 28 bytes: images a second, ours against scikit-image's, one thread each."""

import argparse
import gzip
import struct
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from skimage.feature import hog as peer_hog
from threadpoolctl import threadpool_limits

from benchmarks._pairs import publish, timed
from vistazo.features.hog import hog

IMAGES = (
    Path(__file__).parents[1] / "src/vistazo/bundled/fashion-mnist-10k/t10k-images-idx3-ubyte.gz"
)
SETTINGS: dict[str, Any] = {
    "orientations": 9,
    "pixels_per_cell": (8, 8),
    "cells_per_block": (2, 2),
    "block_norm": "L2-Hys",
}


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks hog", description=__doc__)
    parser.add_argument("--images", type=Path, default=IMAGES, help="an IDX file, gzipped")
    parser.add_argument("--pairs", type=int, default=15, help="at least 7")
    parser.add_argument("--peer-images", type=int, default=1000, help="for the peer, in a pair")
    options = parser.parse_args(arguments)
    if options.pairs < 7:
        parser.error("fewer than 7 pairs say little")
    images = read_idx(options.images)
    with threadpool_limits(limits=1):
        speeds, difference = measure(images, options.pairs, options.peer_images)
    publish(
        "hog",
        "scikit-image",
        speeds,
        ("numpy", "scikit-image"),
        images=list(images.shape),
        largest_difference=difference,
        settings=SETTINGS,
        threads=1,
    )


def measure(
    images: NDArray[np.uint8], n_pairs: int, n_peer: int
) -> tuple[NDArray[np.float64], float]:
    """Return images a second, shape (n_pairs, 2, 2), and the largest difference met.

    The peer takes another part of the images in each pair.
    """
    hog(images, **SETTINGS)
    peer_features(images[:100])
    speeds, largest = np.empty((n_pairs, 2, 2)), 0.0
    for pair in range(n_pairs):
        rows = np.arange(pair * n_peer, (pair + 1) * n_peer) % len(images)
        features, speeds[pair, 0] = timed(lambda: hog(images, **SETTINGS), len(images))
        expected, speeds[pair, 1] = timed(partial(peer_features, images[rows]), n_peer)
        largest = max(largest, float(np.abs(features[rows] - expected).max()))
    return speeds, largest


def peer_features(images: NDArray[np.uint8]) -> NDArray[np.float64]:
    return np.stack([peer_hog(image, **SETTINGS) for image in images])


def read_idx(path: Path) -> NDArray[np.uint8]:
    content = gzip.decompress(path.read_bytes())
    shape = struct.unpack(">3I", content[4:16])
    return np.frombuffer(content, np.uint8, offset=16).reshape(shape)
