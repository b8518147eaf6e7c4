"""HOG of 28 x 28 bytes: images a second, ours against scikit-image's, one thread each.

The two run in turn in one process, so that whatever else the machine does meets both.
"""

import argparse
import gzip
import json
import platform
import struct
import time
from collections.abc import Callable, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from skimage.feature import hog as peer_hog
from threadpoolctl import threadpool_limits

from vistazo.features.hog import hog

HERE = Path(__file__).parent
IMAGES = HERE.parent / "src/vistazo/bundled/fashion-mnist-10k/t10k-images-idx3-ubyte.gz"
RESULTS = HERE / "results" / "hog.json"
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
        pairs, difference = measure(images, options.pairs, options.peer_images)
    wall, processor = (pairs[..., clock] for clock in (0, 1))  # (pairs, [ours, peer])
    result = {
        "images": list(images.shape),
        "pairs": options.pairs,
        "images_per_second": {
            "ours": float(np.median(wall[:, 0])),
            "scikit-image": float(np.median(wall[:, 1])),
        },
        "ratio": median_ratio(wall),
        "ratio_of_cpu_time": median_ratio(processor),
        "largest_difference": difference,
        "settings": SETTINGS,
        "threads": 1,
        "versions": {"python": platform.python_version()}
        | {name: version(name) for name in ("numpy", "scikit-image")},
        "cpu": cpu_model(),
    }
    text = json.dumps(result, indent=2)
    print(text)
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(text + "\n", encoding="utf-8")


def measure(
    images: NDArray[np.uint8], n_pairs: int, n_peer: int
) -> tuple[NDArray[np.float64], float]:
    """Return images a second, shape (n_pairs, 2, 2), and the largest difference met.

    The axes are the pairs, ours and the peer, and wall time and processor time. The peer
    takes another part of the images in each pair.
    """
    hog(images, **SETTINGS)
    peer_features(images[:100], **SETTINGS)
    speeds, largest = np.empty((n_pairs, 2, 2)), 0.0
    for pair in range(n_pairs):
        part = np.arange(pair * n_peer, (pair + 1) * n_peer) % len(images)
        features, speeds[pair, 0] = timed(hog, images)
        expected, speeds[pair, 1] = timed(peer_features, images[part])
        largest = max(largest, float(np.abs(features[part] - expected).max()))
    return speeds, largest


def peer_features(images: NDArray[np.uint8], **options: Any) -> NDArray[np.float64]:
    return np.stack([peer_hog(image, **options) for image in images])


def timed(
    features_of: Callable[..., NDArray[Any]], images: NDArray[np.uint8]
) -> tuple[NDArray[Any], tuple[float, float]]:
    wall, processor = time.perf_counter(), time.process_time()
    features = features_of(images, **SETTINGS)
    elapsed = time.perf_counter() - wall, time.process_time() - processor
    return features, (len(images) / elapsed[0], len(images) / elapsed[1])


def median_ratio(speeds: NDArray[np.float64], seed: int = 0) -> dict[str, float]:
    """Return the median of the paired ratios with its 95 % bootstrap interval."""
    ratios = speeds[:, 0] / speeds[:, 1]
    draws = np.random.default_rng(seed).choice(ratios, (10_000, len(ratios)))
    low, high = np.quantile(np.median(draws, axis=1), (0.025, 0.975))
    return {"median": float(np.median(ratios)), "low": float(low), "high": float(high)}


def read_idx(path: Path) -> NDArray[np.uint8]:
    content = gzip.decompress(path.read_bytes())
    shape = struct.unpack(">3I", content[4:16])
    return np.frombuffer(content, np.uint8, offset=16).reshape(shape)


def cpu_model() -> str:
    listing = Path("/proc/cpuinfo")
    lines = listing.read_text(encoding="utf-8").splitlines() if listing.exists() else []
    names = (line.split(":", 1)[1].strip() for line in lines if line.startswith("model name"))
    return next(names, platform.processor())
