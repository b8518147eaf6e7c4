"""What a file is that is no image we read: the error that names it."""

import codecs
from collections.abc import Callable

from vistazo.data.decoding.heic import is_heic
from vistazo.errors import DataError
from vistazo.i18n import N_


def not_an_image(start: bytes) -> DataError:
    """Return the error for a file that is none of the formats read.

    Parameters
    ----------
    start : bytes
        The first 4,096 bytes, or all there are.

    Returns
    -------
    DataError
        ``E-IMG-EMPTY`` or ``E-IMG-FORMAT``, with the best guess at what the file is.
        The bytes themselves are never shown.
    """
    if not start:
        return DataError(
            "E-IMG-EMPTY",
            N_("The file is empty."),
            N_("Copy the file again from its source."),
        )
    for matches, message, hint in _KNOWN:
        if matches(start):
            return DataError("E-IMG-FORMAT", message, hint)
    return DataError(
        "E-IMG-FORMAT",
        N_("The file is none of the image formats that are read."),
        N_("Save it as JPEG or PNG. Read are JPEG, PNG, WebP, BMP, GIF, TIFF and AVIF."),
    )


def _starts(*prefixes: bytes) -> Callable[[bytes], bool]:
    return lambda start: start.lstrip(b"\xef\xbb\xbf \t\r\n").lower().startswith(prefixes)


def _contains(*parts: bytes) -> Callable[[bytes], bool]:
    return lambda start: any(part in start.lower() for part in parts)


def _brand(*brands: bytes) -> Callable[[bytes], bool]:
    return lambda start: start[4:8] == b"ftyp" and start[8:12] in brands


def _is_text(start: bytes) -> bool:
    try:
        # the incremental decoder lets the last character be cut in two
        text = codecs.getincrementaldecoder("utf-8")().decode(start)
    except UnicodeDecodeError:
        return False
    return bool(text) and all(c.isprintable() or c.isspace() for c in text)


_KNOWN: list[tuple[Callable[[bytes], bool], str, str]] = [
    (
        _starts(b"%pdf"),
        N_("The file is a PDF, not an image."),
        N_("Export its pages as images."),
    ),
    (
        _starts(b"%!ps", b"\xc5\xd0\xd3\xc6"),
        N_("The file is a PostScript drawing (EPS), which is never opened."),
        N_("Export it as PNG."),
    ),
    (
        _contains(b"<svg"),
        N_("The file is a vector drawing (SVG)."),
        N_("Export it as PNG."),
    ),
    (
        _starts(b"<!doctype html", b"<html", b"<head", b"<script"),
        N_("The file is a web page (HTML), not an image: a download may have failed."),
        N_("Download the image itself again."),
    ),
    (
        is_heic,
        N_("The file is a HEIC photo. Reading it takes an extra: pip install 'vistazo[heic]'."),
        N_("Or export it as JPEG; phones can be set to take JPEG."),
    ),
    (
        _brand(b"isom", b"iso2", b"mp41", b"mp42", b"M4V ", b"qt  "),
        N_("The file is a video."),
        N_("Export single frames as JPEG or PNG."),
    ),
    (
        _starts(b"\0\0\0\x0cjp  ", b"\xff\x6f\xff\x71"),
        N_("The file is a JPEG 2000 image, which is not read."),
        N_("Export it as PNG."),
    ),
    (
        _starts(b"\0\0\1\0"),
        N_("The file is an icon, which is not read."),
        N_("Export it as PNG."),
    ),
    (
        _starts(b"simple  ="),
        N_("The file is an astronomical image (FITS), which is not read."),
        N_("Export it as PNG."),
    ),
    (
        lambda start: start[128:132] == b"DICM",
        N_("The file is a DICOM image, which is not read."),
        N_("Export it as PNG."),
    ),
    (
        _starts(b"pk\x03\x04", b"\x1f\x8b", b"rar!", b"7z\xbc\xaf"),
        N_("The file is an archive."),
        N_("Unpack it first."),
    ),
    (
        _is_text,
        N_("The file is not an image: it looks like text."),
        N_("Remove it, or copy the image again from its source."),
    ),
]
