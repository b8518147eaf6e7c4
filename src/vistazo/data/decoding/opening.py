"""Open an image by its content: the allow-list, and what its header says."""

import io
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

from vistazo.data.decoding import heic
from vistazo.data.decoding.headers import Header, header_of
from vistazo.data.decoding.limits import REDUCED, Limits, check_sides
from vistazo.data.decoding.recognition import not_an_image
from vistazo.data.decoding.tiff_pages import loops
from vistazo.errors import DataError
from vistazo.i18n import N_
from vistazo.reasons import reason_of

FORMATS = (
    JpegImagePlugin.JpegImageFile.format,  # MPO too: a JPEG with more than one picture
    PngImagePlugin.PngImageFile.format,
    WebPImagePlugin.WebPImageFile.format,
    BmpImagePlugin.BmpImageFile.format,
    GifImagePlugin.GifImageFile.format,
    TiffImagePlugin.TiffImageFile.format,
    AvifImagePlugin.AvifImageFile.format,
)
"""What is read, and HEIC where its extra part is installed. Never EPS: Pillow would start
Ghostscript on it."""


def is_image(start: bytes) -> bool:
    """Tell from its first 16 bytes whether a file is of one of the formats read."""
    return _format_of(start) is not None


def open_image(
    file: BinaryIO, limits: Limits, enough: int | None = None
) -> tuple[ImageFile.ImageFile, Header]:
    """Open an image without decoding its pixels.

    Pillow's plugins are called without ``Image.open``: its limit on pixels is one for
    the whole process, and it warns where a file must be refused.

    Parameters
    ----------
    file : binary file
    limits : Limits
        What is refused.
    enough : int, optional
        Sides of this many pixels suffice: JPEG will be decoded at a half, a quarter or an
        eighth of its size, as long as both sides stay at least this long. The limit on pixels
        is then one on those decoded, of a file with at most 4 times as many.

    Raises
    ------
    DataError
        ``E-IMG-EMPTY``, ``E-IMG-FORMAT`` (none of :data:`FORMATS`), ``E-IMG-TRUNC``
        (cut off or damaged), ``E-IMG-BOMB`` (text that grows without bound),
        ``E-IMG-BIG``, ``E-IMG-ASPECT``, ``E-IMG-SMALL``.
    OSError
        Of the disk.
    """
    start = file.read(4096)
    file.seek(0)
    name = _format_of(start)
    opener = heic.heic_opener() if name == heic.FORMAT else Image.OPEN[name][0] if name else None
    if name is None or opener is None:
        raise not_an_image(start)
    try:
        image = opener(file, "")
        header = header_of(image)
        if isinstance(image, TiffImagePlugin.TiffImageFile) and loops(file):
            raise SyntaxError("its directories form a loop")
        most = limits.max_pixels
        if enough is not None and isinstance(image, JpegImagePlugin.JpegImageFile):
            in_pieces = _one_scan(image, file)
            image.draft(None, (enough, enough))
            if in_pieces and image.width * image.height <= most:
                most *= REDUCED
    except Exception as error:  # on hostile bytes a plugin may raise anything
        raise _refused(name, start, error) from error
    check_sides(header.width, header.height, limits, most)
    return image, header


def _one_scan(image: JpegImagePlugin.JpegImageFile, file: BinaryIO) -> bool:
    """Tell whether a JPEG can be decoded piece by piece, without holding all of it."""
    if "progressive" in image.info or image.format != "JPEG":
        return False
    # Pillow stops behind the header of the first scan, which begins with its components
    file.seek(-(4 + 2 * image.layers), io.SEEK_CUR)
    return file.read(1) == bytes([image.layers])


def cut_off(name: str | None, error: Exception) -> DataError:
    """Return the error for an image whose data end early or are damaged."""
    return DataError(
        "E-IMG-TRUNC",
        N_("The {format} image is cut off or damaged: {reason}."),
        N_("Copy the file again from its source."),
        format=name,
        reason=_reason(error),
    )


def _reason(error: Exception) -> str:
    """Return what a plugin says, on one line that any terminal may show."""
    return "".join(sign for sign in reason_of(error) if sign.isprintable())


def _format_of(start: bytes) -> str | None:
    if heic.is_heic(start):
        return heic.FORMAT if heic.heic_opener() else None
    for name in FORMATS:
        accepts = Image.OPEN[name][1]
        if accepts is not None and accepts(start) is True:
            return name
    return None


def _refused(name: str, start: bytes, error: Exception) -> Exception:
    if isinstance(error, OSError) and error.errno is not None:
        return error  # of the disk, not of the image
    if name == "AVIF" and start[8:11] != b"avi":
        return not_an_image(start)  # its container holds other things, too
    if isinstance(error, Image.DecompressionBombError):  # WebP looks before we can
        return DataError(
            "E-IMG-BIG",
            N_("The image is too big to be opened: {reason}."),
            N_("Make it smaller."),
            reason=_reason(error),
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
            reason=_reason(error),
        )
    return cut_off(name, error)
