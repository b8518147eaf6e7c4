"""Tell by how much an image was turned."""

from typing import Any, ClassVar

import torch
from torch import Tensor, nn
from torch.nn import functional

from vistazo.architectures import Backbone
from vistazo.pretext import PretextNetwork, PretextTask

__all__ = ["Rotation"]


class Rotation(PretextTask):
    """Each image is turned by 0, 90, 180 or 270 degrees, and the network tells by how many.

    Of images that are not square, the square in the middle is used. What has no upright
    position, such as a texture or a cell, teaches nothing here: the accuracy then stays at 0.25.

    References
    ----------
    Gidaris, Singh and Komodakis, "Unsupervised representation learning by predicting image
    rotations", 2018.
    """

    RECIPE: ClassVar[dict[str, Any]] = {
        "patience": None,
        "epochs": 20,
        "restore_best_weights": False,
    }

    def network(
        self,
        backbone: Backbone,
        image_shape: tuple[int, int, int],  # noqa: ARG002
    ) -> PretextNetwork:
        """Return the backbone with a linear classifier of the four angles."""
        return PretextNetwork(backbone, nn.Linear(backbone.feature_dim, 4))

    def measure(
        self, network: nn.Module, images: Tensor, generator: torch.Generator
    ) -> dict[str, Tensor]:
        """Return cross-entropy, in nats, and the share of angles that were told right."""
        side = min(images.shape[2:])
        top, left = ((length - side) // 2 for length in images.shape[2:])
        square = images[:, :, top : top + side, left : left + side]
        angles = torch.randint(4, (len(images),), generator=generator).to(images.device)
        turned = torch.empty_like(square)
        for angle in range(4):
            turned[angles == angle] = torch.rot90(square[angles == angle], angle, (2, 3))
        logits = network(turned)
        right = (logits.detach().argmax(1) == angles).float().mean()
        return {"loss": functional.cross_entropy(logits, angles), "accuracy": right}
