"""The contract of every pretext task: what a network learns from images that have no labels.

Laws
----
- ``network`` puts on a backbone what the task needs beside it; the backbone itself, the very
  object, stays reachable as ``network.backbone``, and its weights are all that is taken along.
- ``measure`` takes a batch and returns ``loss``, with a gradient, and what else is to be known
  of it, each the mean over its images. All chance is drawn from the generator that is handed
  over, image by image, so that the same generator gives the same numbers.
- Labels are never seen.
- Parameters are those of a scikit-learn estimator, texts and numbers, and ``check`` raises
  ``E-VALUE`` for one out of its range.
"""

from abc import ABC, abstractmethod
from typing import Any, ClassVar

import torch
from sklearn.base import BaseEstimator
from torch import Tensor, nn

from vistazo.architectures import Backbone
from vistazo.errors import require
from vistazo.training.recipe import TrainingRecipe

__all__ = ["PretextNetwork", "PretextTask"]


class PretextNetwork(nn.Module):
    """A backbone, and what a task puts on it.

    Parameters
    ----------
    backbone : Backbone
    head : torch.nn.Module
        Takes the backbone's last map, or its features.
    on_map : bool, default=False
        Whether it is the map.
    """

    def __init__(self, backbone: Backbone, head: nn.Module, *, on_map: bool = False) -> None:
        super().__init__()
        self.backbone, self.head, self.on_map = backbone, head, on_map

    def forward(self, images: Tensor) -> Tensor:  # (n_images, channels, height, width) in [0, 1]
        """Return what the head says of images."""
        seen = self.backbone.forward_map(images) if self.on_map else self.backbone(images)
        said: Tensor = self.head(seen)
        return said


class PretextTask(BaseEstimator, ABC):  # type: ignore[misc]  # scikit-learn is untyped
    """What a network is asked about images alone."""

    RECIPE: ClassVar[dict[str, Any]] = {}
    """Settings of the training recipe that the task is meant to be trained with."""

    @abstractmethod
    def network(self, backbone: Backbone, image_shape: tuple[int, int, int]) -> PretextNetwork:
        """Return the network to train, for images of (height, width, channels)."""

    @abstractmethod
    def measure(
        self, network: nn.Module, images: Tensor, generator: torch.Generator
    ) -> dict[str, Tensor]:
        """Return ``loss`` and what else is to be known of a batch.

        Parameters
        ----------
        network : PretextNetwork
        images : Tensor of float32, shape (n_images, channels, height, width)
            In [0, 1].
        generator : torch.Generator
            On the processor.
        """

    def ranges(self) -> dict[str, tuple[bool, str]]:
        """Return, by parameter, whether it holds and what its limits are."""
        return {}

    def check_network(self, architecture: str) -> None:
        """Raise a ``UsageError`` for an architecture, by its name, that the task cannot use."""

    def check(self) -> None:
        """Raise ``E-VALUE`` for the first parameter out of its range."""
        for name, (holds, range_) in self.ranges().items():
            require(holds, name, getattr(self, name), range_)

    def recipe(self) -> TrainingRecipe:
        """Return the recipe that the task is meant to be trained with."""
        return TrainingRecipe(**self.RECIPE)
