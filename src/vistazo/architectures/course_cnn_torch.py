"""The course's CNN in its PyTorch form: two padded convolutions, dense 128 (268,650 parameters)."""

from typing import Any, ClassVar

from torch import Tensor, nn

from vistazo.architectures import Backbone
from vistazo.architectures._image_size import check_image_size

__all__ = ["CourseCNNTorch"]


class CourseCNNTorch(Backbone):
    """Conv 16, pool, conv 32, pool, dense 128; the course gives it 32×32 photographs.

    Convolutions are 3×3 and keep the size, pools 2×2; weights and biases start as PyTorch's
    layers do.

    Parameters
    ----------
    image_shape : tuple of int
        (height, width, channels); the sides must be at least 4 px.
    """

    RECIPE: ClassVar[dict[str, Any]] = {"batch_size": 32, "epochs": 10}
    smallest_side: ClassVar[int] = 4

    def __init__(self, image_shape: tuple[int, int, int]) -> None:
        super().__init__()
        check_image_size("course-cnn-torch", image_shape, self.smallest_side)
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
            nn.Flatten(),
            nn.Linear(32 * (height // 4) * (width // 4), self.feature_dim),
            nn.ReLU(),
        )

    def forward_features(self, images: Tensor) -> Tensor:  # (n, channels, height, width)
        """Return the dense layer's outputs, shape (n_images, 128)."""
        features: Tensor = self.layers(images)
        return features
