"""The part of a training fold that a method sets aside to watch itself."""

import numpy as np
from numpy.typing import NDArray
from sklearn.model_selection import StratifiedGroupKFold, StratifiedShuffleSplit

from vistazo.data.grouping import nearly_alone, representatives
from vistazo.data.images import Images

Rows = NDArray[np.int64]


def inner_split(
    images: Images, codes: NDArray[np.int64], fraction: float, seed: int
) -> tuple[Rows, Rows]:
    """Return the rows to train on and the rows to watch, both sorted.

    A validation part that the data set brings is used as it is. Otherwise the part is
    drawn, stratified, and keeps groups whole; each class keeps at least one image to train on.

    Parameters
    ----------
    images : Images
    codes : ndarray of int64, shape (n_images,)
    fraction : float
        Share of the images to set aside; 0: all are trained on, and watched.
    seed : int
    """
    rows = np.arange(len(images))
    given = images.validation
    if given is not None and given.any() and len(np.unique(codes[~given])) == codes.max() + 1:
        return rows[~given], rows[given]
    if not fraction:
        return rows, rows
    if images.groups is not None:
        train, watch = _grouped(images.groups, codes, fraction, seed)
        if len(np.unique(codes[train])) == codes.max() + 1:
            return train, watch
    return _stratified(codes, fraction, seed)


def _grouped(
    groups: Rows, codes: NDArray[np.int64], fraction: float, seed: int
) -> tuple[Rows, Rows]:
    if nearly_alone(groups):
        chosen, members = representatives(codes, groups)
        train, watch = _stratified(codes[chosen], fraction, seed)
        return np.flatnonzero(np.isin(members, train)), np.flatnonzero(np.isin(members, watch))
    splitter = StratifiedGroupKFold(round(1 / fraction), shuffle=True, random_state=seed)
    train, watch = next(splitter.split(codes, codes, groups))
    return np.sort(train), np.sort(watch)


def _stratified(codes: NDArray[np.int64], fraction: float, seed: int) -> tuple[Rows, Rows]:
    counts = np.bincount(codes)
    n_watch = max(round(fraction * len(codes)), 1)
    if counts.min() >= 2 and n_watch >= len(counts):
        splitter = StratifiedShuffleSplit(1, test_size=n_watch, random_state=seed)
        train, watch = next(splitter.split(codes, codes))
        return np.sort(train), np.sort(watch)
    # too few images for each class to be watched: draw from classes that can spare one
    order = np.random.default_rng(seed).permutation(len(codes))
    rank = np.empty(len(codes), np.int64)
    for code in range(len(counts)):
        members = order[codes[order] == code]
        rank[members] = np.arange(len(members))
    spare = order[rank[order] >= 1]
    watch = np.sort(spare[:n_watch])
    if not len(watch):  # every class has a single image: watching is training
        return np.arange(len(codes)), np.arange(len(codes))
    return np.setdiff1d(np.arange(len(codes)), watch), watch
