"""Methods that are a scikit-learn classifier on a feature matrix share these steps."""

from abc import abstractmethod
from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from vistazo.data.images import Images
from vistazo.methods import ImageClassifier, State
from vistazo.methods._fitting import begin_fit, begin_predict
from vistazo.methods._svm_prediction import predict_codes


class FeatureClassifier(ImageClassifier):
    """Abstract: features of each image, then one scikit-learn classifier.

    Attributes
    ----------
    classifier_ : scikit-learn classifier
        Fitted on label codes.
    """

    classifier_: Any

    @abstractmethod
    def features(self, images: Images) -> NDArray[np.floating[Any]]:
        """Return the feature matrix, shape (n_images, n_features)."""

    @abstractmethod
    def new_classifier(self, codes: NDArray[np.int64]) -> Any:
        """Return the unfitted classifier for these labels, positions in ``classes_``."""

    def fit(self, X: Any, y: ArrayLike) -> Self:
        """Fit the classifier on the features of the images."""
        images, codes = begin_fit(self, X, y)
        self.classifier_ = self.new_classifier(codes).fit(self.features(images), codes)
        return self

    def predict(self, X: Any) -> NDArray[Any]:
        """Return one label per image."""
        images = begin_predict(self, X)
        codes = predict_codes(self.classifier_, self.features(images))
        labels: NDArray[Any] = self.classes_[codes]
        return labels

    def get_state(self) -> State:
        """Return the fitted classifier."""
        return State(estimators={"classifier": self.classifier_})

    def set_state(self, state: State) -> Self:
        """Take over a fitted classifier."""
        self.classifier_ = state.estimators["classifier"]
        return self
