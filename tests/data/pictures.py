"""Image files made on the fly, for the tests of reading."""

import io
import struct
import zlib
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image


def ramp(height: int = 24, width: int = 32) -> NDArray[np.uint8]:
    """A smooth picture without symmetry, shape (height, width, 3)."""
    rows, columns = np.mgrid[0:height, 0:width]
    red = 255 * rows / height
    green = 255 * columns / width
    blue = 255 * (rows + columns) / (height + width)
    return np.stack([red, green, blue], axis=-1).astype(np.uint8)


def encode(image: Image.Image | NDArray[np.generic], kind: str = "PNG", **options: object) -> bytes:
    """A picture as the bytes of a file."""
    buffer = io.BytesIO()
    picture = image if isinstance(image, Image.Image) else Image.fromarray(image)
    picture.save(buffer, kind, **options)
    return buffer.getvalue()


def png(
    width: int,
    height: int,
    *,
    bits: int = 8,
    colour: int = 0,
    pixels: bytes = b"",
    before: bytes = b"",
) -> bytes:
    """A PNG written by hand: any header over any pixels."""
    header = struct.pack(">IIBBBBB", width, height, bits, colour, 0, 0, 0)
    return b"".join(
        (
            b"\x89PNG\r\n\x1a\n",
            chunk(b"IHDR", header),
            before,
            chunk(b"IDAT", zlib.compress(pixels, 9)),
            chunk(b"IEND", b""),
        )
    )


def chunk(name: bytes, content: bytes) -> bytes:
    """One chunk of a PNG."""
    checksum = struct.pack(">I", zlib.crc32(name + content))
    return struct.pack(">I", len(content)) + name + content + checksum


def tiff(width: int, height: int, bits: int, pixels: bytes) -> bytes:
    """A gray TIFF written by hand, for depths that Pillow does not write."""
    tags = [(256, width), (257, height), (258, bits), (259, 1), (262, 1)]
    tags += [(273, 8), (277, 1), (278, height), (279, len(pixels))]
    entries = b"".join(struct.pack("<HHII", tag, 4, 1, value) for tag, value in tags)
    directory = struct.pack("<H", len(tags)) + entries + bytes(4)
    return b"II*\0" + struct.pack("<I", 8 + len(pixels)) + pixels + directory


def plant(root: Path, files: dict[str, bytes | NDArray[np.generic]]) -> Path:
    """Write files below a folder; arrays become PNG."""
    for name, content in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else encode(content))
    return root
