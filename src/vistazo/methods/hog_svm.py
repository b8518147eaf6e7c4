"""Classical: histograms of oriented gradients, then a support vector machine."""

from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from sklearn.calibration import CalibratedClassifierCV
from sklearn.svm import SVC
from sklearn.utils.metaestimators import available_if

from vistazo.data.images import Images
from vistazo.errors import DataError
from vistazo.features.hog import hog
from vistazo.i18n import N_
from vistazo.methods._fitting import begin_predict
from vistazo.methods._on_features import FeatureClassifier

__all__ = ["HOGSVMClassifier"]


class HOGSVMClassifier(FeatureClassifier):
    """HOG features, then an SVM.

    Parameters
    ----------
    orientations : int, default=9
        Angle bins over 180 degrees.
    cell : int, default=8
        Side of a cell in pixels.
    block : int, default=2
        Side of a block in cells.
    C : float, default=10.0
        Inverse regularisation, above 0.
    kernel : {"rbf", "poly", "linear"}, default="rbf"
    gamma : float or {"scale", "auto"}, default="scale"
    degree : int, default=3
        Of the polynomial kernel.
    calibration : {"temperature", "sigmoid", "isotonic"} or None, default=None
        How decision values become probabilities, by a cross-validation inside ``fit``, which
        takes about five times as long. None: no probabilities.
    preprocessing : str, default="none"
        A recipe in a line, such as "grayscale,clahe=3"; done to every image before anything
        else. See :mod:`vistazo.preprocessing.recipe`.

    References
    ----------
    Dalal and Triggs, "Histograms of oriented gradients for human detection", 2005;
    the SVM and its calibration are scikit-learn's.
    """

    def __init__(
        self,
        *,
        orientations: int = 9,
        cell: int = 8,
        block: int = 2,
        C: float = 10.0,
        kernel: Literal["rbf", "poly", "linear"] = "rbf",
        gamma: float | Literal["scale", "auto"] = "scale",
        degree: int = 3,
        calibration: Literal["temperature", "sigmoid", "isotonic"] | None = None,
        preprocessing: str = "none",
    ) -> None:
        self.orientations = orientations
        self.cell = cell
        self.block = block
        self.C = C
        self.kernel = kernel
        self.gamma = gamma
        self.degree = degree
        self.calibration = calibration
        self.preprocessing = preprocessing

    def ranges(self) -> dict[str, tuple[bool, str]]:
        """Return the limits of the parameters."""
        gamma = self.gamma
        return {
            "orientations": (self.orientations >= 1, "≥ 1"),
            "cell": (self.cell >= 2, "≥ 2"),
            "block": (self.block >= 1, "≥ 1"),
            "C": (self.C > 0, "> 0"),
            "gamma": (isinstance(gamma, str) or gamma > 0, "> 0"),
            "degree": (self.degree >= 1, "≥ 1"),
        }

    def features(self, images: Images) -> NDArray[np.floating[Any]]:
        """Return HOG features of pixels in [0, 1], shape (n_images, n_features)."""
        return hog(
            images.pixels,
            orientations=self.orientations,
            pixels_per_cell=(self.cell, self.cell),
            cells_per_block=(self.block, self.block),
            scale=1 / 255,
        )

    def new_classifier(self, codes: NDArray[np.int64]) -> Any:
        """Return the SVM, calibrated where asked for.

        Raises
        ------
        DataError
            ``E-DATA-FEW`` where a class has one image, which calibration cannot set aside.
        """
        svm = SVC(C=self.C, kernel=self.kernel, gamma=self.gamma, degree=self.degree)
        if self.calibration is None:
            return svm
        fewest = int(np.bincount(codes).min())
        if fewest < 2:
            raise DataError(
                "E-DATA-FEW",
                N_("Class '{name}' has one image to fit on; calibrated probabilities need two."),
                N_("Add images of it, or leave it out with --classes."),
                name=self.classes_[np.bincount(codes).argmin()],
            )
        folds = min(5, fewest)
        return CalibratedClassifierCV(svm, method=self.calibration, cv=folds, ensemble=False)

    @available_if(lambda self: self.calibration is not None)  # type: ignore[untyped-decorator]
    def predict_proba(self, X: Any) -> NDArray[np.float64]:
        """Return class probabilities, shape (n_images, n_classes)."""
        images = begin_predict(self, X)
        probabilities: NDArray[np.float64] = self.classifier_.predict_proba(self.features(images))
        return probabilities
