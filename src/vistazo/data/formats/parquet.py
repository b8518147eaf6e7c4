"""Parquet: a table with one image per row, as bytes or as the path of a file."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vistazo.data.dataset import ImageDataset, row_sources
from vistazo.data.first_bytes import first_bytes
from vistazo.data.formats import Format
from vistazo.data.formats._parquet_cells import Description, describe, read_cells
from vistazo.data.formats._table_columns import (
    Roles,
    alike,
    candidates,
    refuse_empty,
    roles_of,
    unused,
    without_files,
)
from vistazo.data.image_files.labelled_files import from_files
from vistazo.data.image_files.listed_paths import ListedFile, listed_path
from vistazo.data.image_files.stored_files import BytesFile, StoredFile
from vistazo.data.labels import read_labels
from vistazo.data.request import Request
from vistazo.errors import DataError
from vistazo.i18n import N_

__all__ = ["Parquet"]


class Parquet(Format):
    """One row per image: its bytes or its file, its label; if there are any, group, part and fold.

    Images are a column of bytes, of Hugging Face's pairs of bytes and path, or of paths that
    start at the folder of the table. Names of classes come from Hugging Face's description
    of the columns, where the file has one.
    """

    takes = frozenset({"label_column"})

    def recognises(self, path: Path) -> bool:
        """Tell by the first bytes."""
        return first_bytes(path).startswith(b"PAR1")

    def read(self, path: Path, request: Request) -> ImageDataset:
        """Read the columns, then decode the images."""
        columns = describe(path)
        image, roles = _roles(columns, path, request.label_column)
        used = [place for place in (image, *roles) if place is not None]
        cells = read_cells(path, [columns.names[place] for place in used])
        files, names = files_in(cells[columns.names[image]], path)

        def texts(place: int | None) -> NDArray[np.str_] | None:
            return None if place is None else _texts(cells, columns, place, path)

        labels = _texts(cells, columns, roles.label, path)
        order = columns.classes.get(columns.names[roles.label], [])
        present = set(labels.tolist())
        if request.classes is None and order:
            request = replace(request, classes=[name for name in order if name in present])
        return from_files(
            files,
            names,
            labels,
            request,
            groups=texts(roles.group),
            split=texts(roles.split),
            folds=texts(roles.fold),
            notes=unused(columns.names, used),
        )


def _roles(columns: Description, table: Path, label: str | None) -> tuple[int, Roles]:
    names, image = columns.names, image_column(columns, table)
    if label is None and not candidates(names, "label") and len(columns.classes) == 1:
        (label,) = columns.classes
    return image, roles_of(besides(columns, image), table, label)


def image_column(columns: Description, table: Path) -> int:
    """Return the position of the column of images.

    Raises
    ------
    DataError
        ``E-TABLE-COLUMN`` where there is none, or more than one.
    """
    names, named = columns.names, candidates(columns.names, "path")
    images = columns.of_bytes or named
    if len(images) > 1:
        images = [place for place in images if place in named] or images
    if not images:
        raise without_files(names, table)
    if len(images) > 1:
        raise alike(names[images[0]], names[images[1]], table)
    return images[0]


def besides(columns: Description, image: int) -> list[str]:
    """Return the names of the columns; those of the images and of their paths are empty."""
    taken = {image, *candidates(columns.names, "path")}
    return ["" if place in taken else column for place, column in enumerate(columns.names)]


def files_in(values: Sequence[Any], table: Path) -> tuple[list[StoredFile], Sequence[str]]:
    """Return the images of a column and what they are called: paths, or numbers of rows.

    Raises
    ------
    DataError
        ``E-CSV-PATH``.
    """
    folder = table.parent.resolve()
    files: list[StoredFile] = []
    names: list[str] = []
    for row, value in enumerate(values, 1):
        cell = value if isinstance(value, dict) else {_field(value): value}
        content, path = cell.get("bytes"), cell.get("path")
        if content is None and path:
            path = listed_path(path, row, table)
            files.append(ListedFile(folder, path))
        else:
            files.append(BytesFile(content or b""))
        names.append(path or "")
    if "" in names or len(set(names)) < len(names):
        return files, row_sources(len(files))
    return files, names


def _field(value: object) -> str:
    return "path" if isinstance(value, str) else "bytes"


def _texts(
    cells: dict[str, list[Any]], columns: Description, place: int, table: Path
) -> NDArray[np.str_]:
    column = columns.names[place]
    values = cells[column]
    if classes := columns.classes.get(column):
        values = [_named(value, row, classes, table) for row, value in enumerate(values, 1)]
    refuse_empty([row for row, one in enumerate(values, 1) if one in (None, "")], column, table)
    return read_labels(values, column)


def _named(value: object, row: int, classes: Sequence[str], table: Path) -> str | None:
    if value is None or value == -1:  # Hugging Face's mark of what has no label
        return None
    if isinstance(value, int) and 0 <= value < len(classes):
        return classes[value]
    raise DataError(
        "E-PARQUET-LABEL",
        N_("Row {row} of {table} has the label {value}, but the {n} classes are 0 to {last}."),
        N_("Correct that row, or the description of the columns."),
        row=row,
        table=table,
        value=value,
        n=len(classes),
        last=len(classes) - 1,
    )
