"""HEIC, the photos of many phones: read where the extra part for them is installed."""

import functools
import importlib
from collections.abc import Callable
from typing import BinaryIO

from PIL import ImageFile

FORMAT = "HEIF"
"""What Pillow calls the format."""

_HEIC = (b"heic", b"heix", b"hevc", b"hevx", b"heim", b"heis")
_EITHER = (b"mif1", b"msf1")
"""Brands that HEIC and AVIF share: the list of compatible brands that follows decides."""


def is_heic(start: bytes) -> bool:
    """Tell from the start of a file whether it is a HEIC photo."""
    brand = start[8:12]
    return start[4:8] == b"ftyp" and (
        brand in _HEIC or (brand in _EITHER and b"avif" not in start[: _length(start)])
    )


def _length(box: bytes) -> int:
    return int.from_bytes(box[:4], "big")


@functools.cache
def heic_opener() -> Callable[[BinaryIO, str], ImageFile.ImageFile] | None:
    """Return what opens HEIC, the plugin of pillow-heif; None where it is not installed.

    The plugin turns the picture as its file says, and forgets the mark then.
    """
    try:
        opener: Callable[[BinaryIO, str], ImageFile.ImageFile]
        opener = importlib.import_module("pillow_heif").HeifImageFile
    except ImportError:
        return None
    return opener
