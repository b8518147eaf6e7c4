"""What a network needs of the size of its images, and which stem that size asks for."""

from typing import Literal, get_args

from vistazo.errors import DataError, require
from vistazo.i18n import N_

Stem = Literal["auto", "published", "small"]

_PUBLISHED_FROM = 96
"""Shorter side in pixels from which ``auto`` takes the published stem; of fewer, the published
networks leave a last map of 3×3 or less."""


def check_image_size(network: str, image_shape: tuple[int, int, int], smallest: int) -> None:
    """Raise ``E-NET-SIZE`` where a side of the images is shorter than a network needs.

    Parameters
    ----------
    network : str
        Its name.
    image_shape : tuple of int
        (height, width, channels).
    smallest : int
        Pixels.
    """
    height, width, _channels = image_shape
    if min(height, width) < smallest:
        raise DataError(
            "E-NET-SIZE",
            N_(
                "{network} needs images of at least {smallest}×{smallest} px;"
                " these are {height}×{width}."
            ),
            N_("Enlarge them with --size {smallest}."),
            network=network,
            smallest=smallest,
            height=height,
            width=width,
        )


def chosen_stem(stem: Stem, image_shape: tuple[int, int, int]) -> Literal["published", "small"]:
    """Return the stem in use; raise ``E-VALUE`` for one that there is not."""
    require(stem in get_args(Stem), "stem", stem, "auto | published | small")
    if stem != "auto":
        return stem
    return "published" if min(image_shape[:2]) >= _PUBLISHED_FROM else "small"
