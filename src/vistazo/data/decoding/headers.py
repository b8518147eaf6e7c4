"""What an image file says of itself before its pixels are decoded."""

import math
import struct
from dataclasses import dataclass

from PIL import ImageFile, TiffImagePlugin

from vistazo.data.decoding.jpeg_quality import jpeg_quality

_ORIENTATION = 0x0112
DEEP = ("I", "F", "I;16", "I;16B", "I;16L", "I;16N")
"""Pillow's modes of gray with more than 8 bits."""
_GRAY = ("1", "L", "LA", "La", *DEEP)


@dataclass(frozen=True)
class Header:
    """What is known of an image before its pixels are decoded.

    Parameters
    ----------
    width, height : int
        Pixels as stored, before the camera's orientation mark is applied.
    gray : bool
        Stored without colour.
    transparent : bool
        Some pixels may be transparent.
    on_its_side : bool
        The orientation mark exchanges width and height.
    jpeg_quality : float
        1 to 100, as :func:`~vistazo.data.decoding.jpeg_quality.jpeg_quality`; NaN where it is
        no JPEG.
    format : str
        Pillow's name of what the content is, such as ``"JPEG"``.
    """

    width: int
    height: int
    gray: bool
    transparent: bool
    on_its_side: bool
    jpeg_quality: float = math.nan
    format: str = ""

    @property
    def channels(self) -> int:
        """1 gray, 2 gray with transparency, 3 colour, 4 colour with transparency."""
        return (1 if self.gray else 3) + self.transparent

    @property
    def shown_size(self) -> tuple[int, int]:
        """(height, width) as a person sees the image."""
        return (self.width, self.height) if self.on_its_side else (self.height, self.width)

    def facts(self, file_bytes: int) -> tuple[float, ...]:
        """Return what is known of a file of so many bytes, in the order of ``FACTS``."""
        return self.width, self.height, file_bytes, self.channels, self.jpeg_quality


def header_of(image: ImageFile.ImageFile) -> Header:
    """Return the header of an open image."""
    width, height = image.size
    on_its_side = (orientation(image) or 1) >= 5
    if on_its_side and isinstance(image, TiffImagePlugin.TiffImageFile):
        width, height = height, width  # Pillow reports the size after turning
    # Pillow opens 16-bit gray with transparency as RGBA
    gray = image.mode in _GRAY or any(tile.args == "LA;16B" for tile in image.tile)
    # of deep gray, Pillow keeps a transparent value that nothing then uses
    transparent = image.has_transparency_data and image.mode not in DEEP
    return Header(
        width, height, gray, transparent, on_its_side, _quality(image), image.format or ""
    )


def _quality(image: ImageFile.ImageFile) -> float:
    tables = getattr(image, "quantization", None)
    quality = jpeg_quality(tables[min(tables)]) if tables else None
    return math.nan if quality is None else quality


def orientation(image: ImageFile.ImageFile) -> int | None:
    """Return the EXIF orientation, 1 to 8, that is still to be applied; None if damaged.

    Pillow applies the one of a TIFF itself while decoding, and then forgets it.
    """
    if isinstance(image, TiffImagePlugin.TiffImageFile):
        value = image.tag_v2.get(_ORIENTATION, 1)
    elif "exif" in image.info or "xmp" in image.info:
        try:
            marks = image.getexif()
        except (SyntaxError, ValueError, TypeError, KeyError, OSError, struct.error):
            return None
        # Pillow raises on a damaged block once, and takes it for an empty one from then on
        damaged = "exif" in image.info and not len(marks)
        value = None if damaged else marks.get(_ORIENTATION, 1)
    else:
        return 1
    return value if value in range(1, 9) else None
