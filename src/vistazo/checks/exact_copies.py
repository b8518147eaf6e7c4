"""Images that are equal to others, pixel for pixel."""

from vistazo.checks import Check, Finding
from vistazo.checks._copy_pairs import consequence, pair_names
from vistazo.data.dataset import ImageDataset
from vistazo.evaluation.protocol import Protocol
from vistazo.i18n import ngettext

__all__ = ["ExactCopies"]


class ExactCopies(Check):
    """Compare all images after decoding; files that are equal byte for byte are among them."""

    def run(self, data: ImageDataset, protocol: Protocol) -> list[Finding]:
        """Return one finding that counts every image but the first of each group."""
        pairs = data.copies.pairs[data.copies.exact]
        if not len(pairs):
            return []
        severity, advice = consequence(protocol)
        return [
            Finding(
                "exact-copies",
                severity,
                ngettext(
                    "{n} image repeats another, pixel for pixel.",
                    "{n} images repeat others, pixel for pixel.",
                    len(pairs),
                ),
                advice,
                len(pairs),
                pair_names(data, pairs, sign="="),
                {"share": len(pairs) / len(data)},
            )
        ]
