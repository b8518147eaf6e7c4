"""MobileNetV2: inverted residuals, light enough for a telephone (3.5 million parameters)."""

from typing import ClassVar

from torch import Tensor, nn

from vistazo.architectures import Backbone
from vistazo.architectures._image_size import Stem, check_image_size, chosen_stem
from vistazo.architectures._kaiming_start import start_kaiming

__all__ = ["MobileNetV2"]

_STAGES = (
    (1, 16, 1, 1),
    (6, 24, 2, 2),
    (6, 32, 3, 2),
    (6, 64, 4, 2),
    (6, 96, 3, 1),
    (6, 160, 3, 2),
    (6, 320, 1, 1),
)
"""Expansion, channels, repetitions and stride of the first block (Sandler et al., table 2)."""
_FIRST_STRIDED = 1
"""Position of the first stage that has a stride."""


class MobileNetV2(Backbone):
    """Seventeen inverted residual blocks, averaged over the last map.

    Sandler, Howard, Zhu, Zhmoginov & Chen 2018, "MobileNetV2: inverted residuals and linear
    bottlenecks", table 2, with torchvision's names. Convolutions start with He's normal
    weights.

    Parameters
    ----------
    image_shape : tuple of int
        (height, width, channels); the sides must be at least 8 px.
    stem : {"auto", "published", "small"}, default="auto"
        ``published``: the first convolution and the first strided stage halve the sides, 32
        pixels per position of the last map. ``small``: they keep them, 8 pixels per position;
        the published weights fit either way.
    dropout : float, default=0.2
        Share of the features set to zero while training, in [0, 1).
    """

    smallest_side: ClassVar[int] = 8
    published_head: ClassVar[str | None] = "classifier.1"

    def __init__(
        self, image_shape: tuple[int, int, int], *, stem: Stem = "auto", dropout: float = 0.2
    ) -> None:
        super().__init__()
        self.stem_ = chosen_stem(stem, image_shape)
        check_image_size("mobilenet-v2", image_shape, self.smallest_side)
        small, channels = self.stem_ == "small", 32
        layers: list[nn.Module] = [_convolution(image_shape[2], channels, 3, 1 if small else 2)]
        for stage, (expansion, width, repetitions, strided) in enumerate(_STAGES):
            for repetition in range(repetitions):
                stride = 1 if repetition or (small and stage == _FIRST_STRIDED) else strided
                layers.append(_InvertedResidual(channels, width, stride, expansion))
                channels = width
        self.feature_dim = 1280
        self.features = nn.Sequential(*layers, _convolution(channels, self.feature_dim, 1))
        self.avgpool = nn.AdaptiveAvgPool2d(1)
        self.dropout = nn.Dropout(dropout)
        self.apply(start_kaiming)

    def forward_features(self, images: Tensor) -> Tensor:  # (n, channels, height, width)
        """Return the average of the last map, shape (n_images, 1280)."""
        features: Tensor = self.dropout(self.avgpool(self.features(images)).flatten(1))
        return features

    def parts(self) -> list[nn.Module]:
        """Return the first convolution, the seventeen blocks, the last one with its average."""
        *layers, last = self.features
        return [*layers, nn.Sequential(last, self.avgpool, nn.Flatten(), self.dropout)]


class _InvertedResidual(nn.Module):
    """Widen by 1×1, filter each channel by 3×3, narrow by 1×1 (figure 4 d)."""

    def __init__(self, channels: int, width: int, stride: int, expansion: int) -> None:
        super().__init__()
        inner = channels * expansion
        widening = [_convolution(channels, inner, 1)] if expansion > 1 else []
        self.conv = nn.Sequential(
            *widening,
            _convolution(inner, inner, 3, stride, groups=inner),
            nn.Conv2d(inner, width, 1, bias=False),
            nn.BatchNorm2d(width),
        )
        self.has_shortcut = stride == 1 and channels == width

    def forward(self, maps: Tensor) -> Tensor:  # (n, channels, height, width)
        outputs: Tensor = self.conv(maps)
        return maps + outputs if self.has_shortcut else outputs


def _convolution(
    channels: int, width: int, kernel: int, stride: int = 1, groups: int = 1
) -> nn.Sequential:
    return nn.Sequential(
        nn.Conv2d(channels, width, kernel, stride, kernel // 2, groups=groups, bias=False),
        nn.BatchNorm2d(width),
        nn.ReLU6(),
    )
