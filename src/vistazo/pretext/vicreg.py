"""Say the same of two views, with numbers that vary and tell different things."""

from typing import Any, ClassVar

import torch
from torch import Tensor
from torch.nn import functional

from vistazo.pretext._two_views import VIEWS, TwoViews

__all__ = ["VICReg"]


class VICReg(TwoViews):
    """Two views of an image shall give the same numbers; each varies, and none repeats another.

    Parameters
    ----------
    views, colour
        As for :class:`~vistazo.pretext.simclr.SimCLR`.
    invariance, variance, covariance : float, default=25, 25 and 1
        Weights of the three terms, at least 0.
    width : int, default=256
        Of the projection.

    References
    ----------
    Bardes, Ponce and LeCun, "VICReg: variance-invariance-covariance regularization for
    self-supervised learning", 2022, eq. 1-6.
    """

    RECIPE: ClassVar[dict[str, Any]] = {
        "epochs": 40,
        "batch_size": 256,
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
        invariance: float = 25.0,
        variance: float = 25.0,
        covariance: float = 1.0,
        width: int = 256,
    ) -> None:
        self.views = views
        self.colour = colour
        self.invariance = invariance
        self.variance = variance
        self.covariance = covariance
        self.width = width

    def ranges(self) -> dict[str, tuple[bool, str]]:
        """Return the limits of the parameters."""
        terms = ("invariance", "variance", "covariance")
        return super().ranges() | {n: (getattr(self, n) >= 0, "≥ 0") for n in terms}

    def compare(self, one: Tensor, other: Tensor) -> dict[str, Tensor]:
        """Return the weighted sum and its three terms."""
        terms = {
            "invariance": functional.mse_loss(one, other),
            "variance": (_too_little_variance(one) + _too_little_variance(other)) / 2,
            "covariance": _covariance(one) + _covariance(other),
        }
        loss = torch.stack([getattr(self, n) * term for n, term in terms.items()]).sum()
        return {"loss": loss, **{name: term.detach() for name, term in terms.items()}}


def _too_little_variance(said: Tensor) -> Tensor:
    """Return by how much the deviation of each number misses 1 (eq. 1, 2)."""
    return (1 - (said.var(0) + 1e-4).sqrt()).relu().mean()


def _covariance(said: Tensor) -> Tensor:
    """Return the sum of squared covariances of different numbers, by their count (eq. 3, 4)."""
    n_images, width = said.shape
    centred = said - said.mean(0)
    matrix = centred.T @ centred / (n_images - 1)
    return (matrix.square().sum() - matrix.diagonal().square().sum()) / width
