"""VGG-16: convolutions of 3×3 and five pools (138 million parameters in its published form)."""

from vistazo.architectures._image_size import Stem
from vistazo.architectures._vgg import VGG

__all__ = ["VGG16"]


class VGG16(VGG):
    """See :class:`~vistazo.architectures._vgg.VGG`.

    Parameters
    ----------
    image_shape : tuple of int
        (height, width, channels); the sides must be at least 8 px, with the published stem
        32 px.
    stem : {"auto", "published", "small"}, default="auto"
        The small one has 15.2 million parameters.
    dropout : float, default=0.5
        Share of each dense layer's outputs set to zero while training, in [0, 1).
    """

    def __init__(
        self, image_shape: tuple[int, int, int], *, stem: Stem = "auto", dropout: float = 0.5
    ) -> None:
        super().__init__("vgg-16", image_shape, (2, 2, 3, 3, 3), stem, dropout)
