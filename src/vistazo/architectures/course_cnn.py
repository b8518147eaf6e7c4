"""The course's CNN in its Keras form: two convolutions, dense 64 (11,963,466 parameters)."""

from typing import Any, ClassVar

from torch import Tensor, nn

from vistazo.architectures import Backbone
from vistazo.architectures._image_size import check_image_size
from vistazo.architectures._keras_start import start_glorot

__all__ = ["CourseCNN"]


class CourseCNN(Backbone):
    """Conv 32, pool, conv 64, pool, dense 64; the course gives it 224×224 gray images.

    Convolutions are 3×3 without padding, pools 2×2; weights start Glorot-uniform and
    biases at zero, as Keras builds them. Nearly all parameters are the dense layer's, so
    that they grow with the area of the images.

    Parameters
    ----------
    image_shape : tuple of int
        (height, width, channels); the sides must be at least 10 px.
    """

    RECIPE: ClassVar[dict[str, Any]] = {"batch_size": 32, "epochs": 20}
    smallest_side: ClassVar[int] = 10

    def __init__(self, image_shape: tuple[int, int, int]) -> None:
        super().__init__()
        check_image_size("course-cnn", image_shape, self.smallest_side)
        height, width, channels = image_shape
        self.feature_dim = 64
        # pool and ReLU may change places, for neither changes an order: the one is then cheaper
        self.layers = nn.Sequential(
            nn.Conv2d(channels, 32, 3),
            nn.MaxPool2d(2),
            nn.ReLU(),
            nn.Conv2d(32, 64, 3),
            nn.MaxPool2d(2),
            nn.ReLU(),
            nn.Flatten(),
            nn.Linear(64 * _final_side(height) * _final_side(width), self.feature_dim),
            nn.ReLU(),
        )
        self.apply(start_glorot)

    def forward_features(self, images: Tensor) -> Tensor:  # (n, channels, height, width)
        """Return the dense layer's outputs, shape (n_images, 64)."""
        features: Tensor = self.layers(images)
        return features


def _final_side(side: int) -> int:
    return ((side - 2) // 2 - 2) // 2
