"""Random changes of images that leave their class: how strong, how often."""

from numbers import Real

import numpy as np
import torch
from numpy.typing import NDArray
from sklearn.base import BaseEstimator
from torch import Tensor

from vistazo.errors import require
from vistazo.transforms.drawing import ZOOMS, normal_noise, random_from, zooms
from vistazo.transforms.erasing import erased_boxes
from vistazo.transforms.geometric import FILLS, matrices, warp
from vistazo.transforms.parameters import Parameters
from vistazo.transforms.photometric import altered

__all__ = ["EFFECTS", "Augmentation"]

EFFECTS = (
    *("flip_horizontal", "flip_vertical", "rotation", "shift_x", "shift_y", "zoom", "shear"),
    *("brightness", "contrast", "noise", "erasing"),
)

_FLIP_X, _FLIP_Y, _ROTATION, _SHIFT_X, _SHIFT_Y, _ZOOM, _SHEAR = range(7)
_BRIGHTNESS, _CONTRAST, _NOISE, _ERASING = range(7, 11)
# both flips are one effect and so are both shifts: they happen together
_COIN = [0, 0, 1, 2, 2, 3, 4, 5, 6, 7, 8]
_N_COINS = 9
# zoom along y or the window's place; area, aspect and place of what is erased
_N_MORE = 6

# each from 0 to this, and whether this itself is allowed
_LARGEST: dict[str, tuple[float, bool]] = {
    "flip_horizontal": (1, True),
    "flip_vertical": (1, True),
    "rotation": (180, True),
    "shift_x": (1, True),
    "shift_y": (1, True),
    "zoom": (1, False),
    "shear": (90, False),
    "brightness": (1, True),
    "contrast": (1, True),
    "noise": (1, True),
    "erasing": (1, True),
    "fill_value": (1, True),
    "probability": (1, True),
}
_CHOICES = {"zoom_mode": ZOOMS, "fill": FILLS}


class Augmentation(BaseEstimator):  # type: ignore[misc]  # scikit-learn is untyped
    """Effects drawn anew for each image of each batch.

    A scikit-learn estimator so that a search reaches inside it (``augmentation__rotation``).
    Every strength is the largest there can be: what an image gets is drawn uniformly up to
    it, to both sides where it says ±. All geometric effects become one map, so that an image
    is interpolated once.

    Parameters
    ----------
    flip_horizontal, flip_vertical : float, default=0.0
        Probability of mirroring left and right, and up and down.
    rotation : float, default=0.0
        Degrees, ±, in [0, 180].
    shift_x, shift_y : float, default=0.0
        Share of the width and the height, ±, in [0, 1].
    zoom : float, default=0.0
        Change of the part of the image that is shown, in [0, 1).
    zoom_mode : {"axes", "joint", "crop"}, default="axes"
        "axes": ±, each axis its own, as Keras' ``ImageDataGenerator`` does; "joint": ±, both
        axes alike; "crop": inwards only, both axes alike, a window anywhere in the image.
    shear : float, default=0.0
        Degrees, ±, in [0, 90), as Keras' ``ImageDataGenerator`` shears.
    brightness : float, default=0.0
        Added to images in [0, 1], ±, in [0, 1].
    contrast : float, default=0.0
        Change of the factor 1 on the distance from the image's mean gray, ±, in [0, 1].
    noise : float, default=0.0
        Standard deviation of normal noise, in [0, 1].
    erasing : float, default=0.0
        Probability of filling a rectangle, of 2 to 40 % of the area, with ``fill_value``
        (random erasing: Zhong et al. 2017).
    fill : {"edge", "reflect", "constant"}, default="edge"
        What is seen beyond the image's edge; see :func:`~vistazo.transforms.geometric.warp`.
    fill_value : float, default=0.0
        In [0, 1].
    probability : float, default=1.0
        With which each effect happens to an image at all. Both flips count as one effect,
        as do both shifts. A flip or erasing has its own probability besides.
    """

    def __init__(
        self,
        *,
        flip_horizontal: float = 0.0,
        flip_vertical: float = 0.0,
        rotation: float = 0.0,
        shift_x: float = 0.0,
        shift_y: float = 0.0,
        zoom: float = 0.0,
        zoom_mode: str = "axes",
        shear: float = 0.0,
        brightness: float = 0.0,
        contrast: float = 0.0,
        noise: float = 0.0,
        erasing: float = 0.0,
        fill: str = "edge",
        fill_value: float = 0.0,
        probability: float = 1.0,
    ) -> None:
        self.flip_horizontal = flip_horizontal
        self.flip_vertical = flip_vertical
        self.rotation = rotation
        self.shift_x = shift_x
        self.shift_y = shift_y
        self.zoom = zoom
        self.zoom_mode = zoom_mode
        self.shear = shear
        self.brightness = brightness
        self.contrast = contrast
        self.noise = noise
        self.erasing = erasing
        self.fill = fill
        self.fill_value = fill_value
        self.probability = probability

    def check(self) -> None:
        """Raise ``E-VALUE`` for the first setting out of its range."""
        for name, (largest, reached) in _LARGEST.items():
            value = getattr(self, name)
            holds = isinstance(value, Real) and 0 <= float(value) <= largest
            range_ = f"0 ≤ x {'≤' if reached else '<'} {largest:g}"
            require(holds and (reached or value < largest), f"augmentation.{name}", value, range_)
        for name, choices in _CHOICES.items():
            value = getattr(self, name)
            require(value in choices, f"augmentation.{name}", value, " | ".join(choices))

    def sample(
        self, n_images: int, image_shape: tuple[int, int, int], generator: torch.Generator
    ) -> Parameters:
        """Draw what happens to each image of a batch.

        Parameters
        ----------
        n_images : int
        image_shape : tuple of int
            Channels, height and width.
        generator : torch.Generator
            On the processor.
        """
        _channels, height, width = image_shape
        random = random_from(generator)
        drawn = random.random((n_images, len(EFFECTS) + _N_COINS + _N_MORE), np.float32)
        amounts, coins, more = np.split(drawn, (len(EFFECTS), len(EFFECTS) + _N_COINS), axis=1)
        happens = self._happens(coins)  # (n_images, n_effects)
        strengths = np.array([getattr(self, name) for name in EFFECTS], np.float32)
        signed = ((2 * amounts - 1) * strengths * happens).T
        decided = ((amounts < strengths) & happens).T
        zoomed = amounts[:, _ZOOM], more[:, :2], happens[:, _ZOOM] * strengths[_ZOOM]
        zoom_x, zoom_y, window = zooms(self.zoom_mode, *zoomed)
        sd = amounts[:, _NOISE] * happens[:, _NOISE] * strengths[_NOISE]
        return Parameters(
            flip_horizontal=decided[_FLIP_X],
            flip_vertical=decided[_FLIP_Y],
            rotation=signed[_ROTATION],
            shear=signed[_SHEAR],
            shift_x=(signed[_SHIFT_X] + window[:, 0]) * width,
            shift_y=(signed[_SHIFT_Y] + window[:, 1]) * height,
            zoom_x=zoom_x,
            zoom_y=zoom_y,
            contrast=1 + signed[_CONTRAST],
            brightness=signed[_BRIGHTNESS],
            erased=erased_boxes(decided[_ERASING], more[:, 2:], height, width),
            noise=normal_noise(sd, image_shape, random) if self.noise else None,
        )

    def apply(self, images: Tensor, parameters: Parameters) -> Tensor:
        """Return images after the effects that were drawn.

        Parameters
        ----------
        images : Tensor of float32, shape (n_images, channels, height, width)
            In [0, 1], in channels-last memory.
        parameters : Parameters
            Of these images.

        Returns
        -------
        Tensor of float32, shape (n_images, channels, height, width)
            In channels-last memory; ``images`` itself where nothing happened.
        """
        moved = warp(images, matrices(parameters), self.fill, self.fill_value)
        return altered(moved, parameters, self.fill_value)

    def _happens(self, coins: NDArray[np.float32]) -> NDArray[np.bool_]:
        """Return which effect happens to which image, shape (n_images, n_effects)."""
        return (coins < self.probability)[:, _COIN]
