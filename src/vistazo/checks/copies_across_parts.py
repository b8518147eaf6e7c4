"""Images that would be tested with their copies in the training part, as the data bring it."""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from vistazo.checks import Check, Finding, Severity
from vistazo.checks._copy_pairs import pair_names
from vistazo.data.dataset import ImageDataset
from vistazo.evaluation.protocol import Protocol
from vistazo.i18n import _, ngettext

__all__ = ["CopiesAcrossParts"]


class CopiesAcrossParts(Check):
    """Compare the test part and the folds that the data bring with what is trained on."""

    def run(self, data: ImageDataset, protocol: Protocol) -> list[Finding]:
        """Return what a comparison on what is given would refuse, then what would mislead."""
        grave: Severity = "alarm" if protocol.allow_leak else "fatal"
        findings = []
        for given in _given(data):
            used = protocol.split == given.split
            exact = given.leaked(data, exact=True)
            near = given.leaked(data)
            near = near[~np.isin(near[:, 0], exact[:, 0])]
            if len(exact):
                text = _equal(len(exact), given.split)
                findings.append(_finding(data, given, grave if used else "note", text, exact, "="))
            if len(near):
                text = _alike(len(near), given.split)
                findings.append(_finding(data, given, "alarm" if used else "note", text, near, "≈"))
        return findings


class _Given(NamedTuple):
    """Rows that the data bring to be tested, each time with the rows to train on."""

    split: str
    sides: list[tuple[NDArray[np.int64], NDArray[np.int64]]]

    def leaked(self, data: ImageDataset, *, exact: bool = False) -> NDArray[np.int64]:
        return np.concatenate(
            [data.copies.leaked(test, train, exact=exact) for test, train in self.sides]
        )


def _given(data: ImageDataset) -> Iterator[_Given]:
    rows = data.rows("train", "validation")
    if data.split is not None and "test" in data.split:
        yield _Given("given", [(data.rows("test"), rows)])
    if data.folds is not None:
        folds = data.folds[rows]
        sides = [(rows[folds == fold], rows[folds != fold]) for fold in np.unique(folds)]
        yield _Given("given-folds", sides)


def _equal(n: int, split: str) -> str:
    if split == "given":
        return ngettext(
            "{n} test image is in the training part too, equal in every pixel.",
            "{n} test images are in the training part too, equal in every pixel.",
            n,
        )
    return ngettext(
        "{n} image is in another of the given folds too, equal in every pixel.",
        "{n} images are in other given folds too, equal in every pixel.",
        n,
    )


def _alike(n: int, split: str) -> str:
    if split == "given":
        return ngettext(
            "{n} test image shows the picture of a training image, saved, turned or mirrored "
            "otherwise.",
            "{n} test images show pictures of training images, saved, turned or mirrored "
            "otherwise.",
            n,
        )
    return ngettext(
        "{n} image shows a picture of another given fold, saved, turned or mirrored otherwise.",
        "{n} images show pictures of other given folds, saved, turned or mirrored otherwise.",
        n,
    )


def _finding(
    data: ImageDataset,
    given: _Given,
    severity: Severity,
    text: str,
    pairs: NDArray[np.int64],
    sign: str,
) -> Finding:
    if given.split == "given":
        advice = _("Take them out of one of the parts, or use folds, which keep copies together.")
    else:
        advice = _("Give copies one fold, or leave the folds out: those drawn keep them together.")
    return Finding(
        "copies-across-parts",
        severity,
        text,
        advice,
        len(pairs),
        pair_names(data, pairs, sign=sign),
        {"share_of_test": len(pairs) / sum(len(test) for test, _train in given.sides)},
    )
