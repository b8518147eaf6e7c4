"""Test images, where the data bring such a part, that are in the training part too."""

import numpy as np

from vistazo.checks import Check, Finding, Severity
from vistazo.checks._copy_pairs import pair_names
from vistazo.data.dataset import ImageDataset
from vistazo.evaluation.protocol import Protocol
from vistazo.i18n import _, ngettext

__all__ = ["CopiesAcrossParts"]


class CopiesAcrossParts(Check):
    """Compare the test part that the data bring with what is trained on."""

    def run(self, data: ImageDataset, protocol: Protocol) -> list[Finding]:
        """Return what a comparison on the given split would refuse, then what would mislead."""
        if data.split is None or "test" not in data.split:
            return []
        test, train = data.rows("test"), data.rows("train", "validation")
        exact = data.copies.leaked(test, train, exact=True)
        near = data.copies.leaked(test, train)
        near = near[~np.isin(near[:, 0], exact[:, 0])]
        used = protocol.split == "given"
        grave: Severity = "alarm" if protocol.allow_leak else "fatal"
        advice = _("Take them out of one of the parts, or use folds, which keep copies together.")
        findings = []
        if len(exact):
            text = ngettext(
                "{n} test image is in the training part too, equal in every pixel.",
                "{n} test images are in the training part too, equal in every pixel.",
                len(exact),
            )
            findings.append((grave if used else "note", text, exact, "="))
        if len(near):
            text = ngettext(
                "{n} test image shows the picture of a training image, saved, turned or mirrored "
                "otherwise.",
                "{n} test images show pictures of training images, saved, turned or mirrored "
                "otherwise.",
                len(near),
            )
            findings.append(("alarm" if used else "note", text, near, "≈"))
        return [
            Finding(
                "copies-across-parts",
                severity,
                text,
                advice,
                len(pairs),
                pair_names(data, pairs, sign=sign),
                {"share_of_test": len(pairs) / len(test)},
            )
            for severity, text, pairs, sign in findings
        ]
