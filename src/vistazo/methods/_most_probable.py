"""Labels of methods that have probabilities."""

from typing import Any

import numpy as np
from numpy.typing import NDArray


class MostProbable:
    """A method whose label for an image is the class of its highest probability."""

    classes_: NDArray[np.str_]

    def predict_proba(self, X: Any) -> NDArray[np.float64]:
        """Return class probabilities, shape (n_images, n_classes)."""
        raise NotImplementedError

    def predict(self, X: Any) -> NDArray[Any]:
        """Return the most probable class of each image, the first of equally probable ones."""
        codes = self.predict_proba(X).argmax(axis=1)
        labels: NDArray[Any] = self.classes_[codes]
        return labels
