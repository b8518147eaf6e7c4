"""What a table of labelled image files says, wherever the files are: rows, then a data set."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path, PurePosixPath
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from vistazo.data.dataset import ImageDataset
from vistazo.data.formats._table_columns import (
    candidates,
    refuse_empty,
    roles_of,
    unused,
    without_files,
)
from vistazo.data.formats._table_text import TextTable
from vistazo.data.image_files.labelled_files import from_files
from vistazo.data.image_files.listed_paths import listed_path
from vistazo.data.image_files.stored_files import StoredFile
from vistazo.data.image_files.walking import IMAGE_SUFFIXES, is_ignored, shown
from vistazo.data.request import Request
from vistazo.i18n import ngettext
from vistazo.spreadsheets import unquoted


def read_listed(
    table: TextTable,
    request: Request,
    file_of: Callable[[str], StoredFile],
    names_in: Callable[[PurePosixPath], Iterable[str]],
) -> ImageDataset:
    """Read a table, then the files that it lists.

    Parameters
    ----------
    table : TextTable
    request : Request
    file_of : callable
        Given a path as seen from the folder of the table, returns the file; one that is not
        there fails when it is opened.
    names_in : callable
        Given a folder, seen from there too, returns the names of what lies in it.

    Raises
    ------
    DataError
        ``E-TABLE-…``, ``E-CSV-…``, ``E-LABEL-MISSING``, ``E-DATA-…``.
    """
    rows, notes = _rows(table, request.label_column)
    different = list(dict.fromkeys(rows))
    names = [row.path for row in different]
    return from_files(
        [file_of(name) for name in names],
        names,
        np.array([row.label for row in different], dtype=np.str_),
        request,
        groups=_column([row.group for row in different]),
        split=_column([row.split for row in different]),
        folds=_column([row.fold for row in different]),
        notes=(*table.notes, *notes, *_repeated(rows, names), *_unlisted(names, names_in)),
    )


class _Row(NamedTuple):
    path: str
    label: str
    group: str | None
    split: str | None
    fold: str | None


def _rows(table: TextTable, label: str | None) -> tuple[list[_Row], tuple[str, ...]]:
    numbered = table.rows()
    _first, columns = next(numbered, (0, []))
    roles = roles_of(columns, table.path, label) if candidates(columns, "path") else None
    if roles is None or roles.path is None:
        raise without_files(columns, table.path)
    rows: list[_Row] = []
    empty: dict[int, list[int]] = {role: [] for role in roles if role is not None}
    for number, cells in numbered:
        for role, numbers in empty.items():
            if not cells[role]:
                numbers.append(number)
        if path := cells[roles.path]:
            place = listed_path(path, number, table.path)
            rest = (None if r is None else cells[r] for r in (roles.group, roles.split, roles.fold))
            rows.append(_Row(place, unquoted(cells[roles.label]), *rest))
    for role, numbers in empty.items():
        refuse_empty(numbers, columns[role], table.path)
    return rows, unused(columns, roles)


def _column(values: list[str | None]) -> NDArray[np.str_] | None:
    return None if None in values else np.array(values, dtype=np.str_)


def _repeated(rows: Sequence[_Row], names: Sequence[str]) -> list[str]:
    notes = []
    again = [row.path for row, n in Counter(rows).items() for _row in range(n - 1)]
    if again:
        notes.append(
            ngettext(
                "{n} row that repeats another was left out ({example}).",
                "{n} rows that repeat others were left out, such as {example}.",
                len(again),
                example=again[0],
            )
        )
    otherwise = [name for name, n in Counter(names).items() if n > 1]
    if otherwise:
        notes.append(
            ngettext(
                "{n} file is listed with different labels, groups or parts, and was taken each "
                "time ({example}).",
                "{n} files are listed with different labels, groups or parts, and were taken each "
                "time, such as {example}.",
                len(otherwise),
                example=otherwise[0],
            )
        )
    return notes


def _unlisted(
    names: Sequence[str], names_in: Callable[[PurePosixPath], Iterable[str]]
) -> list[str]:
    """Look into the folders of the listed files, and no others: a table may lie anywhere."""
    listed = set(names)
    left = [
        str(place / name)
        for place in sorted({PurePosixPath(name).parent for name in names})
        for name in names_in(place)
        if Path(name).suffix.lower() in IMAGE_SUFFIXES
        and not is_ignored(name)
        and str(place / name) not in listed
    ]
    if not left:
        return []
    note = ngettext(
        "{n} image beside the listed ones is not in the table ({example}).",
        "{n} images beside the listed ones are not in the table, such as {example}.",
        len(left),
        example=shown(min(left)),
    )
    return [note]
