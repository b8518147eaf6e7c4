"""What methods on a network that was trained elsewhere have in common."""

from abc import abstractmethod
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from vistazo.i18n import _, number
from vistazo.methods import ImageClassifier
from vistazo.methods._fitting import as_images, preprocessed, seen_shape
from vistazo.transfer.extraction import extract
from vistazo.transfer.frozen import Frozen, fitting_side
from vistazo.transfer.observation import Observation
from vistazo.transfer.static_checks import static_observations


class OnFrozenNetwork(ImageClassifier):
    """A method that lets images through layers that nobody trains here."""

    weights: str
    input_side: int | Literal["auto"]
    preprocessing: str

    @abstractmethod
    def _frozen(self, image_shape: tuple[int, int, int]) -> Frozen:
        """Return the network, with what is done to images of this shape before it."""

    def features(self, X: Any) -> NDArray[np.float32]:
        """Return what the whole network says of images, shape (n_images, n_features)."""
        images = as_images(X)
        return extract(self._frozen(images.image_shape), preprocessed(self, images).pixels)

    def observations(self, image_shape: tuple[int, int, int]) -> list[Observation] | None:
        """Return where the settings depart from what the weights were made for."""
        shape = seen_shape(self, image_shape)
        return static_observations(self._frozen(image_shape), shape, self.preprocessing)

    def _side(self, image_shape: tuple[int, int, int]) -> int:
        if self.input_side != "auto":
            return self.input_side
        return fitting_side(self.weights, seen_shape(self, image_shape))


def counts(total: int, trained: int) -> str:
    """Return how many of a network's numbers were trained here, as a sentence."""
    return _(
        "Parameters: {total}; trained here: {trained}; left as they came: {frozen}.",
        total=number(total),
        trained=number(trained),
        frozen=number(total - trained),
    )
