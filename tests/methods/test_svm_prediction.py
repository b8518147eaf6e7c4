"""Votes by matrix products are libsvm's votes."""

import numpy as np
import pytest
from sklearn.decomposition import PCA
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC

from vistazo.methods._svm_prediction import predict_codes


def noisy(n, n_classes, seed):
    rng = np.random.default_rng(seed)
    codes = np.arange(n) % n_classes
    centres = rng.normal(size=(n_classes, 12))
    return (centres[codes] + 1.5 * rng.normal(size=(n, 12))).astype(np.float32), codes


@pytest.mark.parametrize("n_classes", [2, 3, 7])
@pytest.mark.parametrize(
    "svm",
    [
        SVC(C=10),
        SVC(C=0.3, gamma=0.05),
        SVC(kernel="poly", degree=2, gamma=0.1),
        SVC(kernel="poly", degree=3, coef0=1.0),
        SVC(kernel="linear", C=0.1),
        make_pipeline(StandardScaler(), PCA(0.9), SVC(C=5)),
        LogisticRegression(),
    ],
    ids=repr,
)
def test_every_prediction_is_libsvms(svm, n_classes):
    """On 2,000 noisy rows, every label equals ``predict``'s; more than one block is used."""
    matrix, codes = noisy(300, n_classes, seed=n_classes)
    unseen, _ = noisy(2000, n_classes, seed=n_classes)
    unseen = unseen + np.random.default_rng(9).normal(size=unseen.shape).astype(np.float32)
    model = svm.fit(matrix, codes)
    assert np.array_equal(predict_codes(model, unseen), model.predict(unseen))


def test_other_classes_than_all_are_kept():
    """Codes that are missing in training stay missing."""
    matrix, codes = noisy(200, 3, seed=0)
    kept = codes != 1
    model = SVC().fit(matrix[kept], codes[kept])
    assert set(predict_codes(model, matrix)) == {0, 2}
