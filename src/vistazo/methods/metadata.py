"""Floor: the file's size and shape alone, without looking at a pixel."""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.ensemble import RandomForestClassifier

from vistazo.data.images import FACTS, Images
from vistazo.methods._fitting import begin_predict
from vistazo.methods._on_features import FeatureClassifier

__all__ = ["MetadataClassifier"]


class MetadataClassifier(FeatureClassifier):
    """Random forest on original width, height, aspect, file size, channels and JPEG quality.

    What it finds, a model could use instead of the content: a shortcut.

    Parameters
    ----------
    n_trees : int, default=100
    random_state : int or None, default=None
    """

    def __init__(self, *, n_trees: int = 100, random_state: int | None = None) -> None:
        self.n_trees = n_trees
        self.random_state = random_state

    def ranges(self) -> dict[str, tuple[bool, str]]:
        """Return the limits of the parameters."""
        return {"n_trees": (self.n_trees >= 1, "≥ 1")}

    def features(self, images: Images) -> NDArray[np.float32]:
        """Return facts and what follows from them, shape (n_images, len(FACTS) + 2)."""
        facts = images.facts
        width, height = facts[:, FACTS.index("width")], facts[:, FACTS.index("height")]
        file_bytes = facts[:, FACTS.index("file_bytes")]
        derived = np.column_stack([width / height, file_bytes / (width * height)])
        # arrays have no files behind them, and only JPEG has a quality
        both: NDArray[np.float32] = np.hstack([facts, derived]).astype(np.float32)
        return np.nan_to_num(both, nan=-1)

    def new_classifier(self, codes: NDArray[np.int64]) -> Any:  # noqa: ARG002
        """Return the forest."""
        return RandomForestClassifier(
            self.n_trees, min_samples_leaf=2, random_state=self.random_state
        )

    def predict_proba(self, X: Any) -> NDArray[np.float64]:
        """Return class probabilities, shape (n_images, n_classes)."""
        images = begin_predict(self, X)
        probabilities: NDArray[np.float64] = self.classifier_.predict_proba(self.features(images))
        return probabilities
