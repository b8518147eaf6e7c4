"""A small CNN of three convolutions for 28×28 garments (241,546 parameters with 10 classes)."""

from torch import Tensor, nn

from vistazo.architectures import Backbone
from vistazo.errors import DataError
from vistazo.i18n import N_

__all__ = ["FashionCNN"]


class FashionCNN(Backbone):
    """Conv 32, pool, conv 64, pool, conv 128, dense 128, dropout.

    Convolutions are 3×3 without padding, pools 2×2; weights start Glorot-uniform and
    biases at zero, as Keras builds them.

    Parameters
    ----------
    image_shape : tuple of int
        (height, width, channels); the sides must be at least 18 px.
    dropout : float, default=0.5
        Share of the dense layer's outputs set to zero while training, in [0, 1).
    """

    def __init__(self, image_shape: tuple[int, int, int], *, dropout: float = 0.5) -> None:
        super().__init__()
        height, width, channels = image_shape
        rows, columns = _final_side(height), _final_side(width)
        if min(rows, columns) < 1:
            raise DataError(
                "E-NET-SIZE",
                N_("fashion-cnn needs images of at least 18×18 px; these are {height}×{width}."),
                N_("Enlarge them with --size 28."),
                height=height,
                width=width,
            )
        self.feature_dim = 128
        self.layers = nn.Sequential(
            nn.Conv2d(channels, 32, 3),
            nn.ReLU(),
            nn.MaxPool2d(2),
            nn.Conv2d(32, 64, 3),
            nn.ReLU(),
            nn.MaxPool2d(2),
            nn.Conv2d(64, 128, 3),
            nn.ReLU(),
            nn.Flatten(),
            nn.Linear(128 * rows * columns, self.feature_dim),
            nn.ReLU(),
            nn.Dropout(dropout),
        )
        self.apply(_glorot)

    def forward_features(self, images: Tensor) -> Tensor:  # (n, channels, height, width)
        """Return the dense layer's outputs, shape (n_images, 128)."""
        features: Tensor = self.layers(images)
        return features


def _final_side(side: int) -> int:
    return ((side - 2) // 2 - 2) // 2 - 2


def _glorot(layer: nn.Module) -> None:
    if isinstance(layer, nn.Conv2d | nn.Linear):
        nn.init.xavier_uniform_(layer.weight)
        if layer.bias is not None:
            nn.init.zeros_(layer.bias)
