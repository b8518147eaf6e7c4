"""The strength of a logistic regression's penalty, chosen by cross-validation."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vistazo.data.grouping import stratified_folds
from vistazo.transfer.logistic import Heads

STRENGTHS = 10.0 ** np.arange(-2, 0.6, 0.5)
"""Of regularisation, tried where none is given."""
_INNER_FOLDS = 3
_ROUGH = 60
"""Steps of a solver that only compares strengths."""
_MANY = 20_000
"""Images from which a fifth of them, held out once, chooses the strength as well as folds do."""


@dataclass(frozen=True, eq=False)
class Chosen:
    """A strength, and what was predicted with it on images held out.

    Parameters
    ----------
    strength : float
    rows : ndarray of int64, shape (n,)
        Empty where no class had two images, and the strength is the middle one.
    predicted : ndarray of int64, shape (n,)
        Class codes.
    """

    strength: float
    rows: NDArray[np.int64]
    predicted: NDArray[np.int64]


def chosen_strength(heads: Heads, groups: NDArray[np.int64] | None, seed: int) -> Chosen:
    """Return the strength with the smallest log loss on images held out inside the training.

    Parameters
    ----------
    heads : Heads
    groups : ndarray of int64, shape (n_images,), or None
        Rows of one group stay in one inner fold.
    seed : int
        Draws the inner folds.
    """
    codes = heads.codes
    fewest = int(np.bincount(codes).min())
    if fewest < 2:  # nothing to hold out
        nothing = np.zeros(0, np.int64)
        return Chosen(float(np.median(STRENGTHS)), nothing, nothing)
    many = len(codes) > _MANY
    folds = min(5 if many else _INNER_FOLDS, fewest)
    parts = stratified_folds(codes, groups, folds, seed)[: 1 if many else None]
    masks = np.zeros((len(parts), len(codes)), bool)
    for mask, (train, _test) in zip(masks, parts, strict=True):
        mask[train] = True
    solutions = heads.solve(STRENGTHS, masks, most_steps=_ROUGH)
    loss = np.zeros(len(STRENGTHS))
    logs = []
    for number, (_train, test) in enumerate(parts):
        found = solutions.log_probabilities(number, test)
        loss -= found[:, np.arange(len(test)), codes[test]].sum(axis=1)
        logs.append(found)
    best = int(loss.argmin())
    rows = np.concatenate([test for _train, test in parts])
    predicted = np.concatenate([found[best].argmax(axis=1) for found in logs])
    return Chosen(float(STRENGTHS[best]), rows, predicted)
