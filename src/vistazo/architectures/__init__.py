"""The contract of every architecture: a backbone from images to a feature vector.

Laws
----
- ``forward_features`` takes float images (n_images, channels, height, width) in [0, 1]
  and returns (n_images, ``feature_dim``); a classifier adds its own head.
- The constructor takes ``image_shape=(height, width, channels)`` and nothing else that has
  no default; it raises ``E-NET-SIZE`` where the image is too small.
- The same seed builds the same weights.
- In evaluation mode the features of an image depend on that image alone.
- ``parts`` are the same network in pieces: one after the other, they give the features.
- A network made for large photographs takes ``stem="auto" | "published" | "small"``: how it
  begins. ``published`` is the published network; ``small`` keeps more of a small image,
  as the class says; ``auto`` takes ``small`` where the shorter side is below 96 px. Whoever is
  here for its published weights above all may have the published stem alone.
- A network with published weights has their names and shapes in its published stem, so that
  they load strictly; the tensors of the published head and of auxiliary heads are left out.
"""

from abc import ABC, abstractmethod
from typing import Any, ClassVar, Literal

from torch import Tensor, nn

__all__ = ["Backbone"]


class Backbone(nn.Module, ABC):
    """A network without its head."""

    RECIPE: ClassVar[dict[str, Any]] = {}
    """Settings of the training recipe that the network is meant to be trained with, under the
    names of ``TrainingRecipe``'s parameters; what is not named keeps its default."""

    smallest_side: ClassVar[int]
    """Shortest side of an image, in pixels, that the network takes with ``stem="auto"``."""

    published_head: ClassVar[str | None] = None
    """Name of the head in the published weights, such as ``"fc"``; None without such weights."""

    published_auxiliary: ClassVar[tuple[str, ...]] = ()
    """Names of further heads in the published weights, which only their training used."""

    stem_: Literal["published", "small"] | None = None
    """The stem in use; None where the network has only one."""

    gives_map: ClassVar[bool] = False
    """Whether ``forward_map`` can be asked."""

    feature_dim: int
    """Length of the feature vector of one image."""

    @property
    def published(self) -> nn.Module:
        """The module whose tensors have the names of published weights: this one."""
        return self

    @abstractmethod
    def forward_features(self, images: Tensor) -> Tensor:
        """Return the features, shape (n_images, feature_dim), of float images in [0, 1]."""

    def forward_map(self, images: Tensor) -> Tensor:
        """Return the last map, of which the features are a summary.

        Shape (n_images, n_channels, map_height, map_width).
        """
        raise NotImplementedError(type(self).__name__)

    def parts(self) -> list[nn.Module]:
        """Return the pieces that run one after the other, the first one on images.

        They share this network's parameters: where there are several, the first ones can be
        left as they are and only the last ones trained.
        """
        return [self]

    def forward(self, images: Tensor) -> Tensor:
        """Return the features."""
        return self.forward_features(images)
