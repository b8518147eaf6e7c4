"""AlexNet, which won ImageNet in 2012 (61.1 million parameters in its published form)."""

from typing import ClassVar

from torch import Tensor, nn

from vistazo.architectures import Backbone
from vistazo.architectures._image_size import Stem, check_image_size, chosen_stem

__all__ = ["AlexNet"]

_SMALLEST = {"published": 63, "small": 15}
"""Pixels that leave the last pool one position."""


class AlexNet(Backbone):
    """Five convolutions with three pools, two dense layers.

    Krizhevsky 2014, "One weird trick for parallelizing convolutional neural networks", the
    one-column form that torchvision publishes weights of. Weights start as PyTorch's layers
    do.

    Parameters
    ----------
    image_shape : tuple of int
        (height, width, channels); the sides must be at least 15 px, with the published stem
        63 px.
    stem : {"auto", "published", "small"}, default="auto"
        ``published``: a convolution of 11×11 with stride 4, a map of 6×6 and dense layers of
        4,096. ``small``: a convolution of 5×5 with stride 1, a map of 2×2 and dense layers
        of 512 (3.2 million parameters).
    dropout : float, default=0.5
        Share of each dense layer's inputs set to zero while training, in [0, 1).
    """

    smallest_side: ClassVar[int] = _SMALLEST["small"]
    published_head: ClassVar[str | None] = "classifier.6"

    def __init__(
        self, image_shape: tuple[int, int, int], *, stem: Stem = "auto", dropout: float = 0.5
    ) -> None:
        super().__init__()
        self.stem_ = chosen_stem(stem, image_shape)
        check_image_size("alexnet", image_shape, _SMALLEST[self.stem_])
        channels = image_shape[2]
        if self.stem_ == "published":
            first, side, self.feature_dim = nn.Conv2d(channels, 64, 11, 4, padding=2), 6, 4096
        else:
            first, side, self.feature_dim = nn.Conv2d(channels, 64, 5, padding=2), 2, 512
        self.features = nn.Sequential(
            first,
            nn.ReLU(),
            nn.MaxPool2d(3, 2),
            nn.Conv2d(64, 192, 5, padding=2),
            nn.ReLU(),
            nn.MaxPool2d(3, 2),
            nn.Conv2d(192, 384, 3, padding=1),
            nn.ReLU(),
            nn.Conv2d(384, 256, 3, padding=1),
            nn.ReLU(),
            nn.Conv2d(256, 256, 3, padding=1),
            nn.ReLU(),
            nn.MaxPool2d(3, 2),
        )
        self.avgpool = nn.AdaptiveAvgPool2d(side)
        self.classifier = nn.Sequential(
            nn.Dropout(dropout),
            nn.Linear(256 * side * side, self.feature_dim),
            nn.ReLU(),
            nn.Dropout(dropout),
            nn.Linear(self.feature_dim, self.feature_dim),
            nn.ReLU(),
        )

    def forward_features(self, images: Tensor) -> Tensor:  # (n, channels, height, width)
        """Return the second dense layer's outputs, shape (n_images, feature_dim)."""
        maps = self.avgpool(self.features(images))  # (n, 256, side, side)
        features: Tensor = self.classifier(maps.flatten(1))
        return features
