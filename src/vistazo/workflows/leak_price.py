"""What copies of images add to a score that nobody would get on new images."""

from dataclasses import dataclass, replace
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from vistazo.data.dataset import ImageDataset
from vistazo.data.grouping import with_copies_together
from vistazo.evaluation.protocol import Protocol
from vistazo.methods.hog_svm import HOGSVMClassifier
from vistazo.workflows.compare import compare

METHOD = "hog-svm"
"""Cheap, and it remembers single images: a mean image would hardly notice a copy."""


@dataclass(frozen=True)
class LeakPrice:
    """Two scores of one method, and their difference with its interval.

    Parameters
    ----------
    naive : float
        Balanced accuracy of all predictions where copies are on both sides of splits.
    grouped : float
        The same where the copies of an image stay on one side.
    price, low, high : float
        ``naive - grouped``, and its limits.
    n_copies : int
        Images that have copies.
    method : str
    """

    naive: float
    grouped: float
    price: float
    low: float
    high: float
    n_copies: int
    method: str = METHOD


def leak_price(
    data: ImageDataset, protocol: Protocol | None = None, *, processes: int | None = None
) -> LeakPrice:
    """Measure by how much copies of images make a cheap method look better.

    The method is evaluated twice under the protocol: with copies wherever they fall, and
    with the copies of an image together, on folds that are drawn. Where the data bring the
    split, training images that are copies of test images are left out the second time.

    Each image is right or wrong in both; the interval is that of the mean difference over
    images, classes counting alike, with the images of one group as one observation (a cluster
    robust standard error, Liang & Zeger 1986, "Longitudinal data analysis using generalized
    linear models").

    Parameters
    ----------
    data : ImageDataset
    protocol : Protocol, optional
    processes : int, optional
        As for :func:`~vistazo.workflows.compare.compare`.

    Returns
    -------
    LeakPrice
        Exactly 0, without a second evaluation, where no image has a copy.

    Raises
    ------
    DataError
        As ``compare``.
    """
    protocol = replace(protocol or Protocol(), duplicates="ignore", allow_leak=True)
    right = _right(data, protocol, processes)
    rows = np.flatnonzero(np.isfinite(right))
    codes = data.codes[rows]
    # classes count alike, whatever their numbers of images
    weight = 1 / (np.bincount(codes)[codes] * len(np.unique(codes)))
    naive = float(weight @ right[rows])
    groups = with_copies_together(data).images.groups
    if groups is None or not data.copies.n_groups:
        return LeakPrice(naive, naive, 0.0, 0.0, 0.0, 0)
    again = _right_without_copies(data, protocol, processes)[rows]
    difference = right[rows] - again
    error = _clustered_error(weight * difference, weight, codes, groups[rows])
    price = float(weight @ difference)
    half = NormalDist().inv_cdf((1 + protocol.level) / 2) * error
    return LeakPrice(
        naive, float(weight @ again), price, price - half, price + half, data.copies.n_images
    )


def _right(data: ImageDataset, protocol: Protocol, processes: int | None) -> NDArray[np.float64]:
    """Return in what share of the repeats each image was recognised; NaN if never asked."""
    comparison = compare({METHOD: HOGSVMClassifier()}, data, protocol=protocol, processes=processes)
    share = np.full(len(data), np.nan)
    for split, result in comparison.cells(comparison.winner):
        hits = (result.predicted == data.codes[split.test]) / protocol.repeats
        share[split.test] = np.nan_to_num(share[split.test]) + hits
    return share


def _right_without_copies(
    data: ImageDataset, protocol: Protocol, processes: int | None
) -> NDArray[np.float64]:
    if protocol.split != "given":
        return _right(data, replace(protocol, split="folds", duplicates="group"), processes)
    (given,) = protocol.splits(data)
    tested = np.isin(data.copies.groups, data.copies.groups[given.test])
    kept = np.setdiff1d(np.arange(len(data)), given.train[tested[given.train]])
    share = np.full(len(data), np.nan)
    share[kept] = _right(data.take(kept), protocol, processes)
    return share


def _clustered_error(
    values: NDArray[np.float64],
    weight: NDArray[np.float64],
    codes: NDArray[np.int64],
    groups: NDArray[np.int64],
) -> float:
    """Return the standard error of the sum of the values, whose class means are estimated."""
    means = np.bincount(codes, values) / np.maximum(np.bincount(codes, weight), 1e-300)
    residuals = values - weight * means[codes]
    _, members = np.unique(groups, return_inverse=True)
    sums = np.bincount(members, residuals)
    return float(np.sqrt((sums**2).sum() * len(sums) / max(len(sums) - 1, 1)))
