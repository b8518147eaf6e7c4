"""A small CNN of three convolutions for 28×28 garments (241,546 parameters with 10 classes)."""

from typing import ClassVar

from torch import Tensor, nn

from vistazo.architectures import Backbone
from vistazo.architectures._image_size import check_image_size
from vistazo.architectures._keras_start import start_glorot

__all__ = ["FashionCNN"]


class FashionCNN(Backbone):
    """Conv 32, pool, conv 64, pool, conv 128, dense 128, dropout.

    Convolutions are 3×3 without padding, pools 2×2; weights start Glorot-uniform and
    biases at zero, as Keras builds them.

    Parameters
    ----------
    image_shape : tuple of int
        (height, width, channels); the sides must be at least 18 px.
    dropout : float, default=0.5
        Share of the dense layer's outputs set to zero while training, in [0, 1).
    """

    smallest_side: ClassVar[int] = 18

    def __init__(self, image_shape: tuple[int, int, int], *, dropout: float = 0.5) -> None:
        super().__init__()
        check_image_size("fashion-cnn", image_shape, self.smallest_side)
        height, width, channels = image_shape
        self.feature_dim = 128
        # pool and ReLU may change places, for neither changes an order: the one is then cheaper
        self.layers = nn.Sequential(
            nn.Conv2d(channels, 32, 3),
            nn.MaxPool2d(2),
            nn.ReLU(),
            nn.Conv2d(32, 64, 3),
            nn.MaxPool2d(2),
            nn.ReLU(),
            nn.Conv2d(64, 128, 3),
            nn.ReLU(),
            nn.Flatten(),
            nn.Linear(128 * _final_side(height) * _final_side(width), self.feature_dim),
            nn.ReLU(),
            nn.Dropout(dropout),
        )
        self.apply(start_glorot)

    def forward_features(self, images: Tensor) -> Tensor:  # (n, channels, height, width)
        """Return the dense layer's outputs, shape (n_images, 128)."""
        features: Tensor = self.layers(images)
        return features


def _final_side(side: int) -> int:
    return ((side - 2) // 2 - 2) // 2 - 2
