"""Before data are split: copies of an image belong to one side, and a given split is looked at."""

import numpy as np
from numpy.typing import NDArray

from vistazo.data.copies import Copies, find_copies, in_both
from vistazo.data.dataset import ImageDataset
from vistazo.data.grouping import with_copies_together
from vistazo.errors import DataError
from vistazo.evaluation.protocol import Protocol, Split
from vistazo.i18n import N_, ngettext
from vistazo.report import measurements

_SHOWN = 3


def kept_together(data: ImageDataset, protocol: Protocol) -> ImageDataset:
    """Return the data set as the protocol splits it: copies of an image in one group.

    Parameters
    ----------
    data : ImageDataset
    protocol : Protocol
        With ``duplicates="ignore"`` no groups are made.

    Raises
    ------
    DataError
        ``E-DATA-NOTEST``, ``E-DATA-NOFOLDS``. Unless the protocol allows it, ``E-DATA-LEAK``
        where a given split or given folds have an image in a training part and, equal in every
        pixel, in its test part, and ``E-DATA-GROUPS`` where they part a given group.
    """
    if protocol.split != "folds" and not protocol.allow_leak:
        _refuse_leak(data, protocol)
        _refuse_parted(data, protocol)
    return with_copies_together(data) if protocol.duplicates == "group" else data


def copy_counts(data: ImageDataset, protocol: Protocol) -> dict[str, int] | None:
    """Return how many images have copies and how many groups they are; None if not looked for."""
    if protocol.duplicates == "ignore":
        return None
    return {"images": data.copies.n_images, "groups": data.copies.n_groups}


def copy_notes(data: ImageDataset, protocol: Protocol) -> list[str]:
    """Return what a person should know of the copies, in the language in force."""
    if protocol.duplicates == "ignore":
        return []
    copies, notes = data.copies, []
    if copies.n_groups:
        notes.append(measurements.Copies(copies.n_images, copies.n_groups).sentence)
    if protocol.split != "folds":
        leaked = _across(copies, protocol.splits(data))
        pairs = [f"{data.sources[a]} ≈ {data.sources[b]}" for a, b in leaked[:_SHOWN].tolist()]
        if pairs:
            notes.append(
                ngettext(
                    "{n} test image is a copy of a training image ({pairs}): "
                    "the scores will be too good.",
                    "{n} test images are copies of training images ({pairs}): "
                    "the scores will be too good.",
                    len(leaked),
                    pairs=", ".join(pairs) + (" …" if len(leaked) > _SHOWN else ""),
                )
            )
    return notes


def _across(copies: Copies, splits: list[Split], *, exact: bool = False) -> NDArray[np.int64]:
    return np.concatenate([copies.leaked(s.test, s.train, exact=exact) for s in splits])


def _refuse_leak(data: ImageDataset, protocol: Protocol) -> None:
    searched = protocol.duplicates == "group"
    copies = data.copies if searched else find_copies(data.images.pixels, near=False)
    splits = protocol.splits(data)
    leaked = _across(copies, splits, exact=True)
    if not len(leaked):
        return
    in_test, in_train = leaked[0].tolist()
    if protocol.split == "given":
        advice = N_(
            "Nothing was started. Take them out of one of the parts, use folds, which keep "
            "copies together, or score all the same with --allow-leak."
        )
    else:
        advice = N_(
            "Nothing was started. Give copies one fold, leave --split out to draw folds, which "
            "keep copies together, or score all the same with --allow-leak."
        )
    raise DataError(
        "E-DATA-LEAK",
        N_(
            "Test images that are in the training part too, equal in every pixel: {n} of "
            "{n_test}, such as {test} and {train}."
        ),
        advice,
        n=len(leaked),
        n_test=sum(len(split.test) for split in splits),
        test=data.sources[in_test],
        train=data.sources[in_train],
    )


def _refuse_parted(data: ImageDataset, protocol: Protocol) -> None:
    if data.given_groups is None:
        return
    splits = protocol.splits(data)
    parted = np.concatenate([in_both(data.given_groups, s.test, s.train) for s in splits])
    if not len(parted):
        return
    in_test, in_train = parted[0].tolist()
    raise DataError(
        "E-DATA-GROUPS",
        N_(
            "Test images of groups that the training part has images of: {n} of {n_test}, such "
            "as {test} with {train}."
        ),
        N_(
            "Nothing was started. Put each group on one side, leave --split out to draw folds, "
            "which keep groups together, or score all the same with --allow-leak."
        ),
        n=len(parted),
        n_test=sum(len(split.test) for split in splits),
        test=data.sources[in_test],
        train=data.sources[in_train],
    )
