"""Floor: always the most frequent class."""

from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from vistazo.methods import ImageClassifier, State
from vistazo.methods._fitting import begin_fit, begin_predict

__all__ = ["MajorityClassifier"]


class MajorityClassifier(ImageClassifier):
    """Predicts the most frequent class; probabilities are the class shares.

    Attributes
    ----------
    shares_ : ndarray of float64, shape (n_classes,)
    """

    shares_: NDArray[np.float64]

    def fit(self, X: Any, y: ArrayLike) -> Self:
        """Count the classes."""
        _, codes = begin_fit(self, X, y)
        self.shares_ = np.bincount(codes) / len(codes)
        return self

    def predict_proba(self, X: Any) -> NDArray[np.float64]:
        """Return the class shares for every image, shape (n_images, n_classes)."""
        n_images = len(begin_predict(self, X))
        return np.tile(self.shares_, (n_images, 1))

    def predict(self, X: Any) -> NDArray[Any]:
        """Return the most frequent class for every image."""
        n_images = len(begin_predict(self, X))
        return np.repeat(self.classes_[self.shares_.argmax()], n_images)

    def get_state(self) -> State:
        """Return the class shares."""
        return State(arrays={"shares": self.shares_})

    def set_state(self, state: State) -> Self:
        """Take over class shares."""
        self.shares_ = state.arrays["shares"]
        return self
