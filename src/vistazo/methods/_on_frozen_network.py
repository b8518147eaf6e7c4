"""What methods on a network that was trained elsewhere have in common."""

from abc import abstractmethod
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from vistazo.i18n import _, number
from vistazo.methods import ImageClassifier
from vistazo.methods._fitting import as_images, preprocessed, seen_shape
from vistazo.transfer.extraction import extract
from vistazo.transfer.feature_engine import Engine, check_engine
from vistazo.transfer.frozen import Frozen, check_side, fitting_side
from vistazo.transfer.ledger import Ledger
from vistazo.transfer.observation import Observation
from vistazo.transfer.static_checks import static_observations
from vistazo.transfer.weights_by_name import check_weights, weight_names


class OnFrozenNetwork(ImageClassifier):
    """A method that lets images through layers that nobody trains here."""

    variants_are_open = True

    weights: str
    weights_file: str | None
    weights_sha256: str | None
    input_side: int | Literal["auto"]
    engine: Engine
    preprocessing: str

    @classmethod
    def variants(cls) -> list[str]:
        """Return the names of weights in the catalogue, each followed by its random twin."""
        return weight_names()

    def check(self) -> None:
        """Raise ``E-VALUE``, ``E-NET-SIZE``, ``E-EXTRA`` or what ``check_weights`` does."""
        super().check()
        check_engine(self.engine)
        check_weights(self.weights, self.weights_file, self.weights_sha256)
        if self.input_side != "auto":
            check_side(self.weights, self.input_side)

    def ledgers(self) -> list[Ledger]:
        """Return where the numbers of the network came from."""
        return [Frozen(self.weights, 0, self.weights_file).ledger]

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
