"""Successive halving: many settings on few images, few settings on all of them."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import balanced_accuracy_score
from sklearn.model_selection import StratifiedGroupKFold, StratifiedKFold

from vistazo.methods._svm_prediction import predict_codes
from vistazo.randomness import generator

Candidate = dict[str, float | int | str | bool]

_FACTOR = 3
_IMAGES_PER_CLASS = 20  # fewer than this rank settings by luck


@dataclass(frozen=True)
class Found:
    """The winning candidate and its out-of-fold predictions in the last round.

    Parameters
    ----------
    best : Candidate
    rows : ndarray of int64, shape (n,)
    predicted : ndarray of int64, shape (n,)
        Label codes of the rows.
    """

    best: Candidate
    rows: NDArray[np.int64]
    predicted: NDArray[np.int64]


def halving_search(
    candidates: list[Candidate],
    features: Callable[[Candidate], NDArray[np.floating[Any]]],
    classifier: Callable[[Candidate, tuple[int, ...]], Any],
    codes: NDArray[np.int64],
    *,
    groups: NDArray[np.int64] | None,
    folds: int,
    seed: int,
) -> Found:
    """Return the best candidate by cross-validated balanced accuracy.

    The first candidate reaches the last round, which uses all rows, whatever its scores.

    Parameters
    ----------
    candidates : list of Candidate
    features : callable
        The matrix of a candidate, shape (n_images, n_features), rows as in ``codes``.
    classifier : callable
        The unfitted classifier of a candidate, given the shape of the matrix.
    codes : ndarray of int64, shape (n_images,)
    groups : ndarray of int64, shape (n_images,), or None
        Rows of one group stay in one inner fold.
    folds, seed : int
    """
    order = _stratified_order(codes, seed)
    n_rounds = 1 + int(np.floor(np.log(len(candidates)) / np.log(_FACTOR)))
    alive = list(range(len(candidates)))
    for round_ in range(n_rounds):
        last = round_ == n_rounds - 1
        share = _FACTOR ** -(n_rounds - 1 - round_)
        n_rows = max(round(share * len(codes)), _IMAGES_PER_CLASS * (codes.max() + 1))
        rows = np.sort(order[:n_rows])
        if last and 0 not in alive:
            alive.insert(0, 0)
        inner = None if groups is None else groups[rows]
        folds_of_rows = _folds(codes[rows], inner, folds, seed)
        scored = []
        for index in alive:
            matrix = features(candidates[index])[rows]
            model = classifier(candidates[index], matrix.shape)
            predicted = _out_of_fold(model, matrix, codes[rows], folds_of_rows)
            score = balanced_accuracy_score(codes[rows], predicted)
            scored.append((-score, index, predicted))
        scored.sort(key=lambda item: item[:2])
        alive = [index for _, index, _ in scored[: max(1, len(alive) // _FACTOR)]]
    _, winner, predicted = scored[0]
    return Found(candidates[winner], rows, predicted)


def _stratified_order(codes: NDArray[np.int64], seed: int) -> NDArray[np.int64]:
    # every prefix has the classes in proportion, and a longer one contains a shorter one
    order = generator(seed, "halving").permutation(len(codes))
    place = np.empty(len(codes))
    for code in np.unique(codes):
        members = np.flatnonzero(codes[order] == code)
        place[members] = (np.arange(len(members)) + 0.5) / len(members)
    return order[np.argsort(place, kind="stable")]


def _folds(
    codes: NDArray[np.int64], groups: NDArray[np.int64] | None, folds: int, seed: int
) -> list[tuple[NDArray[np.int64], NDArray[np.int64]]]:
    usable = max(2, min(folds, int(np.bincount(codes).min())))
    if groups is None:
        splitter = StratifiedKFold(usable, shuffle=True, random_state=seed)
        return list(splitter.split(codes, codes))
    grouped = StratifiedGroupKFold(usable, shuffle=True, random_state=seed)
    return list(grouped.split(codes, codes, groups))


def _out_of_fold(
    model: Any,
    matrix: NDArray[np.floating[Any]],
    codes: NDArray[np.int64],
    folds: list[tuple[NDArray[np.int64], NDArray[np.int64]]],
) -> NDArray[np.int64]:
    predicted = np.empty(len(codes), np.int64)
    for train, test in folds:
        fitted = model.fit(matrix[train], codes[train])
        predicted[test] = predict_codes(fitted, matrix[test])
    return predicted
