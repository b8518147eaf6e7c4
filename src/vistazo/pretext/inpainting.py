"""Fill in what is hidden of an image."""

from typing import Any, ClassVar

import torch
from torch import Tensor

from vistazo.pretext._masks import MASKS, Mask, hidden
from vistazo.pretext._reconstruction import LOSSES, Corrupted, LossOn, Reconstruction

__all__ = ["Inpainting"]


class Inpainting(Reconstruction):
    """Part of each image is black, and the network paints it.

    Parameters
    ----------
    mask : {"blocks", "pixels", "values"}, default="blocks"
        What is hidden together; see :func:`~vistazo.pretext._masks.hidden`. ``values`` is the
        course notebook's, where a median of the neighbours is nearly right.
    fraction : float, default=0.3
        Share that is hidden, in (0, 1).
    block : float, default=0.25
        Side of a block, as a share of the image's shorter side, in (0, 1).
    loss_on : {"hidden", "all", "both"}, default="hidden"
        Where the squared error counts; ``both`` is the mean of the two.

    References
    ----------
    Pathak et al., "Context encoders: feature learning by inpainting", 2016, sec. 3.
    """

    RECIPE: ClassVar[dict[str, Any]] = {
        "learning_rate": 5e-4,
        "patience": None,
        "epochs": 20,
        "restore_best_weights": False,
    }

    def __init__(
        self,
        *,
        mask: Mask = "blocks",
        fraction: float = 0.3,
        block: float = 0.25,
        loss_on: LossOn = "hidden",
    ) -> None:
        self.mask = mask
        self.fraction = fraction
        self.block = block
        self.loss_on = loss_on

    def ranges(self) -> dict[str, tuple[bool, str]]:
        """Return the limits of the parameters."""
        return {
            "mask": (self.mask in MASKS, " | ".join(MASKS)),
            "fraction": (0 < self.fraction < 1, "0 < x < 1"),
            "block": (0 < self.block < 1, "0 < x < 1"),
            "loss_on": (self.loss_on in LOSSES, " | ".join(LOSSES)),
        }

    def corrupt(self, images: Tensor, generator: torch.Generator) -> Corrupted:
        """Return images with black in the place of what is hidden."""
        side = max(round(self.block * min(images.shape[2:])), 1)
        chosen = hidden(self.mask, images.shape, self.fraction, side, generator).to(images.device)
        return Corrupted(images.masked_fill(chosen, 0.0), chosen)
