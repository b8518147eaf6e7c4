"""GoogLeNet: nine modules of four branches, Inception v1 (6.6 million parameters)."""

from typing import ClassVar

import torch
from torch import Tensor, nn

from vistazo.architectures import Backbone
from vistazo.architectures._image_size import Stem, check_image_size, chosen_stem
from vistazo.architectures._kaiming_start import start_kaiming

__all__ = ["GoogLeNet"]

_SMALLEST = {"published": 15, "small": 8}
"""Pixels."""


class GoogLeNet(Backbone):
    """Three convolutions and nine inception modules, averaged over the last map.

    Szegedy et al. 2015, "Going deeper with convolutions", table 1, with batch normalisation
    and torchvision's names, and without the auxiliary heads, which help training only. As in
    the published weights, the third branch's convolution is 3×3 where the paper has 5×5.
    These weights were trained on images scaled to [-1, 1]: mean 0.5 and deviation 0.5 in each
    channel. Convolutions start with He's normal weights.

    Parameters
    ----------
    image_shape : tuple of int
        (height, width, channels); the sides must be at least 8 px, with the published stem
        15 px.
    stem : {"auto", "published", "small"}, default="auto"
        ``published``: a convolution of 7×7 with stride 2 and a max-pool, 32 pixels per
        position of the last map. ``small``: a convolution of 3×3 with stride 1 and no pool
        after it, 8 pixels per position.
    dropout : float, default=0.2
        Share of the features set to zero while training, in [0, 1).
    """

    smallest_side: ClassVar[int] = _SMALLEST["small"]
    published_head: ClassVar[str | None] = "fc"
    published_auxiliary: ClassVar[tuple[str, ...]] = ("aux1", "aux2")

    def __init__(
        self, image_shape: tuple[int, int, int], *, stem: Stem = "auto", dropout: float = 0.2
    ) -> None:
        super().__init__()
        self.stem_ = chosen_stem(stem, image_shape)
        check_image_size("googlenet", image_shape, _SMALLEST[self.stem_])
        channels = image_shape[2]
        self.maxpool1: nn.Module
        if self.stem_ == "published":
            self.conv1 = _Convolution(channels, 64, 7, stride=2)
            self.maxpool1 = _halving(3)
        else:
            self.conv1 = _Convolution(channels, 64, 3)
            self.maxpool1 = nn.Identity()
        self.conv2 = _Convolution(64, 64, 1)
        self.conv3 = _Convolution(64, 192, 3)
        self.maxpool2 = _halving(3)
        self.inception3a = _Inception(192, 64, (96, 128), (16, 32), 32)
        self.inception3b = _Inception(256, 128, (128, 192), (32, 96), 64)
        self.maxpool3 = _halving(3)
        self.inception4a = _Inception(480, 192, (96, 208), (16, 48), 64)
        self.inception4b = _Inception(512, 160, (112, 224), (24, 64), 64)
        self.inception4c = _Inception(512, 128, (128, 256), (24, 64), 64)
        self.inception4d = _Inception(512, 112, (144, 288), (32, 64), 64)
        self.inception4e = _Inception(528, 256, (160, 320), (32, 128), 128)
        self.maxpool4 = _halving(2)
        self.inception5a = _Inception(832, 256, (160, 320), (32, 128), 128)
        self.inception5b = _Inception(832, 384, (192, 384), (48, 128), 128)
        self.avgpool = nn.AdaptiveAvgPool2d(1)
        self.dropout = nn.Dropout(dropout)
        self.feature_dim = 1024
        self.apply(start_kaiming)

    def forward_features(self, images: Tensor) -> Tensor:  # (n, channels, height, width)
        """Return the average of the last map, shape (n_images, 1024)."""
        maps = self.maxpool1(self.conv1(images))
        maps = self.maxpool2(self.conv3(self.conv2(maps)))
        maps = self.maxpool3(self.inception3b(self.inception3a(maps)))
        maps = self.inception4c(self.inception4b(self.inception4a(maps)))
        maps = self.maxpool4(self.inception4e(self.inception4d(maps)))
        maps = self.inception5b(self.inception5a(maps))
        features: Tensor = self.dropout(self.avgpool(maps).flatten(1))
        return features


class _Convolution(nn.Module):
    """A convolution that keeps the size but for its stride, normalised, with ReLU."""

    def __init__(self, channels: int, width: int, kernel: int, stride: int = 1) -> None:
        super().__init__()
        self.conv = nn.Conv2d(channels, width, kernel, stride, kernel // 2, bias=False)
        self.bn = nn.BatchNorm2d(width, eps=0.001)

    def forward(self, maps: Tensor) -> Tensor:  # (n, channels, height, width)
        outputs: Tensor = self.bn(self.conv(maps)).relu()
        return outputs


class _Inception(nn.Module):
    """Four branches side by side (Szegedy et al. 2015, figure 2 b)."""

    def __init__(
        self,
        channels: int,
        direct: int,
        second: tuple[int, int],
        third: tuple[int, int],
        pooled: int,
    ) -> None:
        super().__init__()
        self.branch1 = _Convolution(channels, direct, 1)
        self.branch2 = _narrow_then_wide(channels, *second)
        self.branch3 = _narrow_then_wide(channels, *third)
        self.branch4 = nn.Sequential(
            nn.MaxPool2d(3, 1, padding=1, ceil_mode=True), _Convolution(channels, pooled, 1)
        )

    def forward(self, maps: Tensor) -> Tensor:  # (n, channels, height, width)
        branches = (self.branch1, self.branch2, self.branch3, self.branch4)
        return torch.cat([branch(maps) for branch in branches], dim=1)


def _narrow_then_wide(channels: int, narrow: int, wide: int) -> nn.Sequential:
    return nn.Sequential(_Convolution(channels, narrow, 1), _Convolution(narrow, wide, 3))


def _halving(kernel: int) -> nn.MaxPool2d:
    return nn.MaxPool2d(kernel, 2, ceil_mode=True)
