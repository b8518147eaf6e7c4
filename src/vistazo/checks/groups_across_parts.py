"""Images of one given group that would be tested with others of it in the training part."""

from functools import partial

from vistazo.checks import Check, Finding, Severity
from vistazo.checks._copy_pairs import pair_names
from vistazo.checks._given_parts import given_parts
from vistazo.data.copies import in_both
from vistazo.data.dataset import ImageDataset
from vistazo.evaluation.protocol import Protocol
from vistazo.i18n import _, ngettext

__all__ = ["GroupsAcrossParts"]


class GroupsAcrossParts(Check):
    """Compare the groups that the data bring with the test part and the folds they bring."""

    def run(self, data: ImageDataset, protocol: Protocol) -> list[Finding]:
        """Return what a comparison on what is given would refuse."""
        if data.given_groups is None:
            return []
        grave: Severity = "alarm" if protocol.allow_leak else "fatal"
        found = []
        for given in given_parts(data):
            pairs = given.pairs(partial(in_both, data.given_groups))
            if len(pairs):
                found.append(
                    Finding(
                        "groups-across-parts",
                        grave if protocol.split == given.split else "note",
                        _across(len(pairs), given.split),
                        _("Put each group on one side, or use folds, which keep groups together."),
                        len(pairs),
                        pair_names(data, pairs, sign="+"),
                        {"share_of_test": len(pairs) / given.n_tested},
                    )
                )
        return found


def _across(n: int, split: str) -> str:
    if split == "given":
        return ngettext(
            "{n} test image is of a group that the training part has images of.",
            "{n} test images are of groups that the training part has images of.",
            n,
        )
    return ngettext(
        "{n} image is of a group that other given folds have images of.",
        "{n} images are of groups that other given folds have images of.",
        n,
    )
