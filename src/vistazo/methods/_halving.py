"""Successive halving: many settings on few images, few settings on all of them."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import balanced_accuracy_score
from sklearn.pipeline import Pipeline

from vistazo.data.grouping import stratified_folds
from vistazo.methods._svm_prediction import predict_codes
from vistazo.randomness import generator

Candidate = dict[str, float | int | str | bool]
Rows = NDArray[np.int64]
Matrix = NDArray[np.floating[Any]]

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
    rows: Rows
    predicted: Rows


def halving_search(
    candidates: list[Candidate],
    features: Callable[[Candidate], Matrix],
    classifier: Callable[[Candidate, tuple[int, ...]], Any],
    codes: Rows,
    *,
    groups: Rows | None,
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
        The unfitted classifier of a candidate, given the shape of the matrix. Where it is a
        pipeline, all steps but the last must depend on the matrix alone: they are fitted
        once per matrix and fold, for all candidates that share them.
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
        folded = _Folded(codes[rows], _folds(codes[rows], inner, folds, seed))
        scored = []
        for index in alive:
            whole = features(candidates[index])
            matrix = whole[rows]
            model = classifier(candidates[index], matrix.shape)
            predicted = folded.predictions(model, matrix, id(whole))
            score = balanced_accuracy_score(codes[rows], predicted)
            scored.append((-score, index, predicted))
        scored.sort(key=lambda item: item[:2])
        alive = [index for _, index, _ in scored[: max(1, len(alive) // _FACTOR)]]
    _, winner, predicted = scored[0]
    return Found(candidates[winner], rows, predicted)


def _stratified_order(codes: Rows, seed: int) -> Rows:
    # every prefix has the classes in proportion, and a longer one contains a shorter one
    order = generator(seed, "halving").permutation(len(codes))
    place = np.empty(len(codes))
    for code in np.unique(codes):
        members = np.flatnonzero(codes[order] == code)
        place[members] = (np.arange(len(members)) + 0.5) / len(members)
    return order[np.argsort(place, kind="stable")]


def _folds(codes: Rows, groups: Rows | None, folds: int, seed: int) -> list[tuple[Rows, Rows]]:
    usable = max(2, min(folds, int(np.bincount(codes).min())))
    return stratified_folds(codes, groups, usable, seed)


class _Folded:
    """Out-of-fold predictions of many classifiers on the same rows."""

    def __init__(self, codes: Rows, folds: list[tuple[Rows, Rows]]) -> None:
        self.codes = codes
        self.folds = folds
        self._prepared: dict[tuple[int, int], tuple[Matrix, Matrix]] = {}

    def predictions(self, model: Any, matrix: Matrix, source: int) -> Rows:
        """Return the label codes of all rows; ``source`` tells one matrix from another."""
        predicted = np.empty(len(self.codes), np.int64)
        for number, (train, test) in enumerate(self.folds):
            fitted_on, asked = matrix[train], matrix[test]
            last = model
            if isinstance(model, Pipeline):
                last = model[-1]
                if (source, number) not in self._prepared:
                    steps = model[:-1].fit(fitted_on)
                    prepared = steps.transform(fitted_on), steps.transform(asked)
                    self._prepared[source, number] = prepared
                fitted_on, asked = self._prepared[source, number]
            last.fit(fitted_on, self.codes[train])
            predicted[test] = predict_codes(last, asked)
        return predicted
