"""What all tasks share in which an image is to be made whole again."""

from abc import abstractmethod
from dataclasses import dataclass
from typing import Literal

import torch
from torch import Tensor, nn

from vistazo import catalog
from vistazo.architectures import Backbone
from vistazo.pretext import PretextNetwork, PretextTask
from vistazo.pretext._decoder import check_map, decoder_of

LossOn = Literal["hidden", "all", "both"]
LOSSES: tuple[LossOn, ...] = ("hidden", "all", "both")


@dataclass(frozen=True)
class Corrupted:
    """Images as the network gets them, and what of them it cannot see.

    Parameters
    ----------
    images : Tensor of float32, shape (n_images, channels, height, width)
    hidden : Tensor of bool, of the same shape
    """

    images: Tensor
    hidden: Tensor


class Reconstruction(PretextTask):
    """The network gets an image of which something is missing, and gives back the whole."""

    loss_on: LossOn
    hides: bool = True
    """Whether something is missing; otherwise it is under noise."""

    @abstractmethod
    def corrupt(self, images: Tensor, generator: torch.Generator) -> Corrupted:
        """Return what the network gets of images in [0, 1]."""

    def check_network(self, architecture: str) -> None:
        """Raise ``E-PRETEXT-MAP`` for one that gives no map."""
        check_map(catalog.load("architectures", architecture))

    def network(self, backbone: Backbone, image_shape: tuple[int, int, int]) -> PretextNetwork:
        """Return the backbone with a decoder on its last map."""
        return PretextNetwork(backbone, decoder_of(backbone, image_shape), on_map=True)

    def measure(
        self, network: nn.Module, images: Tensor, generator: torch.Generator
    ) -> dict[str, Tensor]:
        """Return the loss, and the squared error where nothing and where something was hidden.

        ``error_hidden`` and ``error_all`` are mean squared errors of images in [0, 1].
        """
        corrupted = self.corrupt(images, generator)
        squared = (self.reconstruct(network, corrupted) - images).square()
        errors = {
            "hidden": squared[corrupted.hidden].mean(),
            "all": squared.mean(),
        }
        loss = (errors["hidden"] + errors["all"]) / 2 if self.loss_on == "both" else None
        loss = errors[self.loss_on] if loss is None else loss
        return {"loss": loss, **{f"error_{n}": e.detach() for n, e in errors.items()}}

    def reconstruct(self, network: nn.Module, corrupted: Corrupted) -> Tensor:
        """Return whole images, in [0, 1]."""
        whole: Tensor = network(corrupted.images)
        return whole
