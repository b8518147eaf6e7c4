"""A model that was loaded: the fitted method, and how files become images for it."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vistazo.data.images import Images
from vistazo.data.policy import DecodePolicy
from vistazo.methods import ImageClassifier
from vistazo.persistence.manifest import Manifest


@dataclass(frozen=True, eq=False)
class Model:
    """What :func:`~vistazo.persistence.load` returns.

    Parameters
    ----------
    estimator : ImageClassifier
        The fitted method; as any scikit-learn classifier.
    manifest : Manifest
        What is known of it.

    Examples
    --------
    >>> model = vistazo.load("model/")  # doctest: +SKIP
    >>> model.predict(model.read(Path("cat.jpg").read_bytes()))  # doctest: +SKIP
    array(['cat'], dtype='<U3')
    """

    estimator: ImageClassifier
    manifest: Manifest

    @property
    def classes(self) -> tuple[str, ...]:
        """Class names, in the order of the probability columns."""
        return self.manifest.classes

    @property
    def policy(self) -> DecodePolicy:
        """How files become images of the size and channels the model was fitted on."""
        return self.manifest.policy

    def read(self, content: bytes) -> Images:
        """Return an image file as one image, read as those in training were.

        Parameters
        ----------
        content : bytes
            The whole file.

        Returns
        -------
        Images
            Shape (1, height, width, channels), with the facts of the file.

        Raises
        ------
        DataError
            As :meth:`~vistazo.data.policy.DecodePolicy.read`.
        """
        decoded = self.policy.decode(content)
        facts = np.array([decoded.header.facts(len(content))], np.float32)  # (1, len(FACTS))
        return Images(self.policy.apply(decoded.pixels)[np.newaxis], facts)

    def predict(self, X: Any) -> NDArray[Any]:
        """Return one label per image, shape (n_images,).

        Parameters
        ----------
        X : Images or ndarray of uint8, shape (n_images, height, width, channels)
        """
        return self.estimator.predict(X)

    def predict_proba(self, X: Any) -> NDArray[np.float64] | None:
        """Return probabilities, shape (n_images, n_classes); None where the method has none."""
        if not hasattr(self.estimator, "predict_proba"):
            return None
        probabilities: NDArray[np.float64] = self.estimator.predict_proba(X)
        return probabilities
