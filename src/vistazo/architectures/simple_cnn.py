"""A CNN of two padded convolutions for 32×32 photographs (2,122,186 parameters, 10 classes)."""

from typing import Any, ClassVar

from torch import Tensor, nn

from vistazo.architectures import Backbone
from vistazo.architectures._image_size import check_image_size
from vistazo.architectures._keras_start import start_glorot

__all__ = ["SimpleCNN"]


class SimpleCNN(Backbone):
    """Conv 32, pool, conv 64, pool, dense 512: the course notebook's network for CIFAR-10.

    Convolutions are 3×3 and keep the size, pools 2×2; weights start Glorot-uniform and
    biases at zero, as Keras builds them.

    Parameters
    ----------
    image_shape : tuple of int
        (height, width, channels); the sides must be at least 4 px.
    """

    RECIPE: ClassVar[dict[str, Any]] = {
        "batch_size": 128,
        "epochs": 10,
        "monitor": "validation_accuracy",
        "patience": 3,
    }
    smallest_side: ClassVar[int] = 4

    def __init__(self, image_shape: tuple[int, int, int]) -> None:
        super().__init__()
        check_image_size("simple-cnn", image_shape, self.smallest_side)
        height, width, channels = image_shape
        self.feature_dim = 512
        # pool and ReLU may change places, for neither changes an order: the one is then cheaper
        self.layers = nn.Sequential(
            nn.Conv2d(channels, 32, 3, padding=1),
            nn.MaxPool2d(2),
            nn.ReLU(),
            nn.Conv2d(32, 64, 3, padding=1),
            nn.MaxPool2d(2),
            nn.ReLU(),
            nn.Flatten(),
            nn.Linear(64 * (height // 4) * (width // 4), self.feature_dim),
            nn.ReLU(),
        )
        self.apply(start_glorot)

    def forward_features(self, images: Tensor) -> Tensor:  # (n, channels, height, width)
        """Return the dense layer's outputs, shape (n_images, 512)."""
        features: Tensor = self.layers(images)
        return features
