"""An SVM's predictions by matrix products: the same votes, many times as fast.

libsvm evaluates the kernel between an image and a support vector one pair at a time; here
a block of images meets all support vectors in one product.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.pipeline import Pipeline
from sklearn.svm import SVC

_BLOCK = 512
Floats = NDArray[np.float64]


def predict_codes(model: Any, matrix: NDArray[np.floating[Any]]) -> NDArray[np.int64]:
    """Return what ``model.predict`` returns, for an SVC fitted on label codes 0, 1, ….

    Parameters
    ----------
    model : SVC, Pipeline that ends in one, or any other classifier (asked as it is)
    matrix : ndarray of float, shape (n_images, n_features)

    Returns
    -------
    ndarray of int64, shape (n_images,)
        One-against-one votes; of equal votes the first class, as in libsvm (Chang and Lin,
        "LIBSVM: a library for support vector machines", 2011, sections 4 and 7).
    """
    if isinstance(model, Pipeline):
        for _, step in model.steps[:-1]:
            matrix = step.transform(matrix)
        return predict_codes(model.steps[-1][1], matrix)
    if type(model) is not SVC or model.kernel not in ("rbf", "poly", "linear"):
        codes: NDArray[np.int64] = model.predict(matrix)
        return codes
    blocks = [
        _votes(model, matrix[start : start + _BLOCK].astype(np.float64))
        for start in range(0, len(matrix), _BLOCK)
    ]
    found: NDArray[np.int64] = model.classes_[np.concatenate(blocks)].astype(np.int64)
    return found


def _votes(model: SVC, rows: Floats) -> NDArray[np.int64]:
    n_classes = len(model.classes_)
    kernel = _kernel(model, rows)  # (n_rows, n_support)
    ends = np.cumsum(model.n_support_)
    starts = ends - model.n_support_
    # support vectors stand class by class; products[i][k] sums those of class i in role k
    products = [
        kernel[:, start:end] @ model.dual_coef_[:, start:end].T
        for start, end in zip(starts, ends, strict=True)
    ]
    # scikit-learn turns the signs of two classes round, coefficients and intercept alike
    sign = -1.0 if n_classes == 2 else 1.0
    votes = np.zeros((len(rows), n_classes), np.int64)
    pair = 0
    for i in range(n_classes):
        for j in range(i + 1, n_classes):
            # (n_rows,)
            decision = products[i][:, j - 1] + products[j][:, i] + model.intercept_[pair]
            first = sign * decision > 0
            votes[:, i] += first
            votes[:, j] += ~first
            pair += 1
    winners: NDArray[np.int64] = votes.argmax(axis=1)
    return winners


def _kernel(model: SVC, rows: Floats) -> Floats:
    support: Floats = model.support_vectors_.astype(np.float64)
    products: Floats = rows @ support.T
    gamma = model._gamma
    if model.kernel == "linear":
        return products
    if model.kernel == "poly":
        return np.asarray((gamma * products + model.coef0) ** model.degree, np.float64)
    # |x - s|² = |x|² - 2 x·s + |s|², which rounding can push below zero
    squares = (rows**2).sum(axis=1)[:, None] - 2 * products + (support**2).sum(axis=1)
    kernel: Floats = np.exp(-gamma * np.maximum(squares, 0))
    return kernel
