"""Data sets from what is in memory: arrays, tensors, or a frame of paths and labels."""

import difflib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vistazo.data.assembly import assemble
from vistazo.data.classes import select
from vistazo.data.dataset import ImageDataset, row_sources
from vistazo.data.image_files.decoded_files import Progress
from vistazo.data.image_files.labelled_files import from_files, parts_named
from vistazo.data.image_files.stored_files import DiskFile
from vistazo.data.images import plain
from vistazo.data.labels import read_one_each
from vistazo.data.layouts import as_numpy, as_pixels
from vistazo.data.policy import DecodePolicy
from vistazo.data.request import Request
from vistazo.errors import DataError
from vistazo.i18n import N_


def from_arrays(
    images: Any,
    labels: Any,
    *,
    classes: Sequence[str] | None = None,
    groups: Any = None,
    name: str = "arrays",
    split: Any = None,
    folds: Any = None,
    channels_first: bool | None = None,
    shape: Sequence[int] | None = None,
) -> ImageDataset:
    """Return a data set of images that are already decoded.

    Parameters
    ----------
    images : array-like
        See :func:`~vistazo.data.layouts.as_pixels` for layouts and number types.
    labels : array-like, shape (n_images,)
        Text or whole numbers.
    classes : sequence of str, optional
        Names of the labels 0, 1, …, or the labels to keep, in order.
    groups : array-like, shape (n_images,), optional
        Images of one group never fall on both sides of a fold.
    name : str
        What reports call the data set.
    split : array-like of str, shape (n_images,), optional
        ``"train"``, ``"validation"`` or ``"test"``.
    folds : array-like, shape (n_images,), optional
        The fold of each image, for ``Protocol(split="given-folds")``.
    channels_first : bool, optional
    shape : sequence of int, optional

    Raises
    ------
    DataError
        ``E-ARRAY-…`` for images, ``E-LABEL-…`` and ``E-DATA-…`` for labels.

    Examples
    --------
    >>> pixels = np.zeros((4, 8, 8), np.uint8)
    >>> from_arrays(pixels, [0, 0, 1, 1], classes=["cat", "dog"]).class_counts()
    {'cat': 2, 'dog': 2}
    """
    pixels, scaling = as_pixels(images, channels_first=channels_first, shape=shape)
    kept = select(_column("labels", labels, len(pixels)), classes)
    kept_pixels = pixels if len(kept.rows) == len(pixels) else pixels[kept.rows]
    return assemble(
        name=name,
        pixels=kept_pixels,
        facts=plain(kept_pixels).facts,
        labels=kept.labels,
        classes=kept.classes,
        sources=np.array(row_sources(len(pixels)))[kept.rows].tolist(),
        groups=None if groups is None else _column("groups", groups, len(pixels))[kept.rows],
        split=None
        if split is None
        else parts_named(_column("split", split, len(pixels)))[kept.rows],
        folds=None if folds is None else _column("folds", folds, len(pixels))[kept.rows],
        notes=(*scaling, *kept.notes),
        policy=DecodePolicy(size=pixels.shape[1:3], channels=pixels.shape[3]),
    )


def from_frame(
    frame: Any,
    *,
    path_column: str = "path",
    label_column: str = "label",
    group_column: str | None = None,
    split_column: str | None = None,
    fold_column: str | None = None,
    root: str | Path | None = None,
    size: int | tuple[int, int] | None = None,
    fit: str = "pad",
    channels: int | None = None,
    classes: Sequence[str] | None = None,
    name: str = "frame",
    progress: Progress | None = None,
) -> ImageDataset:
    """Return a data set of image files that a frame (pandas, polars) lists.

    Parameters
    ----------
    frame : frame
        One row per image.
    path_column, label_column : str
    group_column, split_column, fold_column : str, optional
        See :func:`from_arrays`.
    root : path, optional
        Where relative paths start; None takes the current folder.
    size, fit, channels
        See :class:`~vistazo.data.policy.DecodePolicy`; a single size is for both sides.
    classes, name
        See :func:`from_arrays`.
    progress : callable, optional
        Called with the number of images done and of all.

    Raises
    ------
    DataError
        ``E-FRAME-COLUMN`` for a column that is not there; ``E-DATA-BAD``; ``E-LABEL-…``.
    """
    paths = [str(path) for path in _frame_column(frame, path_column)]

    def column(wanted: str) -> NDArray[np.str_]:
        return _column(wanted, _frame_column(frame, wanted), len(paths))

    folder = Path(root or ".").expanduser()
    policy = DecodePolicy((size, size) if isinstance(size, int) else size, fit, channels)
    return from_files(
        [DiskFile(folder / path) for path in paths],
        paths,
        column(label_column),
        Request(name, policy, classes, progress),
        groups=None if group_column is None else column(group_column),
        split=None if split_column is None else column(split_column),
        folds=None if fold_column is None else column(fold_column),
    )


def _column(name: str, values: Any, n_images: int) -> NDArray[np.str_]:
    values = as_numpy(values) if hasattr(values, "detach") else values
    return read_one_each(values, name, n_images)


def _frame_column(frame: Any, column: str) -> Any:
    columns = [str(name) for name in frame.columns]
    if column in columns:
        return frame[column]
    near = difflib.get_close_matches(column, columns, n=3, cutoff=0.5)
    raise DataError(
        "E-FRAME-COLUMN",
        N_("The frame has no column '{column}'."),
        N_("Did you mean {near}?") if near else N_("It has: {columns}."),
        column=column,
        near=", ".join(f"'{name}'" for name in near),
        columns=", ".join(columns),
    )
