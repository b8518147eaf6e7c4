"""The residual networks of He et al., which differ in their block and its repetitions."""

from collections.abc import Sequence
from typing import ClassVar

from torch import Tensor, nn

from vistazo.architectures import Backbone
from vistazo.architectures._image_size import Stem, check_image_size, chosen_stem
from vistazo.architectures._kaiming_start import start_kaiming


class BasicBlock(nn.Module):
    """Two 3×3 convolutions beside a shortcut (He et al. 2016, figure 5 left)."""

    expansion: ClassVar[int] = 1

    def __init__(self, channels: int, width: int, stride: int) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(channels, width, 3, stride, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(width)
        self.relu = nn.ReLU()
        self.conv2 = nn.Conv2d(width, width, 3, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(width)
        self.downsample = _shortcut(channels, width, stride)

    def forward(self, maps: Tensor) -> Tensor:  # (n, channels, height, width)
        """Return maps of shape (n, width, height / stride, width / stride)."""
        inner = self.relu(self.bn1(self.conv1(maps)))
        inner = self.bn2(self.conv2(inner))
        outputs: Tensor = self.relu(inner + self.downsample(maps))
        return outputs


class Bottleneck(nn.Module):
    """A 3×3 convolution between two of 1×1, beside a shortcut (figure 5 right).

    The stride is that of the 3×3 convolution, as in the published weights; the paper puts it
    on the first one.
    """

    expansion: ClassVar[int] = 4

    def __init__(self, channels: int, width: int, stride: int) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(channels, width, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(width)
        self.conv2 = nn.Conv2d(width, width, 3, stride, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(width)
        self.conv3 = nn.Conv2d(width, width * self.expansion, 1, bias=False)
        self.bn3 = nn.BatchNorm2d(width * self.expansion)
        self.relu = nn.ReLU()
        self.downsample = _shortcut(channels, width * self.expansion, stride)

    def forward(self, maps: Tensor) -> Tensor:  # (n, channels, height, width)
        """Return maps of shape (n, 4 · width, height / stride, width / stride)."""
        inner = self.relu(self.bn1(self.conv1(maps)))
        inner = self.relu(self.bn2(self.conv2(inner)))
        inner = self.bn3(self.conv3(inner))
        outputs: Tensor = self.relu(inner + self.downsample(maps))
        return outputs


class ResNet(Backbone):
    """Four stages of residual blocks, averaged over the last map.

    He, Zhang, Ren & Sun 2016, "Deep residual learning for image recognition", table 1, with
    torchvision's names. Convolutions start with He's normal weights.

    Parameters
    ----------
    network : str
        Its name.
    image_shape : tuple of int
        (height, width, channels).
    block : type
        :class:`BasicBlock` or :class:`Bottleneck`.
    depths : sequence of int
        Blocks of each of the four stages.
    stem : {"auto", "published", "small"}
        ``published``: a convolution of 7×7 with stride 2 and a max-pool, 32 pixels per
        position of the last map. ``small``: a convolution of 3×3 with stride 1 and no pool,
        as the paper begins for CIFAR-10 (section 4.2), 8 pixels per position.
    """

    smallest_side: ClassVar[int] = 8
    published_head: ClassVar[str | None] = "fc"
    gives_map: ClassVar[bool] = True

    def __init__(
        self,
        network: str,
        image_shape: tuple[int, int, int],
        block: type[BasicBlock] | type[Bottleneck],
        depths: Sequence[int],
        stem: Stem,
    ) -> None:
        super().__init__()
        self.stem_ = chosen_stem(stem, image_shape)
        check_image_size(network, image_shape, self.smallest_side)
        channels = image_shape[2]
        self.maxpool: nn.Module
        if self.stem_ == "published":
            self.conv1 = nn.Conv2d(channels, 64, 7, 2, padding=3, bias=False)
            self.maxpool = nn.MaxPool2d(3, 2, padding=1)
        else:
            self.conv1 = nn.Conv2d(channels, 64, 3, padding=1, bias=False)
            self.maxpool = nn.Identity()
        self.bn1 = nn.BatchNorm2d(64)
        self.relu = nn.ReLU()
        self.layer1 = _stage(block, 64, 64, depths[0], stride=1)
        self.layer2 = _stage(block, 64 * block.expansion, 128, depths[1], stride=2)
        self.layer3 = _stage(block, 128 * block.expansion, 256, depths[2], stride=2)
        self.layer4 = _stage(block, 256 * block.expansion, 512, depths[3], stride=2)
        self.avgpool = nn.AdaptiveAvgPool2d(1)
        self.feature_dim = 512 * block.expansion
        self.apply(start_kaiming)

    def forward_features(self, images: Tensor) -> Tensor:  # (n, channels, height, width)
        """Return the average of the last map, shape (n_images, feature_dim)."""
        features: Tensor = self.avgpool(self.forward_map(images)).flatten(1)
        return features

    def forward_map(self, images: Tensor) -> Tensor:
        """Return the last map, before its average."""
        maps = self.maxpool(self.relu(self.bn1(self.conv1(images))))
        found: Tensor = self.layer4(self.layer3(self.layer2(self.layer1(maps))))
        return found

    def parts(self) -> list[nn.Module]:
        """Return how it begins, and the blocks; the last one has the average with it."""
        *blocks, last = (*self.layer1, *self.layer2, *self.layer3, *self.layer4)
        stem = nn.Sequential(self.conv1, self.bn1, self.relu, self.maxpool)
        return [stem, *blocks, nn.Sequential(last, self.avgpool, nn.Flatten())]


def _stage(
    block: type[BasicBlock] | type[Bottleneck], channels: int, width: int, depth: int, stride: int
) -> nn.Sequential:
    first = block(channels, width, stride)
    return nn.Sequential(
        first, *(block(width * block.expansion, width, 1) for _repetition in range(1, depth))
    )


def _shortcut(channels: int, outputs: int, stride: int) -> nn.Module:
    if stride == 1 and channels == outputs:
        return nn.Identity()
    return nn.Sequential(
        nn.Conv2d(channels, outputs, 1, stride, bias=False), nn.BatchNorm2d(outputs)
    )
