"""Fill in most of an image, of which the convolutions see the rest alone."""

from typing import Any, ClassVar

import torch
from torch import Tensor, nn
from torch.nn import functional

from vistazo.pretext._masks import hidden
from vistazo.pretext._reconstruction import Corrupted, Reconstruction

__all__ = ["MaskedImage"]


class MaskedImage(Reconstruction):
    """Masked modelling for convolutional networks: the encoder never sees what is hidden.

    Most of an image is hidden in squares. A convolution would carry black from there into its
    surroundings and find from its borders what was hidden; so after each layer of the backbone
    the map is emptied again where the image was, as if the convolutions were sparse. The error
    counts where something was hidden.

    Parameters
    ----------
    fraction : float, default=0.6
        Share that is hidden, in (0, 1).
    block : float, default=0.15
        Side of a square, as a share of the image's shorter side, in (0, 1).

    References
    ----------
    Tian et al., "Designing BERT for convolutional networks: sparse and hierarchical masked
    modeling", 2023, sec. 3.1; that multiplying by the mask does it: Woo et al., "ConvNeXt V2",
    2023, sec. 3.1.
    """

    RECIPE: ClassVar[dict[str, Any]] = {
        "learning_rate": 5e-4,
        "patience": None,
        "epochs": 20,
        "restore_best_weights": False,
    }
    loss_on = "hidden"

    def __init__(self, *, fraction: float = 0.6, block: float = 0.15) -> None:
        self.fraction = fraction
        self.block = block

    def ranges(self) -> dict[str, tuple[bool, str]]:
        """Return the limits of the parameters."""
        return {
            "fraction": (0 < self.fraction < 1, "0 < x < 1"),
            "block": (0 < self.block < 1, "0 < x < 1"),
        }

    def corrupt(self, images: Tensor, generator: torch.Generator) -> Corrupted:
        """Return images with black in the place of the squares that are hidden."""
        side = max(round(self.block * min(images.shape[2:])), 1)
        chosen = hidden("blocks", images.shape, self.fraction, side, generator).to(images.device)
        return Corrupted(images.masked_fill(chosen, 0.0), chosen)

    def reconstruct(self, network: nn.Module, corrupted: Corrupted) -> Tensor:
        """Return whole images; every map of the backbone is empty where nothing was seen."""
        seen = (~corrupted.hidden[:, :1]).float()

        def emptied(_layer: nn.Module, _given: object, maps: Tensor) -> Tensor:
            return maps * functional.adaptive_max_pool2d(seen, maps.shape[2:])

        layers = [
            layer
            for layer in network.backbone.modules()  # type: ignore[union-attr]
            if isinstance(layer, nn.Conv2d | nn.BatchNorm2d)
        ]
        hooks = [layer.register_forward_hook(emptied) for layer in layers]
        try:
            return super().reconstruct(network, corrupted)
        finally:
            for hook in hooks:
                hook.remove()
