"""A data set from image files whose labels are known: chosen, decoded, put together."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from vistazo.data.assembly import PARTS, assemble
from vistazo.data.classes import select
from vistazo.data.dataset import ImageDataset
from vistazo.data.image_files.decoding_once import decode_once
from vistazo.data.image_files.stored_files import StoredFile
from vistazo.data.request import Request
from vistazo.errors import DataError
from vistazo.i18n import N_


def from_files(
    files: Sequence[StoredFile],
    names: Sequence[str],
    labels: NDArray[np.str_],
    request: Request,
    *,
    groups: NDArray[np.str_] | None = None,
    split: NDArray[np.str_] | None = None,
    folds: NDArray[np.str_] | None = None,
    notes: Sequence[str] = (),
) -> ImageDataset:
    """Return the data set of image files.

    Parameters
    ----------
    files : sequence of StoredFile
    names : sequence of str
        What the files are called in reports and errors.
    labels : ndarray of str, shape (n_files,)
    request : Request
        Files of classes that it leaves out are not opened.
    groups : ndarray of str, shape (n_files,), optional
    split : ndarray of str, shape (n_files,), optional
        Names of parts, as :func:`parts_named` takes them.
    folds : ndarray of str, shape (n_files,), optional
    notes : sequence of str
        What a person should know of how the files were found.

    Raises
    ------
    DataError
        ``E-DATA-SPLIT``, ``E-DATA-BAD`` and the other ``E-DATA-…`` of classes and parts.
    """
    parts = None if split is None else parts_named(split)
    kept = select(labels, request.classes)
    decoded = decode_once(
        [files[row] for row in kept.rows],
        [names[row] for row in kept.rows],
        request.policy,
        request.progress,
    )
    rows = kept.rows[decoded.rows]
    return assemble(
        name=request.name,
        pixels=decoded.pixels,
        facts=decoded.facts,
        labels=kept.labels[decoded.rows],
        classes=kept.classes,
        sources=[names[row] for row in rows],
        groups=None if groups is None else groups[rows],
        split=None if parts is None else parts[rows],
        folds=None if folds is None else folds[rows],
        bad_files=decoded.bad_files,
        notes=(*notes, *kept.notes, *decoded.notes),
        policy=decoded.policy,
    )


def parts_named(values: NDArray[np.str_]) -> NDArray[np.str_]:
    """Return ``"train"``, ``"validation"`` or ``"test"`` for what people call these parts.

    Raises
    ------
    DataError
        ``E-DATA-SPLIT`` for another name.
    """
    known = {value: PARTS.get(value.casefold()) for value in set(values.tolist())}
    unknown = [value for value, part in known.items() if part is None]
    if unknown:
        raise DataError(
            "E-DATA-SPLIT",
            N_("'{part}' is no part of a data set."),
            N_("The parts are train, validation and test."),
            part=min(unknown),
        )
    return np.array([known[value] for value in values.tolist()], dtype=np.str_)
