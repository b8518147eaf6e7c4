"""Decoded images kept between runs: an array on disk for each set of files and policy."""

import contextlib
import hashlib
import io
import json
import math
import os
import shutil
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vistazo.files import cache_folder, read_json, sha256, write_bytes, write_json

SCHEMA = "vistazo.decoded/1"
_FREE_AFTERWARDS = 2**30
"""Bytes that stay free on the disk: a cache must not be what fills it."""
SPILLED = ".rows-"
"""How files begin that hold rows too large for memory."""
_ABANDONED = 24 * 3600
"""Seconds after which a folder that was never finished is taken for one of a killed process."""


@dataclass(frozen=True, eq=False)
class Kept:
    """What a cache has for a key.

    Parameters
    ----------
    pixels : ndarray of uint8, shape (n_images, height, width, channels)
        A map of the file; what is written into it stays in this process.
    arrays : dict of ndarray
    about : dict
        Plain values.
    """

    pixels: NDArray[np.uint8] = field(repr=False)
    arrays: dict[str, NDArray[Any]] = field(repr=False)
    about: dict[str, Any]


class DecodedCache:
    """A folder of decoded images; any number of processes may use it at once.

    An entry is a folder that appears whole, by being renamed. It carries the hash of its
    content, which is compared whenever it is opened: a damaged one is removed and counts as
    absent. Where there is no room, nothing is kept, and nobody is bothered.

    Parameters
    ----------
    folder : Path
    max_bytes : int
        When more is kept, the entries that were not used for longest are removed.
    """

    def __init__(self, folder: Path, max_bytes: int) -> None:
        self.folder, self.max_bytes = folder, max_bytes

    def read(self, key: str) -> Kept | None:
        """Return what is kept for a key, or None."""
        entry = self.folder / key
        if not entry.is_dir():
            return None
        try:
            facts = read_json(entry / "entry.json")
            content = (entry / "arrays.npz").read_bytes()
            shape = tuple(facts["shape"])
            whole = (
                facts["schema"] == SCHEMA
                and facts["arrays_sha256"] == sha256(content)
                and facts["pixels_sha256"] == _file_sha256(entry / "pixels")
            )
            if not whole:
                raise ValueError(entry)
            pixels = _opened(entry, shape)
            with np.load(io.BytesIO(content), allow_pickle=False) as stored:
                arrays = dict(stored)
        except (OSError, ValueError, KeyError, TypeError):
            shutil.rmtree(entry, ignore_errors=True)
            return None
        with contextlib.suppress(OSError):  # the time of its last use
            os.utime(entry / "entry.json")
        return Kept(pixels, arrays, facts["about"])

    def draft(self, shape: tuple[int, ...]) -> "Draft | None":
        """Return room for new pixels, or None where there is none."""
        n_bytes = math.prod(shape)
        try:
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            self._make_room(n_bytes)
            if n_bytes == 0 or shutil.disk_usage(self.folder).free < n_bytes + _FREE_AFTERWARDS:
                return None
            folder = Path(tempfile.mkdtemp(dir=self.folder, prefix=".part-"))
        except OSError:
            return None
        try:
            return Draft(folder, mapped(folder / "pixels", shape))
        except OSError:
            shutil.rmtree(folder, ignore_errors=True)
            return None

    def keep(
        self,
        key: str,
        draft: "Draft",
        n_images: int,
        arrays: dict[str, NDArray[Any]],
        about: dict[str, Any],
    ) -> Kept | None:
        """Finish a draft, of which the first images count; return it as an entry.

        None where it could not be written.
        """
        entry, shape = self.folder / key, (n_images, *draft.pixels.shape[1:])
        try:
            draft.pixels.flush()
            os.truncate(draft.folder / "pixels", math.prod(shape))
            buffer = io.BytesIO()
            np.savez(buffer, **arrays)  # type: ignore[arg-type]  # its stub mistakes ** for a flag
            write_bytes(draft.folder / "arrays.npz", buffer.getvalue())
            facts = {
                "schema": SCHEMA,
                "shape": shape,
                "pixels_sha256": _file_sha256(draft.folder / "pixels"),
                "arrays_sha256": sha256(buffer.getvalue()),
                "about": about,
            }
            write_json(draft.folder / "entry.json", facts)
            # where another process was faster, its folder stays: it holds the same
            draft.folder.replace(entry)
            return Kept(_opened(entry, shape), arrays, about)
        except Exception:
            draft.discard()
            return self.read(key)

    def n_bytes(self) -> int:
        """Return how many bytes are kept."""
        return sum(_size(file.parent) for file in self.folder.glob("*/entry.json"))

    def _make_room(self, n_bytes: int) -> None:
        for part in self.folder.glob(".part-*"):
            if time.time() - part.stat().st_mtime > _ABANDONED:
                shutil.rmtree(part, ignore_errors=True)
        for rows in self.folder.glob(f"{SPILLED}*"):
            if time.time() - rows.stat().st_mtime > _ABANDONED:
                rows.unlink(missing_ok=True)
        entries = sorted(self.folder.glob("*/entry.json"), key=lambda file: file.stat().st_mtime)
        sizes = [(file.parent, _size(file.parent)) for file in entries]
        total = n_bytes + sum(size for _folder, size in sizes)
        for folder, size in sizes:
            if total <= self.max_bytes:
                return
            shutil.rmtree(folder, ignore_errors=True)
            total -= size


@dataclass(frozen=True, eq=False)
class Draft:
    """An entry that is being written: nobody else sees it.

    Parameters
    ----------
    folder : Path
    pixels : ndarray of uint8
        A map of its file, to be written into.
    """

    folder: Path
    pixels: "np.memmap[Any, np.dtype[np.uint8]]" = field(repr=False)

    def discard(self) -> None:
        """Leave nothing behind."""
        shutil.rmtree(self.folder, ignore_errors=True)


def default_cache() -> DecodedCache | None:
    """Return the user's cache, or None where it is switched off.

    A tenth of the disk is the most that is kept.
    """
    folder = cache_folder()
    if folder is None:
        return None
    place = next(parent for parent in (folder, *folder.absolute().parents) if parent.exists())
    return DecodedCache(folder / "decoded", shutil.disk_usage(place).total // 10)


def mapped(path: Path, shape: tuple[int, ...]) -> "np.memmap[Any, np.dtype[np.uint8]]":
    """Return a new file of bytes as an array to be written into.

    Raises
    ------
    OSError
        Where there is no room, at once.
    """
    n_bytes = math.prod(shape)
    with path.open("wb") as file:
        # a map of a file without blocks would end the process when the disk is full
        if hasattr(os, "posix_fallocate"):
            os.posix_fallocate(file.fileno(), 0, n_bytes)
        file.truncate(n_bytes)
    return np.memmap(path, np.uint8, "r+", shape=shape)


def key_of(*parts: object) -> str:
    """Return the key of what decides the pixels: plain values."""
    return hashlib.sha256(json.dumps(parts, sort_keys=True, default=str).encode()).hexdigest()


def _opened(entry: Path, shape: tuple[int, ...]) -> NDArray[np.uint8]:
    return np.memmap(entry / "pixels", np.uint8, "c", shape=shape)


def _file_sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _size(folder: Path) -> int:
    return sum(file.stat().st_size for file in folder.iterdir())
