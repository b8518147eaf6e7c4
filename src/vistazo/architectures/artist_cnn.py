"""A CNN of three padded convolutions for 300×300 paintings (11,244,881 parameters, 49 classes)."""

from typing import Any, ClassVar

from torch import Tensor, nn

from vistazo.architectures import Backbone
from vistazo.architectures._image_size import check_image_size
from vistazo.architectures._keras_start import start_glorot

__all__ = ["ArtistCNN"]


class ArtistCNN(Backbone):
    """Conv 16, 32 and 64, each with a pool; dropout, dense 128: a network for painters' works.

    Convolutions are 3×3 and keep the size, pools 2×2; weights start Glorot-uniform and
    biases at zero, as Keras builds them.

    Parameters
    ----------
    image_shape : tuple of int
        (height, width, channels); the sides must be at least 8 px.
    dropout : float, default=0.2
        Share of the last pool's outputs set to zero while training, in [0, 1).
    """

    RECIPE: ClassVar[dict[str, Any]] = {
        "batch_size": 32,
        "epochs": 20,
        "momentum": 0.1,
        "optimizer": "rmsprop",
    }
    smallest_side: ClassVar[int] = 8

    def __init__(self, image_shape: tuple[int, int, int], *, dropout: float = 0.2) -> None:
        super().__init__()
        check_image_size("artist-cnn", image_shape, self.smallest_side)
        height, width, channels = image_shape
        self.feature_dim = 128
        # pool and ReLU may change places, for neither changes an order: the one is then cheaper
        self.layers = nn.Sequential(
            nn.Conv2d(channels, 16, 3, padding=1),
            nn.MaxPool2d(2),
            nn.ReLU(),
            nn.Conv2d(16, 32, 3, padding=1),
            nn.MaxPool2d(2),
            nn.ReLU(),
            nn.Conv2d(32, 64, 3, padding=1),
            nn.MaxPool2d(2),
            nn.ReLU(),
            nn.Dropout(dropout),
            nn.Flatten(),
            nn.Linear(64 * (height // 8) * (width // 8), self.feature_dim),
            nn.ReLU(),
        )
        self.apply(start_glorot)

    def forward_features(self, images: Tensor) -> Tensor:  # (n, channels, height, width)
        """Return the dense layer's outputs, shape (n_images, 128)."""
        features: Tensor = self.layers(images)
        return features
