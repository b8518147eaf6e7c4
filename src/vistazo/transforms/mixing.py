"""Mixup and CutMix: two images become one, and so do their labels."""

from dataclasses import dataclass

import numpy as np
import torch
from sklearn.base import BaseEstimator
from torch import Tensor

from vistazo.errors import require
from vistazo.transforms.drawing import random_from

__all__ = ["Mixed", "Mixing"]


@dataclass(frozen=True)
class Mixed:
    """Which image each image of a batch is mixed with, and how.

    Parameters
    ----------
    partner : Tensor of int64, shape (n_images,)
        A permutation of the rows.
    weight : Tensor of float32, shape (n_images,)
        Share of an image's own label; the rest is its partner's. The loss is
        ``weight * loss(own) + (1 - weight) * loss(partner's)``.
    box : tuple of int or None
        Top, left, bottom and right of what CutMix takes from the partner; None for mixup.
    """

    partner: Tensor
    weight: Tensor
    box: tuple[int, int, int, int] | None


class Mixing(BaseEstimator):  # type: ignore[misc]  # scikit-learn is untyped
    """Mixup (Zhang et al. 2018) and CutMix (Yun et al. 2019).

    As in the papers' own code, one mixing ratio is drawn for a batch, from Beta(α, α), and
    one rectangle. Where both are on, each batch draws one of the two.

    Parameters
    ----------
    mixup, cutmix : float, default=0.0
        α of each, at least 0; 0 switches it off.
    """

    def __init__(self, *, mixup: float = 0.0, cutmix: float = 0.0) -> None:
        self.mixup = mixup
        self.cutmix = cutmix

    def check(self) -> None:
        """Raise ``E-VALUE`` for the first setting out of its range."""
        for name in ("mixup", "cutmix"):
            value = getattr(self, name)
            require(0 <= value < float("inf"), f"mixing.{name}", value, "0 ≤ x < ∞")

    def sample(
        self, n_images: int, image_size: tuple[int, int], generator: torch.Generator
    ) -> Mixed:
        """Draw how a batch is mixed.

        Parameters
        ----------
        n_images : int
        image_size : tuple of int
            Height and width.
        generator : torch.Generator
            On the processor.
        """
        random = random_from(generator)
        partner = torch.from_numpy(random.permutation(n_images))
        alphas = [(name, a) for name, a in (("mixup", self.mixup), ("cutmix", self.cutmix)) if a]
        if not alphas:
            return Mixed(torch.arange(n_images), torch.ones(n_images), None)
        name, alpha = alphas[random.integers(len(alphas))]
        own = random.beta(alpha, alpha)
        box = None
        if name == "cutmix":
            box = _box(own, image_size, random)
            top, left, bottom, right = box
            own = 1 - (bottom - top) * (right - left) / (image_size[0] * image_size[1])
        return Mixed(partner, torch.full((n_images,), own), box)

    def apply(self, images: Tensor, mixed: Mixed) -> Tensor:
        """Return the mixed images.

        Parameters
        ----------
        images : Tensor of float32, shape (n_images, channels, height, width)
            In channels-last memory.
        mixed : Mixed

        Returns
        -------
        Tensor of float32, shape (n_images, channels, height, width)
            In channels-last memory; ``images`` itself where mixing is off.
        """
        if not self.mixup and not self.cutmix:
            return images
        partner = mixed.partner.to(images.device)
        if mixed.box is None:
            own = mixed.weight.to(images.device)[:, None, None, None]
            return images.mul(own).add_(images[partner].mul_(1 - own))
        top, left, bottom, right = mixed.box
        images = images.clone(memory_format=torch.channels_last)
        inside = images[:, :, top:bottom, left:right]
        inside.copy_(inside[partner])
        return images


def _box(
    own: float, image_size: tuple[int, int], random: np.random.Generator
) -> tuple[int, int, int, int]:
    """Return the rectangle of Yun et al. 2019, equation 2, cut off at the image's edge."""
    height, width = image_size
    tall, wide = (int(side * np.sqrt(1 - own)) for side in (height, width))
    top, left = int(random.integers(height)) - tall // 2, int(random.integers(width)) - wide // 2
    return max(top, 0), max(left, 0), min(top + tall, height), min(left + wide, width)
