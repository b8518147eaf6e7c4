"""Scores of predicted probabilities.

Every function takes ``actual``, class codes of shape (n_images,), and ``probabilities`` of
shape (n_images, n_classes), rows summing to 1. The tests hold each equal to scikit-learn's
function or, where it has none, to a slow second version.
"""

import numpy as np
from numpy.typing import NDArray

from vistazo.errors import DataError
from vistazo.i18n import N_

Codes = NDArray[np.integer]
Floats = NDArray[np.float64]

_ROUNDING = 1e-6  # rows read from a file carry 9 significant digits, rows of nets float32
_ECE_BINS = 15


def checked(probabilities: NDArray[np.floating]) -> Floats:
    """Return probabilities as float64 if every row is a distribution but for rounding.

    The rounding stays: dividing each row by its sum would part equal numbers of unlike
    rows, which ROC AUC and average precision must see as equal.

    Raises
    ------
    DataError
        ``E-PROBABILITIES`` where a sum is further than 1e-6 from 1 or a number negative.
    """
    rows = np.asarray(probabilities, dtype=np.float64)  # (n_images, n_classes)
    totals = rows.sum(axis=1)  # (n_images,)
    good = (np.abs(totals - 1) <= _ROUNDING) & (rows.min(axis=1) >= 0)
    if not good.all():
        row = int(good.argmin())
        raise DataError(
            "E-PROBABILITIES",
            N_(
                "Row {row} of the probabilities is no distribution: "
                "its sum is {total}, its smallest number {smallest}."
            ),
            N_("predict_proba must return a row per image, none negative, with sum 1."),
            row=row,
            total=float(totals[row]),
            smallest=float(rows[row].min()),
        )
    return rows


def log_loss(actual: Codes, probabilities: Floats) -> float:
    """Return the mean of -ln p(actual class), in [0, 36.05].

    As in scikit-learn, probabilities are kept 2.2e-16 away from 0 and 1.
    """
    tiny = np.finfo(np.float64).eps
    return float(-np.log(_of_actual(actual, probabilities).clip(tiny, 1 - tiny)).mean())


def brier(actual: Codes, probabilities: Floats) -> float:
    """Return the mean squared error of the probabilities.

    The sum over the classes, in [0, 2] (Brier 1950, eq. 2); with two classes half of it,
    the error of the one probability, in [0, 1]: scikit-learn's ``scale_by_half="auto"``.
    """
    n_classes = probabilities.shape[1]
    errors = np.square(probabilities - np.eye(n_classes)[actual])  # (n_images, n_classes)
    return float(errors.sum(axis=1).mean() / (2 if n_classes == 2 else 1))


def ece(actual: Codes, probabilities: Floats) -> float:
    """Return the expected calibration error of the top class, in [0, 1].

    Guo et al. 2017, "On calibration of modern neural networks", eq. 3: the images fall in
    15 bins ((m-1)/15, m/15] by their highest probability; the absolute gaps between
    accuracy and mean confidence are averaged, weighted by the bins' images.
    """
    confidence = probabilities.max(axis=1)  # (n_images,)
    correct = probabilities.argmax(axis=1) == actual  # (n_images,)
    edges = np.linspace(0, 1, _ECE_BINS + 1)
    bins = np.digitize(confidence, edges[1:-1], right=True)  # (n_images,), in [0, 15)
    gaps = np.bincount(bins, weights=correct - confidence)  # n_bin * (accuracy - confidence)
    return float(np.abs(gaps).sum() / len(actual))


def macro_roc_auc(actual: Codes, probabilities: Floats) -> float | None:
    """Return the mean one-vs-rest area under the ROC curve, in [0, 1].

    Over the classes that have images and are not all images; None where there is none.
    """
    areas = []
    for code in _rankable(actual):
        tp, fp = _found(probabilities[:, code], actual == code)
        areas.append(np.trapezoid(tp, fp) / (tp[-1] * fp[-1]))
    return float(np.mean(areas)) if areas else None


def macro_average_precision(actual: Codes, probabilities: Floats) -> float | None:
    """Return the mean one-vs-rest average precision, in [0, 1].

    The precision at each threshold weighted by the recall it adds, without interpolation;
    over the classes that have images and are not all images; None where there is none.
    """
    averages = []
    for code in _rankable(actual):
        tp, fp = _found(probabilities[:, code], actual == code)
        precision = tp[1:] / (tp[1:] + fp[1:])
        averages.append(np.diff(tp) @ precision / tp[-1])
    return float(np.mean(averages)) if averages else None


def top_5(actual: Codes, probabilities: Floats) -> float | None:
    """Return the share of images with their class among the five likeliest, in [0, 1].

    Classes that tie for the last places share them: with m places for t equal classes each
    counts m/t, what drawing among them gives on average. None with five classes or fewer,
    where every method has 1.
    """
    if probabilities.shape[1] <= 5:
        return None
    own = _of_actual(actual, probabilities)[:, None]  # (n_images, 1)
    likelier = (probabilities > own).sum(axis=1)  # (n_images,)
    equal = (probabilities == own).sum(axis=1)  # (n_images,), itself among them
    return float(((5 - likelier) / equal).clip(0, 1).mean())


def _of_actual(actual: Codes, probabilities: Floats) -> Floats:
    chosen: Floats = probabilities[np.arange(len(actual)), actual]  # (n_images,)
    return chosen


def _rankable(actual: Codes) -> NDArray[np.integer]:
    present = np.unique(actual)
    return present if len(present) > 1 else present[:0]


def _found(confidence: Floats, positive: NDArray[np.bool_]) -> tuple[Floats, Floats]:
    """Return true and false positives as the threshold falls, from (0, 0) to all.

    Images of one confidence are found together, so that their order does not matter.
    """
    order = np.argsort(-confidence)  # (n_images,)
    last = np.flatnonzero(np.diff(confidence[order], append=-1))  # (n_thresholds,)
    tp = np.cumsum(positive[order], dtype=np.float64)[last]
    return np.append(0.0, tp), np.append(0.0, last + 1 - tp)
