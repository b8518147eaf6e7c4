"""The encoder of the course's inpainting network: four convolutions, one pool (260,160 weights)."""

from typing import Any, ClassVar

from torch import Tensor, nn
from torch.nn import functional

from vistazo.architectures import Backbone
from vistazo.architectures._image_size import check_image_size
from vistazo.architectures._keras_start import start_glorot
from vistazo.architectures._map_dropout import MapDropout

__all__ = ["InpaintingCNN"]

_POOLED = 2
"""Positions along each side of what is left of the last map."""


class InpaintingCNN(Backbone):
    """Conv 64, conv 64, pool, dropout, conv 128, conv 128; the course gives it 32×32 in colour.

    Convolutions are 3×3 with padding; each is followed by batch normalisation, with the
    constants of Keras, and a leaky ReLU of slope 0.1. With the decoder of the task ``inpainting``
    it is the course's network, layer for layer. The features are averages of the four quarters
    of the last map, where the course took all of its 131,072 numbers after an enlargement.

    Parameters
    ----------
    image_shape : tuple of int
        (height, width, channels); the sides must be at least 4 px.
    """

    RECIPE: ClassVar[dict[str, Any]] = {"batch_size": 64, "epochs": 20}
    smallest_side: ClassVar[int] = 4
    gives_map: ClassVar[bool] = True

    def __init__(self, image_shape: tuple[int, int, int]) -> None:
        super().__init__()
        check_image_size("inpainting-cnn", image_shape, self.smallest_side)
        self.feature_dim = 128 * _POOLED**2
        self.layers = nn.Sequential(
            *_convolution(image_shape[2], 64),
            *_convolution(64, 64),
            nn.MaxPool2d(2),
            MapDropout(0.2, inplace=True),
            *_convolution(64, 128),
            *_convolution(128, 128),
        )
        self.apply(start_glorot)

    def forward_features(self, images: Tensor) -> Tensor:  # (n, channels, height, width)
        """Return the averages, shape (n_images, 512)."""
        return functional.adaptive_avg_pool2d(self.forward_map(images), _POOLED).flatten(1)

    def forward_map(self, images: Tensor) -> Tensor:
        """Return the last map, half as large as the images."""
        found: Tensor = self.layers(images)
        return found


def _convolution(before: int, after: int) -> list[nn.Module]:
    return [
        nn.Conv2d(before, after, 3, padding=1),
        nn.BatchNorm2d(after, eps=1e-3, momentum=0.01),
        nn.LeakyReLU(0.1, inplace=True),
    ]
