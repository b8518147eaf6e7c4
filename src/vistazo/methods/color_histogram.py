"""Floor: colours alone, wherever they stand in the image."""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from vistazo.data.images import Images
from vistazo.features.color_histogram import color_histogram
from vistazo.methods._fitting import begin_predict
from vistazo.methods._on_features import FeatureClassifier

__all__ = ["ColorHistogramClassifier"]


class ColorHistogramClassifier(FeatureClassifier):
    """Logistic regression on the colour histogram.

    Parameters
    ----------
    bins : int, default=16
        Tone bins per channel, from 2 to 256.
    preprocessing : str, default="none"
        A recipe in a line, such as "grayscale,clahe=3"; done to every image before anything
        else. See :mod:`vistazo.preprocessing.recipe`.
    """

    def __init__(self, *, bins: int = 16, preprocessing: str = "none") -> None:
        self.bins = bins
        self.preprocessing = preprocessing

    def ranges(self) -> dict[str, tuple[bool, str]]:
        """Return the limits of the parameters."""
        return {"bins": (2 <= self.bins <= 256, "2 ≤ x ≤ 256")}

    def features(self, images: Images) -> NDArray[np.float32]:
        """Return colour histograms, shape (n_images, channels * bins)."""
        return color_histogram(images.pixels, bins=self.bins)

    def new_classifier(self, codes: NDArray[np.int64]) -> Any:  # noqa: ARG002
        """Return scaler and logistic regression."""
        return make_pipeline(StandardScaler(), LogisticRegression(C=1.0, max_iter=1000))

    def predict_proba(self, X: Any) -> NDArray[np.float64]:
        """Return class probabilities, shape (n_images, n_classes)."""
        images = begin_predict(self, X)
        probabilities: NDArray[np.float64] = self.classifier_.predict_proba(self.features(images))
        return probabilities
