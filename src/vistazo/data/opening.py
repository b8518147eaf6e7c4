"""Open an image by its content: the allow-list, and what its header says."""

import struct
from dataclasses import dataclass
from typing import BinaryIO

from PIL import (
    AvifImagePlugin,
    BmpImagePlugin,
    GifImagePlugin,
    Image,
    ImageFile,
    JpegImagePlugin,
    PngImagePlugin,
    TiffImagePlugin,
    WebPImagePlugin,
)

from vistazo.data.recognition import not_an_image
from vistazo.errors import DataError
from vistazo.i18n import N_, number

FORMATS = (
    JpegImagePlugin.JpegImageFile.format,  # MPO too: a JPEG with more than one picture
    PngImagePlugin.PngImageFile.format,
    WebPImagePlugin.WebPImageFile.format,
    BmpImagePlugin.BmpImageFile.format,
    GifImagePlugin.GifImageFile.format,
    TiffImagePlugin.TiffImageFile.format,
    AvifImagePlugin.AvifImageFile.format,
)
"""What is read. Never EPS: Pillow would start Ghostscript on it."""

_ORIENTATION = 0x0112
DEEP = ("I", "F", "I;16", "I;16B", "I;16L", "I;16N")
"""Pillow's modes of gray with more than 8 bits."""
_GRAY = ("1", "L", "LA", "La", *DEEP)


@dataclass(frozen=True)
class Limits:
    """What is refused before any pixel is decoded.

    Parameters
    ----------
    max_pixels : int
        Width times height: the guard against small files that decode to gigabytes.
    min_side : int
        Pixels of the shorter side.
    max_bytes : int
        Of the file.
    """

    max_pixels: int = 50_000_000
    min_side: int = 8
    max_bytes: int = 64 * 2**20


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
    """

    width: int
    height: int
    gray: bool
    transparent: bool
    on_its_side: bool

    @property
    def channels(self) -> int:
        """1 gray, 2 gray with transparency, 3 colour, 4 colour with transparency."""
        return (1 if self.gray else 3) + self.transparent

    @property
    def shown_size(self) -> tuple[int, int]:
        """(height, width) as a person sees the image."""
        return (self.width, self.height) if self.on_its_side else (self.height, self.width)


def is_image(start: bytes) -> bool:
    """Tell from its first 16 bytes whether a file is of one of the formats read."""
    return _format_of(start) is not None


def open_image(file: BinaryIO, limits: Limits) -> tuple[ImageFile.ImageFile, Header]:
    """Open an image without decoding its pixels.

    Pillow's plugins are called without ``Image.open``: its limit on pixels is one for
    the whole process, and it warns where a file must be refused.

    Raises
    ------
    DataError
        ``E-IMG-EMPTY``, ``E-IMG-FORMAT`` (none of :data:`FORMATS`), ``E-IMG-TRUNC``
        (cut off or damaged), ``E-IMG-BOMB`` (text that grows without bound),
        ``E-IMG-BIG``, ``E-IMG-SMALL``.
    OSError
        Of the disk.
    """
    start = file.read(4096)
    file.seek(0)
    name = _format_of(start[:16])
    if name is None:
        raise not_an_image(start)
    try:
        image = Image.OPEN[name][0](file, "")
        header = _header(image)
    except Exception as error:  # on hostile bytes a plugin may raise anything
        raise _refused(name, start, error) from error
    _check(header, limits)
    return image, header


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


def cut_off(name: str | None, error: Exception) -> DataError:
    """Return the error for an image whose data end early or are damaged."""
    return DataError(
        "E-IMG-TRUNC",
        N_("The {format} image is cut off or damaged: {reason}."),
        N_("Copy the file again from its source."),
        format=name,
        reason=str(error).rstrip("."),
    )


def _format_of(start: bytes) -> str | None:
    for name in FORMATS:
        accepts = Image.OPEN[name][1]
        if accepts is not None and accepts(start) is True:
            return name
    return None


def _header(image: ImageFile.ImageFile) -> Header:
    width, height = image.size
    on_its_side = (orientation(image) or 1) >= 5
    if on_its_side and isinstance(image, TiffImagePlugin.TiffImageFile):
        width, height = height, width  # Pillow reports the size after turning
    # Pillow opens 16-bit gray with transparency as RGBA
    gray = image.mode in _GRAY or any(tile.args == "LA;16B" for tile in image.tile)
    # of deep gray, Pillow keeps a transparent value that nothing then uses
    transparent = image.has_transparency_data and image.mode not in DEEP
    return Header(width, height, gray, transparent, on_its_side)


def _check(header: Header, limits: Limits) -> None:
    if header.width * header.height > limits.max_pixels:
        raise DataError(
            "E-IMG-BIG",
            N_("The image has {width} × {height} pixels; the limit is {limit}."),
            N_("Make it smaller, or raise --max-pixels if you trust the file."),
            width=header.width,
            height=header.height,
            limit=number(limits.max_pixels),
        )
    if min(header.width, header.height) < limits.min_side:
        raise DataError(
            "E-IMG-SMALL",
            N_("The image has {width} × {height} pixels; the shorter side must have {limit}."),
            N_("Leave the file out, or lower --min-side."),
            width=header.width,
            height=header.height,
            limit=limits.min_side,
        )


def _refused(name: str, start: bytes, error: Exception) -> Exception:
    if isinstance(error, OSError) and error.errno is not None:
        return error  # of the disk, not of the image
    if start[4:8] == b"ftyp" and start[8:11] != b"avi":
        return not_an_image(start)  # HEIC shares the container of AVIF
    if isinstance(error, Image.DecompressionBombError):  # WebP looks before we can
        return DataError(
            "E-IMG-BIG",
            N_("The image is too big to be opened: {reason}."),
            N_("Make it smaller."),
            reason=str(error).rstrip("."),
        )
    if isinstance(error, ValueError) and "MAX_TEXT" in str(error):
        return DataError(
            "E-IMG-BOMB",
            N_("The image hides text that grows to many megabytes when it is opened."),
            N_("Leave the file out, or save the picture again with an image editor."),
        )
    # a PNG header has a checksum, so that wrong can be told from incomplete
    if name == "PNG" and isinstance(error, SyntaxError):
        return DataError(
            "E-IMG-FORMAT",
            N_("The file starts like a PNG image, but its header is wrong: {reason}."),
            N_("Copy the file again from its source."),
            reason=str(error),
        )
    return cut_off(name, error)
