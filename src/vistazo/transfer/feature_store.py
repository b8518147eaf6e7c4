"""Features of images kept between fits and runs: each image goes through a backbone once."""

import contextlib
import functools
import hashlib
import io
import os
import shutil
from collections.abc import Collection
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from vistazo.errors import SetupError
from vistazo.files import cache_folder, sha256, write_bytes

_FREE_AFTERWARDS = 2**30
"""Bytes that stay free on the disk: a store must not be what fills it."""

_SHARE = 20
"""Of the disk, one part in so many is the most that is kept."""

_SMALL = 16 * 2**20
"""Bytes of a file whose content may stay in memory once it was read."""


class FeatureStore:
    """A folder of features by the content of images; any number of processes may use it.

    A file holds the features of some images and is named by the hash of its content: one that
    was damaged, or written in part, is removed. Features are kept as float16.

    Parameters
    ----------
    folder : Path
        One for each backbone, its weights and its preprocessing.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def read(self, wanted: Collection[bytes]) -> dict[bytes, NDArray[np.float16]]:
        """Return the features that are kept of the images that are wanted, by image."""
        known: dict[bytes, NDArray[np.float16]] = {}
        with contextlib.suppress(OSError):
            os.utime(self.folder)  # the time of its last use
        for path in sorted(self.folder.glob("*.npz")):
            try:
                state = path.stat()
                read = _content if state.st_size <= _SMALL else _content.__wrapped__
                images, features = read(path, state.st_mtime_ns, state.st_size)
            except (OSError, ValueError, KeyError):
                path.unlink(missing_ok=True)
                continue
            rows = [row for row, image in enumerate(images) if image in wanted]
            # copied, so that what is not wanted need not stay in memory
            known.update(zip([images[row] for row in rows], features[rows], strict=True))
        return known

    def keep(self, images: list[bytes], features: NDArray[np.float16]) -> None:
        """Keep the features of images; where there is no room, nothing is kept."""
        content = io.BytesIO()
        rows = np.frombuffer(b"".join(images), np.uint8).reshape(len(images), -1)
        np.savez(content, images=rows, features=features)
        with contextlib.suppress(SetupError, OSError):
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            n_bytes = content.getbuffer().nbytes
            self._make_room(n_bytes)
            if shutil.disk_usage(self.folder).free > n_bytes + _FREE_AFTERWARDS:
                write_bytes(self.folder / f"{sha256(content.getvalue())}.npz", content.getvalue())

    def _make_room(self, n_bytes: int) -> None:
        """Remove the stores that were not used for longest where all hold more than they may."""
        others = [folder for folder in self.folder.parent.iterdir() if folder != self.folder]
        others.sort(key=lambda folder: folder.stat().st_mtime)
        sizes = {folder: _size(folder) for folder in (*others, self.folder)}
        left = shutil.disk_usage(self.folder).total // _SHARE - n_bytes - sum(sizes.values())
        for folder in others:
            if left >= 0:
                return
            shutil.rmtree(folder, ignore_errors=True)
            left += sizes[folder]


def store_of(identity: tuple[object, ...]) -> FeatureStore | None:
    """Return the store for what decides the features, or None where nothing is kept."""
    folder = features_folder()
    return FeatureStore(folder / sha256(repr(identity).encode())[:32]) if folder else None


def features_folder() -> Path | None:
    """Return the folder of all stores, or None where nothing is to be kept."""
    cache = cache_folder()
    return cache / "features" if cache else None


def image_keys(pixels: NDArray[np.uint8]) -> list[bytes]:
    """Return a hash of 16 bytes for each image: equal for equal shapes and pixels only."""
    shape = repr(pixels.shape[1:]).encode()
    return [
        hashlib.blake2b(np.ascontiguousarray(image).data, digest_size=16, key=shape).digest()
        for image in pixels
    ]


@functools.lru_cache(maxsize=16)
def _content(path: Path, _changed: int, _n_bytes: int) -> tuple[list[bytes], NDArray[np.float16]]:
    # every fit and every prediction asks: a file that is as it was is not hashed again
    content = path.read_bytes()
    if sha256(content) != path.stem:
        raise ValueError(path)
    with np.load(io.BytesIO(content), allow_pickle=False) as stored:
        return list(map(bytes, stored["images"])), stored["features"]


def _size(folder: Path) -> int:
    total = 0
    for file in folder.iterdir():
        with contextlib.suppress(FileNotFoundError):  # another process has just given it its name
            total += file.stat().st_size
    return total
