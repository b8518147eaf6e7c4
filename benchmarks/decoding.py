"""Large JPEGs to 128 px: ours against Pillow in a DataLoader, a first pass and a later one."""

import argparse
import os
import shutil
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from scipy import ndimage
from torch.utils.data import DataLoader, Dataset

from benchmarks._pairs import median_ratio, publish_facts
from vistazo.data.image_files.decoding_once import decode_once
from vistazo.data.image_files.stored_files import DiskFile
from vistazo.data.policy import DecodePolicy
from vistazo.environment import cores

WIDTH, HEIGHT, SIDE = 1600, 1067, 128


class Photos(Dataset[NDArray[np.uint8]]):
    """What a notebook writes: open, RGB, resize."""

    def __init__(self, paths: list[Path]) -> None:
        self.paths = paths

    def __len__(self) -> int:
        return len(self.paths)

    def __getitem__(self, row: int) -> NDArray[np.uint8]:
        image = Image.open(self.paths[row]).convert("RGB")
        return np.array(image.resize((SIDE, SIDE), Image.Resampling.BICUBIC))


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks decoding", description=__doc__)
    parser.add_argument("--images", type=int, default=100)
    parser.add_argument("--pairs", type=int, default=7)
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        paths = photographs(Path(folder), options.images)
        os.environ["VISTAZO_CACHE"] = str(Path(folder) / "cache")
        runs = np.array([one_pair(paths, Path(folder) / "cache") for _ in range(options.pairs)])
    peer, first, later = runs.T
    publish_facts(
        "decoding",
        "Pillow in a DataLoader",
        ("pillow", "torch", "numpy"),
        images=[options.images, HEIGHT, WIDTH, 3],
        to_pixels=SIDE,
        workers=cores(),
        pairs=options.pairs,
        images_per_second={
            "peer": float(options.images / np.median(peer)),
            "first pass": float(options.images / np.median(first)),
            "later pass": float(options.images / np.median(later)),
        },
        first_pass_ratio=median_ratio(np.column_stack([peer, first])),
        later_pass_ratio=median_ratio(np.column_stack([peer, later])),
    )


def photographs(folder: Path, n_images: int) -> list[Path]:
    """Write JPEGs as large and as detailed as photographs."""
    rng = np.random.default_rng(0)
    paths = []
    for number in range(n_images):
        noise = rng.normal(size=(HEIGHT, WIDTH, 3))
        picture: Any = sum(
            scale * ndimage.gaussian_filter(noise, (scale, scale, 0)) for scale in (1, 4, 16)
        )
        picture = 127 + 60 * picture / picture.std()
        path = folder / f"{number:04d}.jpg"
        Image.fromarray(np.clip(picture, 0, 255).astype(np.uint8)).save(path, quality=90)
        paths.append(path)
    return paths


def one_pair(paths: list[Path], cache: Path) -> tuple[float, float, float]:
    """Return seconds of the peer, of our first pass and of a later one."""
    loader = DataLoader(Photos(paths), batch_size=32, num_workers=cores())
    started = time.perf_counter()
    n_seen = sum(len(batch) for batch in loader)
    peer = time.perf_counter() - started
    assert n_seen == len(paths)
    shutil.rmtree(cache, ignore_errors=True)
    files, names = [DiskFile(path) for path in paths], [path.name for path in paths]
    policy = DecodePolicy(size=(SIDE, SIDE), fit="stretch")
    passes = []
    for _ in range(2):
        started = time.perf_counter()
        decoded = decode_once(files, names, policy)
        decoded.pixels.sum()  # every page of the map is read
        passes.append(time.perf_counter() - started)
    assert len(decoded.rows) == len(paths)
    return peer, passes[0], passes[1]
