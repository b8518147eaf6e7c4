"""Rows of many images: in memory where they fit, else in a temporary file."""

import os
import tempfile
import weakref
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vistazo.data.image_files.decoded_cache import SPILLED, default_cache, mapped
from vistazo.files import write_error

_SHARE = 4
"""Of the machine's memory, one array of images may take this part: a comparison holds several."""
_CHUNK = 4 * 2**20
"""Bytes copied at once."""


def rows_of(pixels: NDArray[np.uint8], rows: Any) -> NDArray[np.uint8]:
    """Return ``pixels[rows]``.

    What is larger than a quarter of the machine's memory (or ``VISTAZO_MEMORY_GB``) is laid
    into a temporary file and mapped: the system then holds in memory what is being used, and
    methods that go through images part by part work on sets of any size. The file lies where
    decoded images are kept and goes with the array.

    Parameters
    ----------
    pixels : ndarray of uint8, shape (n_images, height, width, channels)
    rows : slice, ndarray of int64 or of bool

    Raises
    ------
    SetupError
        ``E-DISK`` where a temporary file has no room.
    """
    if isinstance(rows, slice):
        view: NDArray[np.uint8] = pixels[rows]
        return view
    chosen = np.arange(len(pixels))[rows]
    image_bytes = max(pixels[:1].nbytes, 1)
    if len(chosen) * image_bytes <= memory_limit():
        taken: NDArray[np.uint8] = pixels[chosen]
        return taken
    spilled = _room((len(chosen), *pixels.shape[1:]))
    step = max(1, _CHUNK // image_bytes)
    for start in range(0, len(chosen), step):
        spilled[start : start + step] = pixels[chosen[start : start + step]]
    return spilled


def memory_limit() -> int:
    """Return how many bytes an array of images may have in memory."""
    chosen = os.environ.get("VISTAZO_MEMORY_GB")
    if chosen:
        return int(float(chosen) * 2**30)
    if hasattr(os, "sysconf"):
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") // _SHARE
    return 2**31


def _room(shape: tuple[int, ...]) -> "np.memmap[Any, np.dtype[np.uint8]]":
    cache = default_cache()
    place = cache.folder if cache and cache.folder.is_dir() else None
    handle, name = tempfile.mkstemp(dir=place, prefix=SPILLED)
    os.close(handle)
    try:
        spilled = mapped(Path(name), shape)
    except OSError as error:
        Path(name).unlink()
        raise write_error(Path(name), error) from error
    weakref.finalize(spilled, Path(name).unlink, missing_ok=True)
    return spilled
