"""A classifier of the user's as a method: it gets images, or flat pixels, as it prefers."""

from collections.abc import Mapping
from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.base import BaseEstimator, clone
from sklearn.utils import get_tags
from sklearn.utils.metaestimators import available_if

from vistazo.data.dataset import ImageDataset
from vistazo.errors import UsageError
from vistazo.i18n import N_
from vistazo.methods import ImageClassifier, State
from vistazo.methods._fitting import begin_fit, begin_predict


class OnPixels(ImageClassifier):
    """A scikit-learn classifier or pipeline on flat pixels.

    Parameters
    ----------
    estimator : scikit-learn classifier
        Gets float32 (n_images, height * width * channels) in [0, 1].
    """

    def __init__(self, estimator: Any) -> None:
        self.estimator = estimator

    def fit(self, X: Any, y: ArrayLike) -> Self:
        """Fit a copy of the estimator on flat pixels."""
        images, codes = begin_fit(self, X, y)
        self.estimator_ = clone(self.estimator).fit(_flat(images.pixels), self.classes_[codes])
        return self

    def predict(self, X: Any) -> NDArray[Any]:
        """Return one label per image."""
        labels: NDArray[Any] = self.estimator_.predict(_flat(begin_predict(self, X).pixels))
        return labels

    @available_if(lambda self: hasattr(self.estimator, "predict_proba"))  # type: ignore[untyped-decorator]
    def predict_proba(self, X: Any) -> NDArray[np.float64]:
        """Return the estimator's probabilities, shape (n_images, n_classes)."""
        images = begin_predict(self, X)
        probabilities: NDArray[np.float64] = self.estimator_.predict_proba(_flat(images.pixels))
        return probabilities

    def get_state(self) -> State:
        """Return the fitted estimator."""
        return State(estimators={"estimator": self.estimator_})

    def set_state(self, state: State) -> Self:
        """Take over a fitted estimator."""
        self.estimator_ = state.estimators["estimator"]
        return self


def adapted(methods: Mapping[str, Any], data: ImageDataset) -> dict[str, Any]:
    """Return methods that take ``Images``, with what depends on the machine decided once."""
    shape, n_classes = data.images.image_shape, len(data.classes)
    taken = {name: as_image_classifier(method) for name, method in methods.items()}
    return {
        name: method.resolve(shape, n_classes) if isinstance(method, ImageClassifier) else method
        for name, method in taken.items()
    }


def as_image_classifier(method: Any) -> Any:
    """Return a method that takes ``Images``.

    A scikit-learn estimator whose tags ask for a matrix is given flat pixels; any other is
    taken as it is. A torch module becomes a :class:`~vistazo.methods.cnn.CNNClassifier`.
    """
    if isinstance(method, ImageClassifier):
        return method
    if isinstance(method, BaseEstimator) and hasattr(method, "predict"):
        return OnPixels(method) if get_tags(method).input_tags.two_d_array else method
    if hasattr(method, "state_dict") and callable(method):
        from vistazo.methods.cnn import CNNClassifier

        return CNNClassifier(architecture=method)
    raise UsageError(
        "E-METHOD",
        N_("{kind} is not a method: it is no scikit-learn classifier and no torch module."),
        N_("Give an object with fit and predict that derives from BaseEstimator."),
        kind=type(method).__name__,
    )


def _flat(pixels: NDArray[np.uint8]) -> NDArray[np.float32]:
    flat: NDArray[np.float32] = pixels.reshape(len(pixels), -1).astype(np.float32)
    flat /= 255
    return flat
