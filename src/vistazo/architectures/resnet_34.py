"""ResNet-34: 16 blocks beside shortcuts (21.8 million parameters with 1,000 classes)."""

from vistazo.architectures._image_size import Stem
from vistazo.architectures._resnet import BasicBlock, ResNet

__all__ = ["ResNet34"]


class ResNet34(ResNet):
    """See :class:`~vistazo.architectures._resnet.ResNet`.

    Parameters
    ----------
    image_shape : tuple of int
        (height, width, channels); the sides must be at least 8 px.
    stem : {"auto", "published", "small"}, default="auto"
    """

    def __init__(self, image_shape: tuple[int, int, int], *, stem: Stem = "auto") -> None:
        super().__init__("resnet-34", image_shape, BasicBlock, (3, 4, 6, 3), stem)
