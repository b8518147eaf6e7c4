"""How well the class can be guessed from a few numbers of each image."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.ensemble import RandomForestClassifier
from sklearn.tree import DecisionTreeClassifier

from vistazo.evaluation.protocol import Split
from vistazo.evaluation.statistics import corrected_t_test
from vistazo.metrics.intervals import rule_of_three
from vistazo.metrics.label_scores import confusion_matrix

_FOR_A_TREE = 2
"""Features at most that a single tree guesses from."""


@dataclass(frozen=True)
class Guess:
    """How well classes were guessed on images that the guesser had not seen.

    Parameters
    ----------
    score : float
        Balanced accuracy, the mean of the folds.
    low, high : float
        Its limits at 95 %.
    p_value : float
        Two-sided, of it being no better than chance.
    chance : float
        1 / number of classes: what any guess without information gets.
    told : ndarray of float, shape (n_classes,)
        How surely each class is told from the others: the share of its images that are called
        so minus the share of others that are (Youden 1950, "Index for rating diagnostic
        tests"), -1 to 1, 0 for chance.
    """

    score: float
    low: float
    high: float
    p_value: float
    chance: float
    told: NDArray[np.float64]


def guess(
    features: NDArray[np.floating],
    codes: NDArray[np.int64],
    splits: Sequence[Split],
    n_classes: int,
    seed: int,
) -> Guess:
    """Guess each class from features, on the folds given.

    On one or two features a small decision tree guesses as well as a forest, in a twentieth of
    the time; on more, such as a colour, a forest does better. Both weigh classes alike, as
    balanced accuracy does. The interval is that of
    :func:`~vistazo.evaluation.statistics.corrected_t_test`.

    Parameters
    ----------
    features : ndarray, shape (n_images, n_features)
        Finite.
    codes : ndarray of int64, shape (n_images,)
    splits : sequence of Split
        At least two, whose rows are of these arrays.
    n_classes : int
    seed : int
    """
    scores, confusion = [], np.zeros((n_classes, n_classes))
    for split in splits:
        guesser = _guesser(features.shape[1], seed)
        guesser.fit(features[split.train], codes[split.train])
        guessed = guesser.predict(features[split.test])
        here = confusion_matrix(codes[split.test], guessed, n_classes)
        counts = here.sum(axis=1)
        scores.append(float((np.diag(here)[counts > 0] / counts[counts > 0]).mean()))
        confusion += here
    chance = 1 / n_classes
    test = corrected_t_test(
        [score - chance for score in scores],
        float(np.mean([len(split.test) / len(split.train) for split in splits])),
        resolution=rule_of_three(int(confusion.sum())),
    )
    low, high = (0.0 if limit is None else limit for limit in (test.low, test.high))
    return Guess(
        test.mean + chance,
        max(0.0, low + chance),
        min(1.0, high + chance),
        1.0 if test.p_value is None else test.p_value,
        chance,
        _told(confusion),
    )


def _guesser(n_features: int, seed: int) -> Any:
    limits: dict[str, Any] = {"class_weight": "balanced", "random_state": seed}
    if n_features <= _FOR_A_TREE:
        return DecisionTreeClassifier(min_samples_leaf=4, max_leaf_nodes=64, **limits)
    return RandomForestClassifier(50, min_samples_leaf=2, **limits)


def _told(confusion: NDArray[np.float64]) -> NDArray[np.float64]:
    counts, called, hits = confusion.sum(axis=1), confusion.sum(axis=0), np.diag(confusion)
    false_alarms = (called - hits) / np.maximum(counts.sum() - counts, 1)
    told: NDArray[np.float64] = hits / np.maximum(counts, 1) - false_alarms
    return told
