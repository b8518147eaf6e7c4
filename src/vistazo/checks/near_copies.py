"""Images that show the picture of another, encoded, turned or mirrored otherwise."""

import numpy as np

from vistazo.checks import Check, Finding
from vistazo.checks._copy_pairs import consequence, pair_names
from vistazo.data.dataset import ImageDataset
from vistazo.evaluation.protocol import Protocol
from vistazo.i18n import ngettext, number

__all__ = ["NearCopies"]


class NearCopies(Check):
    """Look for pictures that were saved again, resized, brightened, turned or mirrored."""

    def run(self, data: ImageDataset, protocol: Protocol) -> list[Finding]:
        """Return one finding that counts pairs, the least similar ones first."""
        near = ~data.copies.exact
        similarity = data.copies.similarity[near]
        # the doubtful ones are those to look at
        order = np.argsort(similarity, kind="stable")
        pairs = data.copies.pairs[near][order]
        if not len(pairs):
            return []
        severity, advice = consequence(protocol)
        lowest = float(similarity.min())
        return [
            Finding(
                "near-copies",
                severity,
                ngettext(
                    "{n} pair of images shows the same picture, saved, turned or mirrored "
                    "otherwise (correlation of pixels: {lowest}).",
                    "{n} pairs of images show the same picture, saved, turned or mirrored "
                    "otherwise (lowest correlation of pixels: {lowest}).",
                    len(pairs),
                    lowest=number(lowest, 3),
                ),
                advice,
                len(pairs),
                pair_names(data, pairs, sign="≈"),
                {"lowest_similarity": lowest},
            )
        ]
