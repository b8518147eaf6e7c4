"""Classes with too few images for the folds asked for, and classes that outweigh others."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from vistazo.checks import Check, Finding, Severity
from vistazo.data.classes import listed
from vistazo.data.dataset import ImageDataset
from vistazo.data.grouping import units_by_class
from vistazo.errors import DataError
from vistazo.evaluation.protocol import Protocol
from vistazo.i18n import _, ngettext, number, percent
from vistazo.metrics.intervals import wilson

__all__ = ["ClassBalance"]

UNEVEN = 2.0
"""The largest class has so many times the images of the smallest: then the largest alone is
visibly more than its share of the classes."""
MISLEADING = 0.1
"""How far always answering the largest class gets above 1 / number of classes in accuracy before
accuracy, as the metric that names the winner, flatters every method."""
RARE = 20
"""Images below which the interval of a class's recall may be 0.4 wide (Wilson)."""


class ClassBalance(Check):
    """Count what a comparison would fold, class by class."""

    def run(self, data: ImageDataset, protocol: Protocol) -> list[Finding]:
        """Return what a comparison would refuse, then what would mislead, then what to know."""
        if protocol.split != "folds":
            try:
                splits = protocol.for_data(data).splits(data)
            except DataError as error:
                return [_finding("fatal", error.what, error.next_step)]
            tested = np.concatenate([split.test for split in splits])
            counts = np.bincount(data.codes[tested], minlength=len(data.classes))
            return [*_never_scored(data, counts), *_uneven(data, protocol), *_rare(data, counts)]
        units = units_by_class(data, data.rows("train", "validation"))
        too_few = list(_too_few(data, units, protocol))
        # a class that is too small for the folds needs no second sentence
        return [*too_few, *_uneven(data, protocol), *([] if too_few else _rare(data, units))]


def _too_few(data: ImageDataset, units: NDArray[np.int64], protocol: Protocol) -> Iterator[Finding]:
    small = np.flatnonzero(units < protocol.folds)
    if not len(small):
        return
    usable = int(units.min())
    text = ngettext(
        "{n} class has fewer images to fold than {folds} folds need: {classes}.",
        "{n} classes have fewer images to fold than {folds} folds need: {classes}.",
        len(small),
        folds=protocol.folds,
        classes=_with_counts(data, units, small),
    )
    if usable >= 2:
        advice = _(
            "Use --folds {usable}, add images, or leave the class out with --classes.",
            usable=usable,
        )
    else:
        advice = _("Add images, or leave the class out with --classes.")
    yield _finding("fatal", text, advice, data, small, {"smallest_class": usable})


def _never_scored(data: ImageDataset, counts: NDArray[np.int64]) -> Iterator[Finding]:
    absent = np.flatnonzero(counts == 0)
    if len(absent):
        text = ngettext(
            "{n} class has no image in the test part, so it is never scored: {classes}.",
            "{n} classes have no image in the test part, so they are never scored: {classes}.",
            len(absent),
            classes=listed(data.classes[code] for code in absent),
        )
        advice = _("Add test images of them, or leave --split given out to use folds.")
        yield _finding("alarm", text, advice, data, absent)


def _uneven(data: ImageDataset, protocol: Protocol) -> Iterator[Finding]:
    counts = np.array(list(data.class_counts().values()))
    largest, smallest = int(counts.argmax()), int(counts.argmin())
    ratio = counts[largest] / max(counts[smallest], 1)
    if ratio < UNEVEN:
        return
    share, chance = counts[largest] / len(data), 1 / len(data.classes)
    text = _(
        "The classes are uneven: {largest} has {n_largest} images, {smallest} has {n_smallest}. "
        "Always answering {largest} is right for {share} of all images.",
        largest=data.classes[largest],
        n_largest=number(counts[largest]),
        smallest=data.classes[smallest],
        n_smallest=number(counts[smallest]),
        share=percent(share),
    )
    misleads = protocol.metric == "accuracy" and share - chance >= MISLEADING
    if misleads:
        advice = _(
            "Use --metric balanced_accuracy to name the winner: it counts every class alike."
        )
    else:
        advice = _(
            "Go by balanced accuracy, where that answer gets {chance}, and look at each class.",
            chance=number(chance, 2),
        )
    measured = {"ratio": float(ratio), "majority_share": float(share), "chance": chance}
    rows = np.array([largest, smallest])
    yield _finding("alarm" if misleads else "note", text, advice, data, rows, measured)


def _rare(data: ImageDataset, units: NDArray[np.int64]) -> Iterator[Finding]:
    rare = np.flatnonzero((units > 0) & (units < RARE))
    if not len(rare):
        return
    fewest = int(units[rare].min())
    low, high = wilson(fewest / 2, fewest)
    text = ngettext(
        "{n} class has fewer than {rare} images to score: {classes}. How well it is found is "
        "known to ±{half} only.",
        "{n} classes have fewer than {rare} images to score: {classes}. How well the smallest is "
        "found is known to ±{half} only.",
        len(rare),
        rare=RARE,
        classes=_with_counts(data, units, rare),
        half=number((high - low) / 2, 2),
    )
    advice = _("Add images of them before drawing conclusions about one class.")
    yield _finding("note", text, advice, data, rare, {"smallest_class": fewest})


def _with_counts(data: ImageDataset, units: NDArray[np.int64], codes: NDArray[np.int64]) -> str:
    ordered = codes[np.argsort(units[codes], kind="stable")]
    return listed(f"{data.classes[code]} ({number(units[code])})" for code in ordered)


def _finding(
    severity: Severity,
    text: str,
    advice: str,
    data: ImageDataset | None = None,
    codes: NDArray[np.int64] | tuple[()] = (),
    measured: dict[str, float] | None = None,
) -> Finding:
    names = tuple(data.classes[code] for code in codes[:10]) if data is not None else ()
    return Finding("class-balance", severity, text, advice, len(codes), names, measured or {})
