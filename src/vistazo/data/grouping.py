"""Groups of images that stay on one side of every split: copies, and what a person says."""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.model_selection import StratifiedGroupKFold, StratifiedKFold

from vistazo.data.copies import connected
from vistazo.data.dataset import ImageDataset

_ALONE = 0.8
"""Groups per image from which nearly every image stands alone."""

Rows = NDArray[np.int64]


def with_copies_together(data: ImageDataset) -> ImageDataset:
    """Return the data set with the copies of an image in one group.

    A group that a person gave and one of copies that share an image become one. Without
    copies it is the data set itself.
    """
    copies, given = data.copies, data.images.groups
    if not len(copies.pairs):
        return data
    if given is None:
        return data.regrouped(copies.groups)
    _, firsts, members = np.unique(given, return_index=True, return_inverse=True)
    to_first = np.stack([firsts[members], np.arange(len(data))], axis=1)
    groups = connected(np.concatenate([copies.pairs, to_first]), len(data))
    # as many groups as were given: the copies were together already
    return data if groups.max() + 1 == len(firsts) else data.regrouped(groups)


def units_by_class(data: ImageDataset, rows: Rows) -> Rows:
    """Return of how many units each class consists among these rows, shape (n_classes,).

    A unit is an image or, where the data have groups, a group: what one fold gets whole.
    """
    codes, groups = data.codes[rows], data.images.groups
    if groups is not None:
        codes = np.unique(np.column_stack([codes, groups[rows]]), axis=0)[:, 0]
    return np.bincount(codes, minlength=len(data.classes))


def stratified_folds(
    codes: Rows, groups: Rows | None, folds: int, seed: int
) -> list[tuple[Rows, Rows]]:
    """Return positions to train on and to test on, stratified, for each fold.

    Where nearly every image stands alone, as where groups are copies, folds are drawn on one
    image of each group, of its rarest class, and the others follow: that keeps the strata and
    costs no more than folds without groups. Other groups are dealt out by scikit-learn's
    ``StratifiedGroupKFold``.

    Parameters
    ----------
    codes : ndarray of int64, shape (n,)
        Classes.
    groups : ndarray of int64, shape (n,), or None
    folds, seed : int

    Returns
    -------
    list of (ndarray of int64, ndarray of int64)
        Both sorted; every position is tested once.
    """
    positions = np.arange(len(codes))
    if groups is None:
        alone: Any = StratifiedKFold(folds, shuffle=True, random_state=seed)
        return list(alone.split(positions, codes))
    chosen, members = representatives(codes, groups)
    fewest = np.bincount(codes[chosen], minlength=codes.max() + 1).min()
    if not nearly_alone(groups) or fewest < folds:
        grouped: Any = StratifiedGroupKFold(folds, shuffle=True, random_state=seed)
        return list(grouped.split(positions, codes, groups))
    fold_of = np.empty(len(chosen), np.int64)
    drawn = StratifiedKFold(folds, shuffle=True, random_state=seed)
    for fold, (_, test) in enumerate(drawn.split(chosen, codes[chosen])):
        fold_of[test] = fold
    tested = fold_of[members]
    return [
        (np.flatnonzero(tested != fold), np.flatnonzero(tested == fold)) for fold in range(folds)
    ]


def nearly_alone(groups: Rows) -> bool:
    """Return whether nearly every image is a group of its own, as where groups are copies."""
    return len(np.unique(groups)) >= _ALONE * len(groups)


def representatives(codes: Rows, groups: Rows) -> tuple[Rows, Rows]:
    """Return one position of each group, and for each position the place of its group's.

    It is the first one of the group's rarest class, so that copies under several labels do
    not take a rare class its few images.

    Returns
    -------
    chosen : ndarray of int64, shape (n_groups,)
        Sorted.
    members : ndarray of int64, shape (n,)
    """
    by_rarity = np.lexsort((np.arange(len(codes)), np.bincount(codes)[codes]))
    _, first, members = np.unique(groups[by_rarity], return_index=True, return_inverse=True)
    chosen = by_rarity[first]
    place = np.argsort(np.argsort(chosen))
    group_of = np.empty(len(codes), np.int64)
    group_of[by_rarity] = place[members]
    return np.sort(chosen), group_of
