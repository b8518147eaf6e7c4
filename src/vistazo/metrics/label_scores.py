"""Scores of predicted labels, all read from one confusion matrix.

Reading them from the matrix, not from the labels, makes a score cost microseconds:
the bootstrap computes each thousands of times. The tests hold every score equal to
scikit-learn's function of the same name.

Macro scores are means over the classes that occur among the actual labels; 0/0 counts
as 0, as with scikit-learn's ``zero_division=0``.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Counts = NDArray[np.int64]
Floats = NDArray[np.float64]


class OneVsRest(NamedTuple):
    """Counts of each class against all others, each of shape (n_classes,)."""

    true_positives: Counts
    false_positives: Counts
    false_negatives: Counts
    true_negatives: Counts


def confusion_matrix(
    actual: NDArray[np.integer], predicted: NDArray[np.integer], n_classes: int
) -> Counts:
    """Count images by actual class (rows) and predicted class (columns).

    Parameters
    ----------
    actual, predicted : array of int, shape (n_images,)
        Class codes in [0, n_classes).
    n_classes : int
        Number of classes.

    Returns
    -------
    array of int, shape (n_classes, n_classes)
    """
    cells = np.asarray(actual, dtype=np.int64) * n_classes + predicted  # (n_images,)
    return np.bincount(cells, minlength=n_classes**2).reshape(n_classes, n_classes)


def one_vs_rest(confusion: Counts) -> OneVsRest:
    """Split a confusion matrix into the four counts of each class."""
    hits = np.diagonal(confusion)  # (n_classes,)
    false_positives = confusion.sum(axis=0) - hits
    false_negatives = confusion.sum(axis=1) - hits
    rest = confusion.sum() - hits - false_positives - false_negatives
    return OneVsRest(hits, false_positives, false_negatives, rest)


def accuracy(confusion: Counts) -> float:
    """Return the share of images given their class, in [0, 1]."""
    return float(np.trace(confusion) / confusion.sum())


def macro_precision(confusion: Counts) -> float:
    """Return the mean of TP / (TP + FP), in [0, 1]."""
    tp, fp, _, _ = one_vs_rest(confusion)
    return _macro(_ratio(tp, tp + fp), confusion)


def macro_recall(confusion: Counts) -> float:
    """Return the mean of TP / (TP + FN), in [0, 1]: also known as balanced accuracy."""
    tp, _, fn, _ = one_vs_rest(confusion)
    return _macro(_ratio(tp, tp + fn), confusion)


def macro_specificity(confusion: Counts) -> float | None:
    """Return the mean of TN / (TN + FP), in [0, 1]; None where one class is all there is."""
    _, fp, _, tn = one_vs_rest(confusion)
    if np.count_nonzero(confusion.sum(axis=1)) < 2:
        return None
    return _macro(_ratio(tn, tn + fp), confusion)


def macro_f1(confusion: Counts) -> float:
    """Return the mean of the classes' F1, in [0, 1]."""
    return _macro(_f1(confusion), confusion)


def weighted_f1(confusion: Counts) -> float:
    """Return the classes' F1 weighted by how many images each has, in [0, 1]."""
    return float(np.average(_f1(confusion), weights=confusion.sum(axis=1)))


def mcc(confusion: Counts) -> float:
    """Return Matthews' correlation of actual and predicted classes, in [-1, 1].

    Gorodkin 2004, "Comparing two K-category assignments by a K-category correlation
    coefficient", eq. 8; 0 where all labels or all predictions are of one class.
    """
    total = float(confusion.sum())
    actual = confusion.sum(axis=1, dtype=np.float64)  # (n_classes,)
    predicted = confusion.sum(axis=0, dtype=np.float64)  # (n_classes,)
    covariance = total * np.trace(confusion) - actual @ predicted
    variances = (total**2 - actual @ actual) * (total**2 - predicted @ predicted)
    return float(covariance / np.sqrt(variances)) if variances > 0 else 0.0


def _f1(confusion: Counts) -> Floats:
    tp, fp, fn, _ = one_vs_rest(confusion)
    return _ratio(2 * tp, 2 * tp + fp + fn)


def _macro(scores: Floats, confusion: Counts) -> float:
    return float(scores[confusion.sum(axis=1) > 0].mean())


def _ratio(part: Counts, whole: Counts) -> Floats:
    return np.divide(part, whole, out=np.zeros(len(part)), where=whole > 0)
