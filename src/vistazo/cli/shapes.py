"""Shapes of images as a person writes them."""

import re

from vistazo.errors import UsageError
from vistazo.i18n import N_


def shape_of(text: str) -> tuple[int, ...]:
    """Return (28, 28) for ``28x28``, (32, 32, 3) for ``32x32x3``.

    Raises
    ------
    UsageError
        ``E-SHAPE`` for another text.
    """
    if not re.fullmatch(r"[1-9][0-9]{0,5}(x[1-9][0-9]{0,5}){1,2}", text.lower()):
        raise UsageError(
            "E-SHAPE",
            N_("'{text}' is no shape of an image."),
            N_("Write height and width, such as 28x28, and the channels of colour: 32x32x3."),
            text=text,
        )
    return tuple(map(int, text.lower().split("x")))
