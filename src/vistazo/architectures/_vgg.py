"""The networks of Simonyan & Zisserman, which differ in how often a convolution is repeated."""

from collections.abc import Sequence
from typing import Any, ClassVar

from torch import Tensor, nn

from vistazo.architectures import Backbone
from vistazo.architectures._image_size import Stem, check_image_size, chosen_stem
from vistazo.architectures._kaiming_start import start_kaiming

_WIDTHS = (64, 128, 256, 512, 512)
"""Channels of the convolutions before each of the five pools."""
_SMALLEST = {"published": 32, "small": 8}
"""Pixels: five pools that halve need 32; with 8, the last two blocks see one position."""


class VGG(Backbone):
    """Five blocks of 3×3 convolutions, each with a pool, and two dense layers.

    Simonyan & Zisserman 2015, "Very deep convolutional networks for large-scale image
    recognition", table 1, with torchvision's names. All layers start with He's normal
    weights. Without normalisation so many layers need small steps: with ten times the recipe's
    learning rate, VGG-19 stays at chance.

    Parameters
    ----------
    network : str
        Its name.
    image_shape : tuple of int
        (height, width, channels).
    depths : sequence of int
        Convolutions of each of the five blocks.
    stem : {"auto", "published", "small"}
        ``published``: a map of 7×7 and dense layers of 4,096. ``small``: pools round odd sides
        up, so that 28 px become 14, 7, 4, 2, 1, and leave a single position as it is; the map
        averaged, and dense layers of 512.
    dropout : float
        Share of each dense layer's outputs set to zero while training, in [0, 1).
    """

    RECIPE: ClassVar[dict[str, Any]] = {"learning_rate": 1e-4}
    smallest_side: ClassVar[int] = _SMALLEST["small"]
    published_head: ClassVar[str | None] = "classifier.6"

    def __init__(
        self,
        network: str,
        image_shape: tuple[int, int, int],
        depths: Sequence[int],
        stem: Stem,
        dropout: float,
    ) -> None:
        super().__init__()
        self.stem_ = chosen_stem(stem, image_shape)
        check_image_size(network, image_shape, _SMALLEST[self.stem_])
        small = self.stem_ == "small"
        side, self.feature_dim = (1, 512) if small else (7, 4096)
        self.features = _convolutions(image_shape[2], depths, ceil_mode=small)
        self.avgpool = nn.AdaptiveAvgPool2d(side)
        self.classifier = nn.Sequential(
            nn.Linear(_WIDTHS[-1] * side * side, self.feature_dim),
            nn.ReLU(),
            nn.Dropout(dropout),
            nn.Linear(self.feature_dim, self.feature_dim),
            nn.ReLU(),
            nn.Dropout(dropout),
        )
        self.apply(start_kaiming)

    def forward_features(self, images: Tensor) -> Tensor:  # (n, channels, height, width)
        """Return the second dense layer's outputs, shape (n_images, feature_dim)."""
        maps = self.avgpool(self.features(images))  # (n, 512, side, side)
        features: Tensor = self.classifier(maps.flatten(1))
        return features


def _convolutions(channels: int, depths: Sequence[int], *, ceil_mode: bool) -> nn.Sequential:
    layers: list[nn.Module] = []
    for depth, width in zip(depths, _WIDTHS, strict=True):
        for _repetition in range(depth):
            layers += [nn.Conv2d(channels, width, 3, padding=1), nn.ReLU()]
            channels = width
        layers.append(nn.MaxPool2d(2, ceil_mode=ceil_mode))
    return nn.Sequential(*layers)
