"""VGG-19: convolutions of 3×3 and five pools (144 million parameters in its published form)."""

from vistazo.architectures._image_size import Stem
from vistazo.architectures._vgg import VGG

__all__ = ["VGG19"]


class VGG19(VGG):
    """See :class:`~vistazo.architectures._vgg.VGG`.

    Parameters
    ----------
    image_shape : tuple of int
        (height, width, channels); the sides must be at least 8 px, with the published stem
        32 px.
    stem : {"auto", "published", "small"}, default="auto"
        The small one has 20.5 million parameters.
    dropout : float, default=0.5
        Share of each dense layer's outputs set to zero while training, in [0, 1).
    """

    def __init__(
        self, image_shape: tuple[int, int, int], *, stem: Stem = "auto", dropout: float = 0.5
    ) -> None:
        super().__init__("vgg-19", image_shape, (2, 2, 4, 4, 4), stem, dropout)
