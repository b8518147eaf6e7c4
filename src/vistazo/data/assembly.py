"""Put rows together into an ImageDataset: the checks that every source shares."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vistazo.data.classes import listed, select
from vistazo.data.dataset import BadFile, ImageDataset
from vistazo.data.images import Images
from vistazo.data.policy import DecodePolicy
from vistazo.errors import DataError
from vistazo.i18n import N_, _

PARTS = {
    "train": "train",
    "training": "train",
    "val": "validation",
    "valid": "validation",
    "validation": "validation",
    "test": "test",
    "testing": "test",
}
"""What a data set may call its parts, and what they are called here."""


def assemble(
    *,
    name: str,
    pixels: NDArray[np.uint8],
    facts: NDArray[np.float32],
    labels: NDArray[np.str_],
    classes: Sequence[str],
    sources: Sequence[str],
    groups: NDArray[Any] | None = None,
    split: NDArray[np.str_] | None = None,
    folds: NDArray[Any] | None = None,
    bad_files: Sequence[BadFile] = (),
    notes: Sequence[str] = (),
    policy: DecodePolicy,
) -> ImageDataset:
    """Return the data set of these rows.

    Classes without images are dropped with a note. Groups and folds become numbers, folds in the
    order of what they are called. Rows of the
    part ``"validation"`` are marked in the images.

    Raises
    ------
    DataError
        ``E-DATA-EMPTY``, ``E-DATA-ONECLASS``, ``E-DATA-SPLITCLASSES`` where a part has a
        class that the training part lacks.
    """
    present = set(labels.tolist())
    empty = [label for label in classes if label not in present]
    if empty:
        notes = [*notes, _("Classes without images were ignored: {names}.", names=listed(empty))]
    if not present:
        raise DataError(
            "E-DATA-EMPTY",
            N_("{name} has no images."),
            N_("Give at least two images of different classes."),
            name=name,
        )
    if len(present) < 2:
        raise DataError(
            "E-DATA-ONECLASS",
            N_("{name} has only one class ({only}; images: {n}); at least two are needed."),
            N_("If images of several classes are mixed, put each class in its own folder."),
            name=name,
            only=listed(present),
            n=len(labels),
        )
    if split is not None:
        _refuse_new_classes(labels, split)
    validation = None if split is None else split == "validation"
    return ImageDataset(
        name=name,
        images=Images(
            pixels,
            facts,
            None if groups is None else np.unique(groups, return_inverse=True)[1].astype(np.int64),
            validation if validation is not None and validation.any() else None,
            policy.fit,
        ),
        labels=labels,
        classes=tuple(label for label in classes if label in present),
        sources=tuple(sources),
        split=split,
        folds=None if folds is None else _numbered(folds),
        bad_files=tuple(bad_files),
        notes=tuple(notes),
        policy=policy,
    )


def restricted(data: ImageDataset, classes: Sequence[str] | None) -> ImageDataset:
    """Return the data set with these classes only, in this order; all for None.

    Raises
    ------
    DataError
        As :func:`~vistazo.data.classes.select` and :func:`assemble`.
    """
    if classes is None:
        return data
    kept = select(data.labels, classes)
    taken = data.take(kept.rows)
    return assemble(
        name=data.name,
        pixels=taken.images.pixels,
        facts=taken.images.facts,
        labels=kept.labels,
        classes=kept.classes,
        sources=taken.sources,
        groups=taken.images.groups,
        split=taken.split,
        folds=taken.folds,
        bad_files=data.bad_files,
        notes=(*data.notes, *kept.notes),
        policy=data.policy,
    )


def _numbered(folds: NDArray[Any]) -> NDArray[np.int64]:
    names, codes = np.unique(folds, return_inverse=True)
    # "10" comes after "9"
    ordered = sorted(names.tolist(), key=lambda name: (len(str(name)), name))
    place = {name: number for number, name in enumerate(ordered)}
    return np.array([place[name] for name in names.tolist()], np.int64)[codes]


def _refuse_new_classes(labels: NDArray[np.str_], split: NDArray[np.str_]) -> None:
    trained = set(labels[split == "train"].tolist())
    for part in ("validation", "test"):
        new = sorted(set(labels[split == part].tolist()) - trained)
        if new:
            raise DataError(
                "E-DATA-SPLITCLASSES",
                N_("The {part} part has classes that the training part lacks: {names}."),
                N_("Add training images of them, or leave them out with --classes."),
                part=part,
                names=listed(new),
            )
