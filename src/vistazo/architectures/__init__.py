"""The contract of every architecture: a backbone from images to a feature vector.

Laws
----
- ``forward_features`` takes float images (n_images, channels, height, width) in [0, 1]
  and returns (n_images, ``feature_dim``); a classifier adds its own head.
- The constructor takes ``image_shape=(height, width, channels)`` and nothing else that has
  no default; it raises ``E-NET-SIZE`` where the image is too small.
- The same seed builds the same weights.
"""

from abc import ABC, abstractmethod

from torch import Tensor, nn

__all__ = ["Backbone"]


class Backbone(nn.Module, ABC):
    """A network without its head."""

    feature_dim: int
    """Length of the feature vector of one image."""

    @abstractmethod
    def forward_features(self, images: Tensor) -> Tensor:
        """Return the features, shape (n_images, feature_dim), of float images in [0, 1]."""

    def forward(self, images: Tensor) -> Tensor:
        """Return the features."""
        return self.forward_features(images)
