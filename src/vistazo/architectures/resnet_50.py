"""ResNet-50: 16 blocks beside shortcuts (25.6 million parameters with 1,000 classes)."""

from vistazo.architectures._image_size import Stem
from vistazo.architectures._resnet import Bottleneck, ResNet

__all__ = ["ResNet50"]


class ResNet50(ResNet):
    """See :class:`~vistazo.architectures._resnet.ResNet`.

    Parameters
    ----------
    image_shape : tuple of int
        (height, width, channels); the sides must be at least 8 px.
    stem : {"auto", "published", "small"}, default="auto"
    """

    def __init__(self, image_shape: tuple[int, int, int], *, stem: Stem = "auto") -> None:
        super().__init__("resnet-50", image_shape, Bottleneck, (3, 4, 6, 3), stem)
