"""Bytes of an image file to pixels: one rule for every odd kind of file."""

import io
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFile, TiffImagePlugin

from vistazo.data.decoding.colour_profiles import as_srgb
from vistazo.data.decoding.depth import from_floats, from_integers, on_white
from vistazo.data.decoding.endings import bytes_beyond
from vistazo.data.decoding.headers import DEEP, Header, orientation
from vistazo.data.decoding.limits import Limits, check_bytes
from vistazo.data.decoding.opening import cut_off, open_image
from vistazo.errors import DataError
from vistazo.i18n import N_

_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
_BITS_PER_SAMPLE = 258  # TIFF tag
_END_OF_JPEG = b"\xff\xd9"

SALVAGED = N_("A cut-off or damaged file was read as far as it goes; the rest is gray or black.")
"""The note of an image that is not whole."""


@dataclass(frozen=True, eq=False)
class Decoded:
    """A decoded image.

    Parameters
    ----------
    pixels : ndarray of uint8, shape (height, width, channels)
        1 channel is gray, 3 are red, green, blue.
    header : Header
        Sides and channels of the file as stored.
    notes : tuple of str
        What was done to the image that a person should know, marked for translation
        and equal for equal causes.
    """

    pixels: NDArray[np.uint8] = field(repr=False)
    header: Header
    notes: tuple[str, ...] = ()


def decode(
    content: bytes,
    limits: Limits | None = None,
    enough: int | None = None,
    *,
    salvage: bool = False,
) -> Decoded:
    """Decode an image file.

    The orientation mark is applied; palettes become colours; transparent parts are laid
    on white; CMYK and other colour spaces become RGB; an embedded profile of RGB colours is
    converted to sRGB, other profiles are ignored; gray stays one channel. Gray of 16 bits is
    divided by 257; colour of 16 bits keeps its high byte, which differs from that by one level
    at most. Gray of 32 bits, whole numbers or floats, is scaled from 0 to 1, 0 to 255 or 0 to
    65,535, the first that holds all its values, else from its lowest to its highest value. Of
    several frames the first is taken.

    Parameters
    ----------
    content : bytes
        The whole file.
    limits : Limits, optional
        What is refused.
    enough : int, optional
        Sides of this many pixels suffice; see :func:`~vistazo.data.decoding.opening.open_image`.
    salvage : bool
        Of a JPEG or PNG that is cut off or damaged, take what there is.

    Raises
    ------
    DataError
        ``E-IMG-EMPTY``, ``-FORMAT``, ``-TRUNC``, ``-BIG``, ``-SMALL``, ``-ASPECT``,
        ``-BOMB``, ``-NAN``.
    """
    limits = limits or Limits()
    check_bytes(len(content), limits)
    image, header = open_image(io.BytesIO(content), limits, enough)
    try:
        pixels, notes = _pixels(image, header)
    except DataError:
        raise
    except Exception as error:  # on hostile bytes a plugin may raise anything
        if not salvage or image.format not in ("JPEG", "MPO", "PNG"):
            raise cut_off(image.format, error) from error
        pixels, notes = _salvaged(image, header, content, limits, enough)
    if bytes_beyond(content, image.format):
        notes.append(N_("Bytes that follow the end of the picture were ignored."))
    return Decoded(pixels, header, tuple(notes))


def _salvaged(
    image: ImageFile.ImageFile,
    header: Header,
    content: bytes,
    limits: Limits,
    enough: int | None,
) -> tuple[NDArray[np.uint8], list[str]]:
    try:
        if image.format == "PNG":
            image.tile = []  # what was decoded stays, and counts as all there is
        else:  # with an end, libjpeg fills up what is missing
            image, _ = open_image(io.BytesIO(content + _END_OF_JPEG), limits, enough)
        pixels, notes = _pixels(image, header)
    except Exception as error:
        raise cut_off(image.format, error) from error
    if (pixels == pixels[0, 0]).all():
        raise cut_off(image.format, ValueError("it holds no picture data"))
    return pixels, [SALVAGED, *notes]


def _pixels(image: ImageFile.ImageFile, header: Header) -> tuple[NDArray[np.uint8], list[str]]:
    notes = []
    if getattr(image, "is_animated", False):
        notes.append(N_("Only the first picture of an animated or multi-page file was used."))
    image.load()
    turn = orientation(image)
    if turn is None:
        notes.append(N_("A damaged orientation mark was ignored."))
    turned = image.transpose(_TURNS[turn]) if turn in _TURNS else image
    if image.mode in DEEP:
        pixels, note = _deep(np.asarray(turned), image)
        notes.append(note)
    elif header.gray and not header.transparent:
        pixels = np.asarray(turned.convert("L"))
    else:
        coloured = turned.convert("RGBA" if header.transparent else "RGB")
        # what is not LAB any more has no use for its profile
        profile = None if image.mode == "LAB" else image.info.get("icc_profile")
        converted, profile_note = as_srgb(coloured, profile)
        pixels = np.asarray(converted)
        if profile_note:
            notes.append(profile_note)
        if header.transparent:
            pixels = on_white(pixels)
            notes.append(N_("Transparent parts were laid on white."))
    pixels = pixels.reshape(*pixels.shape[:2], -1)  # (height, width, channels)
    return pixels[..., : 1 if header.gray else 3], notes


def _deep(values: NDArray[np.generic], image: ImageFile.ImageFile) -> tuple[NDArray[np.uint8], str]:
    if image.mode not in ("I", "F"):
        top = 65_535
        if isinstance(image, TiffImagePlugin.TiffImageFile):
            top = 2 ** image.tag_v2.get(_BITS_PER_SAMPLE, (16,))[0] - 1
        return from_integers(values, top), N_("Gray of 16 bits was scaled to 0 to 255.")
    if not np.isfinite(values).all():
        raise DataError(
            "E-IMG-NAN",
            N_("The image holds values that are not numbers (NaN) or infinite."),
            N_("Replace them and save the image again."),
        )
    low, high = float(values.min()), float(values.max())
    for top in (1, 255, 65_535):
        if low >= 0 and high <= top:
            return from_floats(values, 0, top), N_(
                "Gray of 32 bits was scaled: 0 to 1, 0 to 255 or 0 to 65,535 became 0 to 255."
            )
    return from_floats(values, low, high), N_(
        "Gray of 32 bits was stretched: each image's lowest value became 0, its highest 255."
    )
