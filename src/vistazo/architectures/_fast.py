"""What the fast nets share: a stride at once, stages of a convolution, a pool and a residual."""

from typing import ClassVar

from torch import Tensor, nn

from vistazo.architectures import Backbone
from vistazo.architectures._image_size import check_image_size

_SIDE = 32
"""Pixels: every doubling of the shorter side beyond them adds a stage."""
_SCALE = 0.25
"""Of the features: the first steps then stay small (Jordan 2024, sec. 3)."""


class FastNet(Backbone):
    """Abstract: convolution of stride 2, then stages of a convolution, a pool and a residual.

    Every convolution is followed by batch normalisation and ReLU. The first one halves the
    image at once, because few cores spend most of their time on the largest maps. From 28 px a
    final map of 3×3 is left, whose maximum is taken; every doubling of the shorter side beyond
    32 px adds a stage.

    Parameters
    ----------
    image_shape : tuple of int
        (height, width, channels); the sides must be at least 12 px.

    References
    ----------
    After the nets of Page, "How to train your ResNet", 2018, and Jordan, "94% on CIFAR-10 in
    3.29 seconds", 2024: few wide stages, a residual where maps are small, maximum over the last
    map, and a head whose outputs are scaled down.
    """

    smallest_side: ClassVar[int] = 12
    gives_map: ClassVar[bool] = True

    NAME: ClassVar[str]
    WIDTHS: ClassVar[tuple[int, int, int]]
    """Channels after the first convolution and after each stage."""
    WIDEST: ClassVar[int]
    """Channels of the stages that larger images add, at the most."""

    def __init__(self, image_shape: tuple[int, int, int]) -> None:
        super().__init__()
        check_image_size(self.NAME, image_shape, self.smallest_side)
        height, width, channels = image_shape
        stem, *stages = self._widths(min(height, width))
        layers: list[nn.Module] = [_convolution(channels, stem, kernel=4, stride=2)]
        before = stem
        for n_channels in stages:
            *convolution, relu = _convolution(before, n_channels)
            # behind the pool ReLU has a quarter of the work, and neither changes an order
            layers += [*convolution, nn.MaxPool2d(2), relu, _Residual(n_channels)]
            before = n_channels
        self.layers = nn.Sequential(*layers)
        self.feature_dim = before

    def forward_features(self, images: Tensor) -> Tensor:  # (n, channels, height, width)
        """Return the maxima over the last map, shape (n_images, feature_dim)."""
        return self.forward_map(images).amax((2, 3)) * _SCALE

    def forward_map(self, images: Tensor) -> Tensor:
        """Return the last map, 3×3 from 28 px."""
        found: Tensor = self.layers(images)
        return found

    def _widths(self, side: int) -> list[int]:
        widths = list(self.WIDTHS)
        while side >= 2 * _SIDE:
            side //= 2
            widths.append(min(2 * widths[-1], self.WIDEST))
        return widths


class _Residual(nn.Module):
    """Two convolutions beside a way around them."""

    def __init__(self, n_channels: int) -> None:
        super().__init__()
        self.layers = nn.Sequential(
            _convolution(n_channels, n_channels), _convolution(n_channels, n_channels)
        )

    def forward(self, maps: Tensor) -> Tensor:
        changed: Tensor = maps + self.layers(maps)
        return changed


def _convolution(before: int, after: int, kernel: int = 3, stride: int = 1) -> nn.Sequential:
    return nn.Sequential(
        nn.Conv2d(before, after, kernel, stride, padding=1, bias=False),
        nn.BatchNorm2d(after),
        nn.ReLU(inplace=True),
    )
