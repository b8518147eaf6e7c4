"""The metrics, named once: what each needs, which way is better, how it is computed."""

from collections.abc import Callable
from dataclasses import dataclass
from math import inf

import numpy as np
from numpy.typing import NDArray

from vistazo.catalog import unknown
from vistazo.i18n import N_
from vistazo.metrics import label_scores as labels
from vistazo.metrics import probability_scores as probable


@dataclass(frozen=True)
class Metric:
    """One measured quantity.

    Parameters
    ----------
    name : str
        Never translated; the name in files and options.
    description : str
        One line for a person, marked for translation.
    function : callable
        Of the confusion matrix or, if ``needs_probabilities``, of actual codes
        (n_images,) and probabilities (n_images, n_classes); None where undefined.
    needs_probabilities : bool
        Whether labels alone are not enough.
    greater_is_better : bool
        Which way is better.
    bounds : (float, float)
        The least and the greatest value there is.
    """

    name: str
    description: str
    function: Callable[..., float | None]
    needs_probabilities: bool = False
    greater_is_better: bool = True
    bounds: tuple[float, float] = (0.0, 1.0)


METRICS: dict[str, Metric] = {
    metric.name: metric
    for metric in (
        Metric("accuracy", N_("share of the images given their class"), labels.accuracy),
        Metric(
            "balanced_accuracy",
            N_("mean of the classes' recalls: every class counts the same"),
            labels.macro_recall,
        ),
        Metric(
            "macro_precision",
            N_("of the images called a class, the share that are; mean of the classes"),
            labels.macro_precision,
        ),
        Metric(
            "macro_recall",
            N_("of a class's images, the share found; mean of the classes"),
            labels.macro_recall,
        ),
        Metric(
            "macro_specificity",
            N_("of the images not of a class, the share not called so; mean of the classes"),
            labels.macro_specificity,
        ),
        Metric(
            "macro_f1",
            N_("harmonic mean of precision and recall; mean of the classes"),
            labels.macro_f1,
        ),
        Metric(
            "weighted_f1",
            N_("harmonic mean of precision and recall, weighted by the classes' images"),
            labels.weighted_f1,
        ),
        Metric(
            "mcc",
            N_("Matthews correlation of actual and predicted classes, 0 for guessing"),
            labels.mcc,
            bounds=(-1.0, 1.0),
        ),
        Metric(
            "log_loss",
            N_("mean negative log of the probability given to the actual class"),
            probable.log_loss,
            needs_probabilities=True,
            greater_is_better=False,
            bounds=(0.0, inf),
        ),
        Metric(
            "brier",
            N_("mean squared error of the probabilities"),
            probable.brier,
            needs_probabilities=True,
            greater_is_better=False,
            bounds=(0.0, 2.0),
        ),
        Metric(
            "ece",
            N_("how far the confidence is from the accuracy, on average over 15 bins"),
            probable.ece,
            needs_probabilities=True,
            greater_is_better=False,
        ),
        Metric(
            "macro_roc_auc",
            N_("area under the ROC curve, each class against the rest; mean of the classes"),
            probable.macro_roc_auc,
            needs_probabilities=True,
        ),
        Metric(
            "macro_average_precision",
            N_("average precision, each class against the rest; mean of the classes"),
            probable.macro_average_precision,
            needs_probabilities=True,
        ),
        Metric(
            "top_5",
            N_("share of the images with their class among the five likeliest"),
            probable.top_5,
            needs_probabilities=True,
        ),
    )
}


def score(
    name: str,
    actual: NDArray[np.integer],
    predicted: NDArray[np.integer],
    probabilities: NDArray[np.floating] | None,
    n_classes: int,
) -> float | None:
    """Measure predictions with one metric.

    Parameters
    ----------
    name : str
        A key of ``METRICS``.
    actual, predicted : array of int, shape (n_images,)
        Class codes in [0, n_classes).
    probabilities : array of float, shape (n_images, n_classes), or None
        Rows sum to 1 within 1e-6: files keep 9 significant digits.
    n_classes : int
        Number of classes, of which some may have no image.

    Returns
    -------
    float or None
        None where there are no images, no probabilities for a metric of probabilities,
        or the metric is undefined.

    Raises
    ------
    UsageError
        ``E-NAME`` where there is no such metric.
    DataError
        ``E-PROBABILITIES`` where a row is no distribution.

    Examples
    --------
    >>> score("accuracy", np.array([0, 1, 1, 1]), np.array([0, 1, 1, 0]), None, 2)
    0.75
    """
    if name not in METRICS:
        raise unknown("metrics", name, list(METRICS))
    metric = METRICS[name]
    if len(actual) == 0:
        return None
    if not metric.needs_probabilities:
        return metric.function(labels.confusion_matrix(actual, predicted, n_classes))
    if probabilities is None:
        return None
    return metric.function(actual, probable.checked(probabilities))
