"""What is refused before any pixel is decoded: too many pixels or bytes, too few, odd shapes."""

from dataclasses import dataclass

from vistazo.errors import DataError
from vistazo.i18n import N_, number

REDUCED = 4
"""How many times ``max_pixels`` a JPEG may have that is decoded at a fraction of its size."""


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
    max_aspect : int
        The longer side divided by the shorter one.
    """

    max_pixels: int = 50_000_000
    min_side: int = 8
    max_bytes: int = 64 * 2**20
    max_aspect: int = 100


def check_sides(width: int, height: int, limits: Limits, max_pixels: int | None = None) -> None:
    """Refuse an image by its sides in pixels; ``max_pixels`` stands in for that of the limits.

    Raises
    ------
    DataError
        ``E-IMG-BIG``, ``E-IMG-ASPECT``, ``E-IMG-SMALL``.
    """
    if width * height > (max_pixels or limits.max_pixels):
        raise DataError(
            "E-IMG-BIG",
            N_("The image has {width} × {height} pixels; the limit is {limit}."),
            N_("Make it smaller, or raise --max-pixels if you trust the file."),
            width=width,
            height=height,
            limit=number(limits.max_pixels),
        )
    if max(width, height) > limits.max_aspect * min(width, height):
        raise DataError(
            "E-IMG-ASPECT",
            N_(
                "The image has {width} × {height} pixels: one side is more than {limit} times "
                "as long as the other."
            ),
            N_("Leave the file out, cut it into pieces, or raise --max-aspect."),
            width=width,
            height=height,
            limit=limits.max_aspect,
        )
    if min(width, height) < limits.min_side:
        raise DataError(
            "E-IMG-SMALL",
            N_("The image has {width} × {height} pixels; the shorter side must have {limit}."),
            N_("Leave the file out, or lower --min-side."),
            width=width,
            height=height,
            limit=limits.min_side,
        )


def check_bytes(size: int, limits: Limits) -> None:
    """Refuse a file by its size in bytes.

    Raises
    ------
    DataError
        ``E-IMG-BIG``.
    """
    if size > limits.max_bytes:
        raise DataError(
            "E-IMG-BIG",
            N_("The file has {size} MB; the limit is {limit} MB."),
            N_("Save the image in a smaller form."),
            size=size // 2**20,
            limit=limits.max_bytes // 2**20,
        )
