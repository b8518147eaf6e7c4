"""Label table: a CSV or TSV file that lists image files with their labels."""

import contextlib
import os
from collections import Counter
from collections.abc import Sequence
from pathlib import Path, PurePosixPath
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from vistazo.data.dataset import ImageDataset
from vistazo.data.formats import Format
from vistazo.data.formats._class_layout import has_classes
from vistazo.data.formats._pixel_columns import holds_pixels
from vistazo.data.formats._table_columns import (
    candidates,
    labels_in_table,
    refuse_empty,
    roles_of,
    table_in,
    unused,
    without_files,
)
from vistazo.data.formats._table_text import TextTable, first_row, is_text_table, open_table
from vistazo.data.image_files.labelled_files import from_files
from vistazo.data.image_files.listed_paths import ListedFile, listed_path
from vistazo.data.image_files.walking import IMAGE_SUFFIXES, is_ignored, shown, walk
from vistazo.data.request import Request
from vistazo.i18n import ngettext

__all__ = ["LabelTable"]


class LabelTable(Format):
    """One row per image: its file, its label, and if there are any its group, part and fold.

    Columns are known by their names: ``path`` or ``file_name``, ``label`` or ``class``,
    ``group``, ``split``, ``fold``. Paths start at the folder of the table and stay inside it.
    A folder is read by the ``labels.csv`` or ``metadata.csv`` in it, as Hugging Face's
    ``imagefolder``.
    """

    takes = frozenset({"label_column"})

    def recognises(self, path: Path) -> bool:
        """Tell by the names of columns; over class folders only a table with labels wins."""
        if path.is_dir():
            return labels_in_table(path) or (
                table_in(path) is not None and not has_classes(walk(path))
            )
        return is_text_table(path) and not holds_pixels(first_row(path))

    def read(self, path: Path, request: Request) -> ImageDataset:
        """Read the table, then the files that it lists."""
        table = open_table(table_in(path) or path)
        rows, notes = _rows(table, request.label_column)
        different = list(dict.fromkeys(rows))
        folder = table.path.parent.resolve()
        names = [row.path for row in different]
        return from_files(
            [ListedFile(folder, name) for name in names],
            names,
            np.array([row.label for row in different], dtype=np.str_),
            request,
            groups=_column([row.group for row in different]),
            split=_column([row.split for row in different]),
            folds=_column([row.fold for row in different]),
            notes=(*table.notes, *notes, *_repeated(rows, names), *_unlisted(folder, names)),
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
            rows.append(_Row(place, cells[roles.label], *rest))
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


def _unlisted(folder: Path, names: Sequence[str]) -> list[str]:
    """Look into the folders of the listed files, and no others: a table may lie anywhere."""
    listed, left = set(names), []
    for place in sorted({PurePosixPath(name).parent for name in names}):
        with contextlib.suppress(OSError), os.scandir(folder / place) as entries:
            left += [
                str(place / entry.name)
                for entry in entries
                if Path(entry.name).suffix.lower() in IMAGE_SUFFIXES
                and not is_ignored(entry.name)
                and str(place / entry.name) not in listed
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
