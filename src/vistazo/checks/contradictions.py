"""The same image under two labels, and the highest accuracy that this leaves within reach."""

import numpy as np
from numpy.typing import NDArray

from vistazo.checks import Check, Finding
from vistazo.checks._copy_pairs import pair_names
from vistazo.data.dataset import ImageDataset
from vistazo.evaluation.protocol import Protocol
from vistazo.i18n import _, ngettext, percent

__all__ = ["Contradictions"]


class Contradictions(Check):
    """Look for copies whose labels differ."""

    def run(self, data: ImageDataset, protocol: Protocol) -> list[Finding]:  # noqa: ARG002
        """Return one finding with the pairs and the bound.

        Of a group that gets one answer, at the most the images of its most frequent label are
        right; equal images get one from every method.
        """
        copies = data.copies
        differ = data.codes[copies.pairs[:, 0]] != data.codes[copies.pairs[:, 1]]
        wrong = _outvoted(copies.groups, data.codes)
        if not wrong:
            return []
        bound = 1 - wrong / len(data)
        # equal ones first: of them there is no doubt
        order = np.lexsort((-copies.similarity[differ], ~copies.exact[differ]))
        pairs = copies.pairs[differ][order]
        return [
            Finding(
                "contradictions",
                "alarm",
                ngettext(
                    "{n} image has a copy under another label: no method that gives copies one "
                    "answer gets more than {bound} of the images right.",
                    "{n} images have copies under another label: no method that gives copies one "
                    "answer gets more than {bound} of the images right.",
                    wrong,
                    bound=percent(bound, 2),
                ),
                _("Look at each pair, and correct the label or remove one of the two."),
                wrong,
                pair_names(data, pairs, sign="≈"),
                {"highest_accuracy": bound},
            )
        ]


def _outvoted(groups: NDArray[np.int64], codes: NDArray[np.int64]) -> int:
    """Return how many images have not the most frequent label of their group."""
    labelled, counts = np.unique(np.column_stack([groups, codes]), axis=0, return_counts=True)
    most = np.zeros(groups.max() + 1, np.int64)
    np.maximum.at(most, labelled[:, 0], counts)
    return len(groups) - int(most.sum())
