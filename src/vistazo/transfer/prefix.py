"""The first layers of a frozen backbone: what images are before the layers that are trained."""

from dataclasses import dataclass

import torch
from torch import Tensor

from vistazo.transfer.frozen import Frozen


@dataclass(frozen=True)
class Prefix:
    """The first layers of a frozen backbone, and what is done to images before them.

    Parameters
    ----------
    frozen : Frozen
    n_layers : int
        Of :meth:`vistazo.architectures.Backbone.parts`; 0 leaves what is done to images.
    """

    frozen: Frozen
    n_layers: int

    @property
    def identity(self) -> tuple[object, ...]:
        """What decides the maps of an image: plain values."""
        return (*self.frozen.identity, "layers", self.n_layers)

    def features(self, pixels: Tensor) -> Tensor:
        """Return the maps of a batch.

        Parameters
        ----------
        pixels : Tensor of uint8, shape (n_images, height, width, 1 or 3)

        Returns
        -------
        Tensor of float32, shape (n_images, channels, map_height, map_width) or
        (n_images, feature_dim)
        """
        with torch.inference_mode():
            return self._through(self.frozen.prepared(pixels))

    def maps(self, images: Tensor) -> Tensor:
        """Return the same of float images (n_images, 1 or 3, height, width) in [0, 1]."""
        return self._through(self.frozen.normalised(images))

    def _through(self, images: Tensor) -> Tensor:
        maps = images.contiguous(memory_format=torch.channels_last)
        for layer in self.frozen.network.parts()[: self.n_layers]:
            maps = layer(maps)
        return maps
