"""Before data are split: copies of an image belong to one side, and a given split is looked at."""

from vistazo.data.copies import find_copies
from vistazo.data.dataset import ImageDataset
from vistazo.data.grouping import with_copies_together
from vistazo.errors import DataError
from vistazo.evaluation.protocol import Protocol, Split
from vistazo.i18n import N_, ngettext, number

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
        ``E-DATA-NOTEST``; ``E-DATA-LEAK`` where a given split has an image in its training
        part and, equal in every pixel, in its test part, unless the protocol allows it.
    """
    if protocol.split == "given" and not protocol.allow_leak:
        (given,) = protocol.splits(data)
        _refuse_leak(data, given, searched=protocol.duplicates == "group")
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
        notes.append(
            ngettext(
                "{images} images are copies of each other: {n} group of them stays together.",
                "{images} images are copies of others: {n} groups of them stay together.",
                copies.n_groups,
                images=number(copies.n_images),
            )
        )
    if protocol.split == "given":
        (given,) = protocol.splits(data)
        leaked = copies.leaked(given.test, given.train)
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


def _refuse_leak(data: ImageDataset, given: Split, *, searched: bool) -> None:
    copies = data.copies if searched else find_copies(data.images.pixels, near=False)
    leaked = copies.leaked(given.test, given.train, exact=True)
    if len(leaked):
        in_test, in_train = leaked[0].tolist()
        raise DataError(
            "E-DATA-LEAK",
            N_(
                "Test images that are in the training part too, equal in every pixel: {n} of "
                "{n_test}, such as {test} and {train}."
            ),
            N_(
                "Nothing was started. Take them out of one of the parts, use folds, which keep "
                "copies together, or score all the same with --allow-leak."
            ),
            n=len(leaked),
            n_test=len(given.test),
            test=data.sources[in_test],
            train=data.sources[in_train],
        )
