"""HOG and SVM with settings searched inside the training fold."""

from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.decomposition import PCA
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC

from vistazo.data.images import Images
from vistazo.features.hog import hog
from vistazo.methods import ImageClassifier, InnerPredictions, State
from vistazo.methods._fitting import begin_fit, begin_predict
from vistazo.methods._halving import Candidate, halving_search
from vistazo.methods._svm_prediction import predict_codes
from vistazo.randomness import drawn_seed, generator

__all__ = ["TunedHOGSVMClassifier"]

UNTUNED: Candidate = {"cell": 8, "C": 10.0, "kernel": "rbf", "gamma": "scale", "pca": False}
"""The setting of ``hog-svm``: always a candidate, and always in the last round."""


class TunedHOGSVMClassifier(ImageClassifier):
    """HOG, scaler, PCA to 95 % of the variance, SVM; settings by successive halving.

    Random candidates of cell size, kernel, C, gamma and degree are compared by stratified
    cross-validation inside the images given to ``fit``; each round keeps the best third and
    triples the images. The winner is fitted on all of them.

    Parameters
    ----------
    n_candidates : int, default=20
        Random settings beside the untuned one, at least 1.
    inner_folds : int, default=3
        At least 2.
    random_state : int or None, default=None
        Seeds the candidates, the folds and the subsets.
    preprocessing : str, default="none"
        A recipe in a line, such as "grayscale,clahe=3"; done to every image before anything
        else. See :mod:`vistazo.preprocessing.recipe`.

    Attributes
    ----------
    best_setting_ : dict
    classifier_ : scikit-learn classifier

    References
    ----------
    Jamieson and Talwalkar, "Non-stochastic best arm identification and hyperparameter
    optimization", 2016 (successive halving); Cawley and Talbot, "On over-fitting in model
    selection", 2010 (why the search is nested).
    """

    best_setting_: Candidate
    classifier_: Any

    def __init__(
        self,
        *,
        n_candidates: int = 20,
        inner_folds: int = 3,
        random_state: int | None = None,
        preprocessing: str = "none",
    ) -> None:
        self.n_candidates = n_candidates
        self.inner_folds = inner_folds
        self.random_state = random_state
        self.preprocessing = preprocessing

    def ranges(self) -> dict[str, tuple[bool, str]]:
        """Return the limits of the parameters."""
        return {
            "n_candidates": (self.n_candidates >= 1, "≥ 1"),
            "inner_folds": (self.inner_folds >= 2, "≥ 2"),
        }

    def fit(self, X: Any, y: ArrayLike) -> Self:
        """Search, then fit the best setting on all images."""
        images, codes = begin_fit(self, X, y)
        seed = drawn_seed(self.random_state)
        candidates = [UNTUNED, *draw_candidates(self.n_candidates, min(images.shape[1:3]), seed)]
        # one feature matrix per cell size serves every candidate, fold and round
        features = {cell: _hog(images, cell) for cell in {int(c["cell"]) for c in candidates}}
        found = halving_search(
            candidates,
            lambda setting: features[int(setting["cell"])],
            _classifier,
            codes,
            groups=images.groups,
            folds=self.inner_folds,
            seed=seed,
        )
        self.best_setting_ = found.best
        self.inner_predictions_ = InnerPredictions(
            found.rows, self.classes_[found.predicted], held_out=False
        )
        matrix = features[int(found.best["cell"])]
        self.classifier_ = _classifier(found.best, matrix.shape).fit(matrix, codes)
        return self

    def predict(self, X: Any) -> NDArray[Any]:
        """Return one label per image."""
        features = _hog(begin_predict(self, X), int(self.best_setting_["cell"]))
        labels: NDArray[Any] = self.classes_[predict_codes(self.classifier_, features)]
        return labels

    def get_state(self) -> State:
        """Return the classifier and its setting."""
        return State(
            estimators={"classifier": self.classifier_}, facts={"setting": self.best_setting_}
        )

    def set_state(self, state: State) -> Self:
        """Take over a classifier and its setting."""
        self.classifier_ = state.estimators["classifier"]
        self.best_setting_ = state.facts["setting"]
        return self


def draw_candidates(n_candidates: int, side: int, seed: int) -> list[Candidate]:
    """Draw settings; what a kernel does not use is not drawn for it.

    Parameters
    ----------
    n_candidates : int
    side : int
        Shorter side of the images in pixels: a block of two cells must fit.
    seed : int
    """
    draw = generator(seed, "candidates")
    cells = [cell for cell in (8, 7, 4) if 2 * cell <= side]
    candidates: list[Candidate] = []
    for _ in range(n_candidates):
        kernel = str(draw.choice(["rbf", "poly"]))
        candidate: Candidate = {
            "cell": int(draw.choice(cells)),
            "C": float(10 ** draw.uniform(-1, 2)),
            "kernel": kernel,
            # divided by the number of features: 1 is what gamma="scale" gives on scaled ones
            "gamma": float(10 ** draw.uniform(-1, 1)),
            "pca": True,
        }
        if kernel == "poly":
            candidate["degree"] = int(draw.integers(2, 5))
        candidates.append(candidate)
    return candidates


def _hog(images: Images, cell: int) -> NDArray[np.floating[Any]]:
    return hog(images.pixels, pixels_per_cell=(cell, cell), scale=1 / 255)


def _classifier(setting: Candidate, shape: tuple[int, ...]) -> Any:
    n_rows, n_features = shape
    if not setting["pca"]:
        return SVC(C=setting["C"], kernel=setting["kernel"], gamma=setting["gamma"])
    svm = SVC(
        C=setting["C"],
        kernel=setting["kernel"],
        gamma=float(setting["gamma"]) / n_features,
        degree=int(setting.get("degree", 3)),
    )
    # both are exact; each is several times as fast as the other on its side
    solver = "covariance_eigh" if n_rows > n_features else "full"
    return make_pipeline(StandardScaler(), PCA(0.95, svd_solver=solver), svm)
