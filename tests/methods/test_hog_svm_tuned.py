"""The search: nested, with the untuned setting always in it."""

import numpy as np
import pytest
from sklearn.decomposition import PCA
from sklearn.metrics import balanced_accuracy_score
from sklearn.model_selection import StratifiedKFold, cross_val_predict
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC

from tests.conftest import stripes
from vistazo.methods._halving import halving_search
from vistazo.methods.hog_svm import HOGSVMClassifier
from vistazo.methods.hog_svm_tuned import UNTUNED, TunedHOGSVMClassifier, draw_candidates


def test_the_untuned_setting_is_that_of_hog_svm():
    """What is always a candidate is what ``hog-svm`` does by default."""
    default = HOGSVMClassifier()
    assert {k: getattr(default, k) for k in ("cell", "C", "kernel", "gamma")} == {
        k: UNTUNED[k] for k in ("cell", "C", "kernel", "gamma")
    }
    pixels, labels = stripes()
    tuned = TunedHOGSVMClassifier(random_state=0)
    tuned.fit(pixels, labels)
    if tuned.best_setting_ == UNTUNED:
        assert np.array_equal(tuned.predict(pixels), default.fit(pixels, labels).predict(pixels))


def test_candidates_hold_only_what_their_kernel_uses():
    """``degree`` is drawn for polynomial kernels alone, and blocks always fit."""
    for candidate in draw_candidates(200, side=14, seed=0):
        assert ("degree" in candidate) == (candidate["kernel"] == "poly")
        assert 2 * candidate["cell"] <= 14


def noisy(n=300, seed=0):
    rng = np.random.default_rng(seed)
    codes = np.arange(n) % 3
    return rng.normal(size=(n, 4)) + 1.2 * np.eye(4)[codes], codes


def test_finds_what_an_exhaustive_search_finds():
    """With a clearly best candidate, halving agrees with trying everything on everything."""
    matrix, codes = noisy()
    candidates = [{"C": c, "gamma": g} for c in (1e-4, 1e-3, 1.0) for g in (1e-5, 1e-4, 0.1)]

    def classifier(setting, _shape):
        return SVC(C=setting["C"], gamma=setting["gamma"])

    found = halving_search(
        candidates, lambda _: matrix, classifier, codes, groups=None, folds=3, seed=0
    )
    assert found.best == {"C": 1.0, "gamma": 0.1}
    assert np.array_equal(found.rows, np.arange(len(codes)))


def test_the_first_candidate_reaches_the_last_round():
    """A first candidate that loses every small round still wins the last where it is best."""
    matrix, codes = noisy()
    seen_rows = []

    class Picky:
        """Good only when it is given many rows."""

        def fit(self, X, y):
            self.good = len(X) > 150
            self.inner = SVC().fit(X, y)
            return self

        def predict(self, X):
            seen_rows.append(len(X))
            return self.inner.predict(X) if self.good else np.zeros(len(X), int)

    class Middling(Picky):
        def fit(self, X, y):
            super().fit(X, y)
            self.good = len(X) <= 150
            return self

    candidates = [{"picky": True}] + [{"picky": False, "n": n} for n in range(20)]
    found = halving_search(
        candidates,
        lambda _: matrix,
        lambda setting, _shape: Picky() if setting["picky"] else Middling(),
        codes,
        groups=None,
        folds=3,
        seed=0,
    )
    assert found.best == {"picky": True}
    assert balanced_accuracy_score(codes, found.predicted) > 0.5


def test_groups_stay_in_one_inner_fold():
    """No inner model is fitted on an image of a group it is scored on."""
    matrix, codes = noisy(n=90)
    groups = np.arange(90) // 6
    rows = {tuple(row): index for index, row in enumerate(matrix)}

    class Recorder(SVC):
        def fit(self, X, y):
            self.groups_fitted = {groups[rows[tuple(row)]] for row in X}
            return super().fit(X, y)

        def predict(self, X):
            assert not self.groups_fitted & {groups[rows[tuple(row)]] for row in X}
            return super().predict(X)

    halving_search(
        [{"C": 1.0}],
        lambda _: matrix,
        lambda *_: Recorder(),
        codes,
        groups=groups,
        folds=3,
        seed=0,
    )


@pytest.mark.parametrize("seed", [0, 1])
def test_inner_predictions_are_out_of_fold(seed):
    """The inner score is worse than the score on the rows fitted on, where labels are noise."""
    rng = np.random.default_rng(seed)
    pixels = rng.integers(0, 256, (90, 16, 16, 1), dtype=np.uint8)
    labels = rng.permutation(np.repeat(["a", "b", "c"], 30))
    method = TunedHOGSVMClassifier(n_candidates=4, random_state=seed).fit(pixels, labels)
    inner = method.inner_predictions_
    assert np.mean(inner.predicted == labels[inner.rows]) < 0.6


def test_shared_steps_change_no_prediction():
    """Fitting scaler and PCA once per fold gives what whole pipelines give."""
    matrix, codes = noisy(n=240)

    def classifier(setting, _shape):
        return make_pipeline(StandardScaler(), PCA(0.9), SVC(C=setting["C"]))

    candidates = [{"C": c} for c in (1e-3, 0.1, 10.0)]
    found = halving_search(
        candidates, lambda _: matrix, classifier, codes, groups=None, folds=3, seed=0
    )
    folds = StratifiedKFold(3, shuffle=True, random_state=0)
    whole = cross_val_predict(classifier(found.best, None), matrix, codes, cv=folds)
    assert np.array_equal(found.predicted, whole)
