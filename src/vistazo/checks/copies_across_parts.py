"""Images that would be tested with their copies in the training part, as the data bring it."""

from functools import partial

import numpy as np
from numpy.typing import NDArray

from vistazo.checks import Check, Finding, Severity
from vistazo.checks._copy_pairs import pair_names
from vistazo.checks._given_parts import Given, given_parts
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
        for given in given_parts(data):
            used = protocol.split == given.split
            exact = given.pairs(partial(data.copies.leaked, exact=True))
            near = given.pairs(data.copies.leaked)
            near = near[~np.isin(near[:, 0], exact[:, 0])]
            if len(exact):
                text = _equal(len(exact), given.split)
                findings.append(_finding(data, given, grave if used else "note", text, exact, "="))
            if len(near):
                text = _alike(len(near), given.split)
                findings.append(_finding(data, given, "alarm" if used else "note", text, near, "≈"))
        return findings


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
    given: Given,
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
        {"share_of_test": len(pairs) / given.n_tested},
    )
