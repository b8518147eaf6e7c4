"""LeNet-5, the network for handwritten digits of 1998 (61,706 parameters with 10 classes)."""

from typing import ClassVar

from torch import Tensor, nn

from vistazo.architectures import Backbone
from vistazo.architectures._image_size import check_image_size

__all__ = ["LeNet5"]

_PUBLISHED_SIDE = 32
"""Pixels: what the paper pads its 28×28 digits to."""


class LeNet5(Backbone):
    """C1 6@5×5, S2 average pool, C3 16@5×5, S4 average pool, C5 120, F6 84.

    LeCun, Bottou, Bengio & Haffner 1998, "Gradient-based learning applied to document
    recognition", section II.B, with its layers and its squashing function, the hyperbolic
    tangent, and three simplifications that are usual today: C3 sees all maps of S2 (the
    paper leaves some out), pools have no coefficients to train, and the head is a dense
    layer rather than radial basis functions. Weights start as PyTorch's layers do.

    Parameters
    ----------
    image_shape : tuple of int
        (height, width, channels); the sides must be at least 12 px. Where one is below
        32 px, C1 adds a frame of 2 px, which makes the paper's 32×32 of 28×28.
    """

    smallest_side: ClassVar[int] = 12

    def __init__(self, image_shape: tuple[int, int, int]) -> None:
        super().__init__()
        check_image_size("lenet-5", image_shape, self.smallest_side)
        height, width, channels = image_shape
        frame = 2 if min(height, width) < _PUBLISHED_SIDE else 0
        rows, columns = (_final_side(side + 2 * frame) for side in (height, width))
        self.feature_dim = 84
        self.layers = nn.Sequential(
            nn.Conv2d(channels, 6, 5, padding=frame),
            nn.Tanh(),
            nn.AvgPool2d(2),
            nn.Conv2d(6, 16, 5),
            nn.Tanh(),
            nn.AvgPool2d(2),
            nn.Flatten(),
            nn.Linear(16 * rows * columns, 120),
            nn.Tanh(),
            nn.Linear(120, self.feature_dim),
            nn.Tanh(),
        )

    def forward_features(self, images: Tensor) -> Tensor:  # (n, channels, height, width)
        """Return the outputs of F6, shape (n_images, 84)."""
        features: Tensor = self.layers(images)
        return features


def _final_side(side: int) -> int:
    return ((side - 4) // 2 - 4) // 2
