"""The decode policy: how files become pixels of one size, stored with every model."""

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from vistazo import catalog
from vistazo.data.decoding import Decoded, decode
from vistazo.data.decoding.limits import Limits
from vistazo.errors import UsageError
from vistazo.i18n import N_

FITS = ("pad", "crop", "stretch")
BORDER = 127
"""Gray level of the border. The middle: black or white would put a strong edge around
every image, which edge features see, and tell the aspect ratio louder than the content."""

LARGEST = 4096
"""Pixels of a side beyond which a size is refused: a few letters must not fill the memory."""

ADDED = ("max_aspect", "salvage")
"""Settings that the first models were saved without: their defaults are how such models read
files, and stay."""


@dataclass(frozen=True)
class DecodePolicy:
    """How image files become pixels: the same in training, prediction and serving.

    Parameters
    ----------
    size : tuple of int (height, width), optional
        Pixels; None keeps the size of each image.
    fit : {"pad", "crop", "stretch"}
        How an image gets the size; see :func:`fit`.
    channels : {1, 3}, optional
        1 makes colour gray (ITU-R BT.601 luma), 3 repeats gray; None keeps each.
    max_pixels, min_side, max_aspect : int
        What is refused; see :class:`~vistazo.data.decoding.limits.Limits`.
    salvage : bool
        Cut-off JPEG and PNG are read as far as they go, where they would be refused.

    Raises
    ------
    UsageError
        ``E-NAME`` for an unknown fit, ``E-SIZE``, ``E-CHANNELS``.
    """

    size: tuple[int, int] | None = None
    fit: str = "pad"
    channels: int | None = None
    max_pixels: int = Limits.max_pixels
    min_side: int = Limits.min_side
    max_aspect: int = Limits.max_aspect
    salvage: bool = False

    def __post_init__(self) -> None:
        if self.fit not in FITS:
            raise catalog.unknown("fits", self.fit, list(FITS))
        if self.size is not None and not all(1 <= side <= LARGEST for side in self.size):
            raise UsageError(
                "E-SIZE",
                N_("Images cannot have {height} × {width} pixels."),
                N_("Give a size of 1 to {largest}, such as 64."),
                largest=LARGEST,
                height=self.size[0],
                width=self.size[1],
            )
        if self.channels not in (None, 1, 3):
            raise UsageError(
                "E-CHANNELS",
                N_("Images cannot have {channels} channels."),
                N_("Give 1 for gray or 3 for colour."),
                channels=self.channels,
            )

    @property
    def limits(self) -> Limits:
        """What is refused."""
        return Limits(self.max_pixels, self.min_side, max_aspect=self.max_aspect)

    @property
    def enough(self) -> int | None:
        """Sides in pixels from which an image of the size is made as well as from longer ones."""
        # twice the size leaves the resampling filter all it can use
        return None if self.size is None else 2 * max(self.size)

    def read(self, content: bytes) -> NDArray[np.uint8]:
        """Return the pixels of an image file, shape (height, width, channels).

        Raises
        ------
        DataError
            As :func:`~vistazo.data.decoding.decode`.
        """
        return self.apply(self.decode(content).pixels)

    def decode(self, content: bytes) -> Decoded:
        """Decode a file no larger than the size needs; :meth:`apply` does the rest."""
        return decode(content, self.limits, self.enough, salvage=self.salvage)

    def apply(self, pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """Give pixels of shape (h, w, 1 or 3) the channels and the size of the policy."""
        if self.channels == 1 and pixels.shape[-1] == 3:
            pixels = np.asarray(Image.fromarray(pixels).convert("L"))[..., None]
        elif self.channels == 3 and pixels.shape[-1] == 1:
            pixels = np.repeat(pixels, 3, axis=-1)
        return pixels if self.size is None else fit(pixels, self.size, self.fit)

    def to_dict(self) -> dict[str, Any]:
        """Return the policy as plain values, for JSON.

        Settings that came later (:data:`ADDED`) are there where they are not the default: what
        was saved before them is complete.
        """
        values = asdict(self)
        return {
            name: value
            for name, value in values.items()
            if name not in ADDED or value != getattr(DecodePolicy, name)
        }

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> "DecodePolicy":
        """Return the policy that :meth:`to_dict` wrote; what is missing takes its default."""
        size = values.get("size")
        return cls(**{**values, "size": None if size is None else tuple(size)})


def fit(pixels: NDArray[np.uint8], size: tuple[int, int], how: str) -> NDArray[np.uint8]:
    """Give an image a size.

    Resampled once, with Pillow's bicubic filter, whose support grows with the reduction
    so that fine patterns do not alias.

    Parameters
    ----------
    pixels : ndarray of uint8, shape (h, w, channels)
    size : tuple of int
        (height, width).
    how : {"pad", "crop", "stretch"}
        ``"pad"`` keeps the aspect ratio and the whole image, centred on gray
        (:data:`BORDER`); ``"crop"`` keeps the aspect ratio and the middle;
        ``"stretch"`` keeps the whole image.

    Returns
    -------
    ndarray of uint8, shape (height, width, channels)
    """
    h, w, channels = pixels.shape
    height, width = size
    if (h, w) == size:
        return pixels
    if how == "stretch":
        return _resized(pixels, size, (0, 0, w, h))
    if how == "crop":
        scale = max(height / h, width / w)
        # rounding must not push the box outside
        cut_w, cut_h = max(0.0, w - width / scale) / 2, max(0.0, h - height / scale) / 2
        return _resized(pixels, size, (cut_w, cut_h, w - cut_w, h - cut_h))
    scale = min(height / h, width / w)
    inner_h, inner_w = max(1, round(h * scale)), max(1, round(w * scale))
    top, left = (height - inner_h) // 2, (width - inner_w) // 2
    canvas = np.full((height, width, channels), BORDER, np.uint8)
    canvas[top : top + inner_h, left : left + inner_w] = _resized(
        pixels, (inner_h, inner_w), (0, 0, w, h)
    )
    return canvas


def _resized(
    pixels: NDArray[np.uint8], size: tuple[int, int], box: tuple[float, float, float, float]
) -> NDArray[np.uint8]:
    height, width = size
    image = Image.fromarray(pixels[..., 0] if pixels.shape[-1] == 1 else pixels)
    resized = image.resize((width, height), Image.Resampling.BICUBIC, box, reducing_gap=3.0)
    return np.asarray(resized).reshape(height, width, -1)
