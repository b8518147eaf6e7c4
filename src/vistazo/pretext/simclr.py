"""Find the other view of an image among those of other images."""

from typing import Any, ClassVar

import torch
from torch import Tensor
from torch.nn import functional

from vistazo.pretext._two_views import VIEWS, TwoViews

__all__ = ["SimCLR"]


class SimCLR(TwoViews):
    """Two views of an image shall be more alike than views of different images.

    Parameters
    ----------
    views : str
        How a view is drawn: a name of ``vistazo list augmentations``, or settings in a line.
    colour : float, default=0.8
        Change of the colours' strength, ±, in [0, 1], where images have any; 0 leaves them.
    temperature : float, default=0.2
        What similarities are divided by, above 0: the smaller, the more the nearest of the
        others count.
    width : int, default=128
        Of the projection.

    References
    ----------
    Chen, Kornblith, Norouzi and Hinton, "A simple framework for contrastive learning of visual
    representations", 2020, eq. 1 (NT-Xent).
    """

    RECIPE: ClassVar[dict[str, Any]] = {
        "epochs": 40,
        "batch_size": 128,
        "learning_rate": 2e-3,
        "schedule": "one-cycle",
        "patience": None,
        "restore_best_weights": False,
    }

    def __init__(
        self,
        *,
        views: str = VIEWS,
        colour: float = 0.8,
        temperature: float = 0.2,
        width: int = 128,
    ) -> None:
        self.views = views
        self.colour = colour
        self.temperature = temperature
        self.width = width

    def ranges(self) -> dict[str, tuple[bool, str]]:
        """Return the limits of the parameters."""
        return super().ranges() | {"temperature": (self.temperature > 0, "> 0")}

    def compare(self, one: Tensor, other: Tensor) -> dict[str, Tensor]:
        """Return NT-Xent, in nats, and how often the other view was the nearest."""
        said = functional.normalize(torch.cat([one, other]))
        alike = said @ said.T / self.temperature
        alike.fill_diagonal_(-torch.inf)  # no view is asked about itself
        n_images = len(one)
        partner = torch.arange(2 * n_images, device=said.device).roll(n_images)
        found = (alike.detach().argmax(1) == partner).float().mean()
        return {"loss": functional.cross_entropy(alike, partner), "accuracy": found}
