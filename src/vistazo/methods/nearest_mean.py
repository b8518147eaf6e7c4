"""Floor: the class whose mean image is nearest."""

from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from vistazo.methods import ImageClassifier, State
from vistazo.methods._fitting import begin_fit, begin_predict

__all__ = ["NearestMeanClassifier"]


class NearestMeanClassifier(ImageClassifier):
    """Compares an image with the mean image of each class by Euclidean distance.

    It gives no probabilities: a distance is not one.

    Parameters
    ----------
    preprocessing : str, default="none"
        A recipe in a line, such as "grayscale,clahe=3"; done to every image before anything
        else. See :mod:`vistazo.preprocessing.recipe`.

    Attributes
    ----------
    means_ : ndarray of float32, shape (n_classes, height * width * channels)
        Mean images after preprocessing, pixels in [0, 1].
    """

    means_: NDArray[np.float32]

    def __init__(self, *, preprocessing: str = "none") -> None:
        self.preprocessing = preprocessing

    def fit(self, X: Any, y: ArrayLike) -> Self:
        """Average the images of each class."""
        images, codes = begin_fit(self, X, y)
        flat = images.pixels.reshape(len(images), -1)
        self.means_ = np.stack(
            [flat[codes == code].mean(axis=0) / 255 for code in range(len(self.classes_))]
        ).astype(np.float32)
        return self

    def predict(self, X: Any) -> NDArray[Any]:
        """Return the class of the nearest mean image."""
        images = begin_predict(self, X)
        nearest = np.empty(len(images), np.int64)
        norms = (self.means_**2).sum(axis=1)
        for start in range(0, len(images), 1024):
            part = images.pixels[start : start + 1024].reshape(-1, self.means_.shape[1])
            # |x - m|² without |x|², which is the same for every class
            distance = norms - 2 * (part.astype(np.float32) / 255) @ self.means_.T
            nearest[start : start + 1024] = distance.argmin(axis=1)
        return self.classes_[nearest]

    def get_state(self) -> State:
        """Return the mean images."""
        return State(arrays={"means": self.means_})

    def set_state(self, state: State) -> Self:
        """Take over mean images."""
        self.means_ = state.arrays["means"]
        return self
