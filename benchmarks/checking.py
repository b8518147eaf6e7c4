"""How time and memory of ``vistazo check`` grow with the number of images."""

import argparse
import json
import resource
import subprocess
import sys
import time
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from benchmarks._pairs import publish_facts

SIDE = 32


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks checking", description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=[1_000, 10_000, 100_000])
    parser.add_argument("--one", type=int, help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    if options.one:
        print(json.dumps(one(options.one)))
        return
    rows = []
    for n_images in options.sizes:
        # a process of its own: memory that was used once is not given back
        command = [sys.executable, "-m", "benchmarks", "checking", "--one", str(n_images)]
        told = subprocess.run(command, capture_output=True, text=True, check=True).stdout
        rows.append(json.loads(told))
        print(rows[-1], flush=True)
    publish_facts(
        "checking",
        "none: how it grows",
        ("numpy", "scipy", "scikit-learn"),
        image=[SIDE, SIDE, 3],
        sizes=rows,
    )


def one(n_images: int) -> dict[str, float]:
    """Check so many images of ten classes; return seconds of processor time and memory."""
    from vistazo.data.arrays import from_arrays
    from vistazo.workflows.check import check

    rng = np.random.default_rng(0)
    data = from_arrays(pictures(n_images, rng), rng.integers(10, size=n_images))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    wall, processor = time.perf_counter(), time.process_time()
    found = check(data)
    return {
        "images": n_images,
        "findings": len(found),
        "wall_seconds": round(time.perf_counter() - wall, 2),
        "cpu_seconds": round(time.process_time() - processor, 2),
        "pixels_mb": data.images.pixels.nbytes // 2**20,
        "before_mb": before // 1024,
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }


def pictures(n_images: int, rng: np.random.Generator) -> NDArray[np.uint8]:
    """Return blurred noise: pictures without copies, shape (n_images, side, side, 3)."""
    pixels = np.empty((n_images, SIDE, SIDE, 3), np.uint8)
    for start in range(0, n_images, 1000):
        some = pixels[start : start + 1000]
        noise = ndimage.gaussian_filter(rng.normal(size=some.shape), (0, 2, 2, 0))
        some[:] = np.clip(127 + 40 * noise / noise.std(), 0, 255)
    return pixels
