"""UnlabelledImages: images without labels, such as networks learn from before they are trained."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np

from vistazo.data.dataset import BadFile, ImageDataset
from vistazo.data.images import Images
from vistazo.data.policy import DecodePolicy
from vistazo.data.stratified_rows import stratified_rows
from vistazo.errors import DataError
from vistazo.i18n import N_, ngettext


@dataclass(frozen=True, eq=False)
class UnlabelledImages:
    """Images whose classes nobody has told, decoded once; immutable. None is a test image.

    Parameters
    ----------
    name : str
        What the images are called in reports.
    images : Images
        Pixels with facts; without groups, and none set aside for validation.
    sources : tuple of str
        Where each image came from: a path relative to the source, or its row number.
    bad_files : tuple of BadFile
        What could not be read and was left out.
    notes : tuple of str
        What was done while reading that a person should know.
    policy : DecodePolicy
        How files become pixels like these.
    """

    name: str
    images: Images
    sources: tuple[str, ...] = field(repr=False)
    bad_files: tuple[BadFile, ...] = ()
    notes: tuple[str, ...] = ()
    policy: DecodePolicy = DecodePolicy()  # noqa: RUF009 - frozen

    def __len__(self) -> int:
        return len(self.images)

    @cached_property
    def fingerprint(self) -> str:
        """SHA-256 of the pixels and their shape."""
        digest = hashlib.sha256(repr(self.images.shape).encode())
        digest.update(np.ascontiguousarray(self.images.pixels).data)
        return digest.hexdigest()

    def limited(self, n_images: int, seed: int = 0) -> "UnlabelledImages":
        """Return at most so many of the images, drawn by chance, in the order of the source.

        Subsets of one seed are nested: the first 500 are among the first 1,000.
        """
        if n_images >= len(self):
            return self
        rows = stratified_rows(np.zeros(len(self), np.int64), n_images, seed, "limit")
        sources = tuple(self.sources[row] for row in rows)
        return replace(self, images=self.images[rows], sources=sources)


def without_labels(data: ImageDataset) -> UnlabelledImages:
    """Return the images of a labelled data set that are not of its test part.

    Raises
    ------
    DataError
        ``E-DATA-EMPTY`` where all are.
    """
    rows = data.rows("train", "validation")
    if not len(rows):
        raise only_test_images(data.name, len(data))
    taken = data if len(rows) == len(data) else data.take(rows)
    return UnlabelledImages(
        data.name,
        replace(taken.images, groups=None, validation=None),
        taken.sources,
        data.bad_files,
        (*data.notes, *notes_on_test(len(data) - len(rows))),
        data.policy,
    )


def notes_on_test(n_images: int) -> Sequence[str]:
    """Return what a person should know of images of the test part; nothing where there are none."""
    if not n_images:
        return ()
    note = ngettext(
        "{n} image of the test part was left out: what learns without labels must not see it.",
        "{n} images of the test part were left out: what learns without labels must not see them.",
        n_images,
    )
    return (note,)


def only_test_images(name: str, n_images: int) -> DataError:
    """Return the error for a source of which nothing but a test part is there."""
    return DataError(
        "E-DATA-EMPTY",
        N_("All images of {name} ({n}) are of its test part, which must not be seen."),
        N_("Give images for training; a folder that is named itself is read, whatever its name."),
        name=name,
        n=n_images,
    )
