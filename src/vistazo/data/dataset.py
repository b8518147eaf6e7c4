"""ImageDataset: images, labels, class names, and which rows the source set aside."""

import hashlib
import os
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from vistazo.data.images import Images
from vistazo.data.policy import DecodePolicy
from vistazo.data.stratified_rows import stratified_rows
from vistazo.errors import DataError, UsageError, require_whole
from vistazo.i18n import N_

if TYPE_CHECKING:
    from vistazo.data.copies import Copies

PART_NAMES = ("train", "validation", "test")
"""What the parts are called that a source may bring, in the order in which they are shown."""


@dataclass(frozen=True)
class BadFile:
    """A file that was left out: its relative path, the code and the reason."""

    path: str
    code: str
    reason: str


def by_cause(bad_files: Sequence[BadFile]) -> dict[str, list[BadFile]]:
    """Return the files of each code; codes and files in the order in which they came."""
    causes: dict[str, list[BadFile]] = {}
    for file in bad_files:
        causes.setdefault(file.code, []).append(file)
    return causes


def too_many_bad(n_bad: int, n_all: int) -> bool:
    """Tell whether more is bad than may be left out: all, or more than 3 and more than 5 %."""
    return n_bad > 0 and (n_bad == n_all or n_bad > max(3, 0.05 * n_all))


@dataclass(frozen=True, eq=False)
class ImageDataset:
    """Labelled images, decoded once; immutable.

    Parameters
    ----------
    name : str
        What the data set is called in reports.
    images : Images
        Pixels with facts and groups.
    labels : ndarray of str, shape (n_images,)
        The class of each image: a member of ``classes``.
    classes : tuple of str
        Class names, in the order of every table and of every probability column.
    sources : tuple of str
        Where each image came from: a path relative to the data set, or its row number.
    split : ndarray of str, shape (n_images,), or None
        ``"train"``, ``"validation"`` or ``"test"`` where the source brings such parts.
    bad_files : tuple of BadFile
        What could not be read and was left out.
    notes : tuple of str
        What was done while reading that a person should know.
    policy : DecodePolicy
        How files become pixels like these, for images that come later.
    folds : ndarray of int64, shape (n_images,), or None
        The fold of each image, from 0, where the source brings folds.
    """

    name: str
    images: Images
    labels: NDArray[np.str_] = field(repr=False)
    classes: tuple[str, ...]
    sources: tuple[str, ...] = field(repr=False)
    split: NDArray[np.str_] | None = field(default=None, repr=False)
    bad_files: tuple[BadFile, ...] = ()
    notes: tuple[str, ...] = ()
    policy: DecodePolicy = DecodePolicy()  # noqa: RUF009 - frozen
    folds: NDArray[np.int64] | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        lengths = {len(self.images), len(self.labels), len(self.sources)}
        if len(lengths) != 1:
            raise DataError(
                "E-DATA-LENGTH",
                N_("There are {n_images} images but {n_labels} labels."),
                N_("Give exactly one label per image."),
                n_images=len(self.images),
                n_labels=len(self.labels),
            )

    def __len__(self) -> int:
        return len(self.images)

    @cached_property
    def codes(self) -> NDArray[np.int64]:
        """Position of each label in ``classes``, shape (n_images,)."""
        position = {name: code for code, name in enumerate(self.classes)}
        return np.array([position[label] for label in self.labels.tolist()], np.int64)

    @cached_property
    def fingerprint(self) -> str:
        """SHA-256 of pixels, labels, classes, groups, given split and given folds."""
        digest = hashlib.sha256(repr((self.images.shape, self.classes)).encode())
        digest.update(np.ascontiguousarray(self.images.pixels).data)
        digest.update(np.ascontiguousarray(self.images.facts).data)
        digest.update(np.ascontiguousarray(self.codes).data)
        if self.images.groups is not None:
            digest.update(np.ascontiguousarray(self.images.groups).data)
        if self.split is not None:
            digest.update("\n".join(self.split.tolist()).encode())
        if self.folds is not None:
            digest.update(np.ascontiguousarray(self.folds).data)
        return digest.hexdigest()

    @cached_property
    def copies(self) -> "Copies":
        """Which images are copies of others; see :func:`~vistazo.data.copies.find_copies`."""
        from vistazo.data.copies import find_copies

        return find_copies(self.images.pixels)

    @cached_property
    def given_groups(self) -> NDArray[np.int64] | None:
        """Groups that the source brings, which copies put together later do not change."""
        return self.images.groups

    def rows(self, *parts: str) -> NDArray[np.int64]:
        """Return the row numbers of the given parts; all rows where there are no parts."""
        if self.split is None:
            return np.arange(len(self))
        return np.flatnonzero(np.isin(self.split, parts))

    def take(self, rows: Sequence[int] | NDArray[np.integer[Any]]) -> "ImageDataset":
        """Return the data set of these rows, with the same classes.

        Raises
        ------
        UsageError
            ``E-DATA-ROWS`` for what is no row.
        """
        chosen = self._rows(rows)
        return replace(
            self,
            images=self.images[chosen],
            labels=self.labels[chosen],
            sources=tuple(self.sources[row] for row in chosen.tolist()),
            split=None if self.split is None else self.split[chosen],
            folds=None if self.folds is None else self.folds[chosen],
        )

    def _rows(self, rows: Any) -> NDArray[np.int64]:
        wanted = np.asarray(rows)
        if wanted.shape == (0,):
            return np.empty(0, np.int64)
        numbers = wanted.ndim == 1 and wanted.dtype.kind in "iu"
        outside = wanted[(wanted < 0) | (wanted >= len(self))] if numbers else wanted
        if not numbers or len(outside):
            raise UsageError(
                "E-DATA-ROWS",
                N_("Rows are chosen by a list of whole numbers from 0 to {last}, not by {seen}."),
                N_("For a mask give numpy.flatnonzero(mask); for some images take limited(n)."),
                last=len(self) - 1,
                seen=outside[0] if numbers else f"{wanted.dtype} {wanted.shape}",
            )
        return wanted.astype(np.int64)

    def regrouped(self, groups: NDArray[np.int64]) -> "ImageDataset":
        """Return the data set with these groups; those given and the copies found stay known."""
        result = replace(self, images=replace(self.images, groups=groups))
        vars(result)["given_groups"] = self.given_groups
        if "copies" in vars(self):  # where cached_property keeps it
            vars(result)["copies"] = self.copies
        return result

    def limited(self, n_images: int, seed: int = 0) -> "ImageDataset":
        """Return a stratified subset of the rows that are not test rows, in source order.

        Subsets of one seed are nested: the first 500 are among the first 1,000. Rows
        that the source sets aside for the test stay.

        Raises
        ------
        UsageError
            ``E-VALUE`` for no whole number, or none above 0.
        """
        require_whole("n_images", n_images, 1)
        test = self.rows("test") if self.split is not None else np.array([], np.int64)
        candidates = np.setdiff1d(np.arange(len(self)), test)
        if n_images >= len(candidates):
            return self
        kept = candidates[stratified_rows(self.codes[candidates], n_images, seed, "limit")]
        return self.take(np.sort(np.concatenate([kept, test])))

    def class_counts(self) -> dict[str, int]:
        """Return the number of images of each class."""
        counts = np.bincount(self.codes, minlength=len(self.classes))
        return dict(zip(self.classes, counts.tolist(), strict=True))


def require_dataset(data: object) -> None:
    """Raise ``E-DATA-TYPE`` for what is no data set, such as the path of one."""
    if not isinstance(data, ImageDataset):
        raise UsageError(
            "E-DATA-TYPE",
            N_("Images that were read are needed here, not {seen}."),
            N_("Give what vistazo.read_images or vistazo.from_arrays returns."),
            seen=repr(data) if isinstance(data, str | os.PathLike) else type(data).__name__,
        )


def row_sources(n_images: int) -> tuple[str, ...]:
    """Return row numbers as sources, padded so that they sort like numbers."""
    digits = len(str(max(n_images - 1, 0)))
    return tuple(f"{row:0{digits}d}" for row in range(n_images))


def as_labels(labels: Sequence[object] | NDArray[np.generic]) -> NDArray[np.str_]:
    """Return labels as text; whole numbers lose a trailing ``.0``."""
    values = np.asarray(labels)
    if values.dtype.kind == "f" and np.all(values == np.floor(values)):
        return np.array([str(int(value)) for value in values.tolist()], dtype=np.str_)
    return np.array([str(value) for value in values.tolist()], dtype=np.str_)
