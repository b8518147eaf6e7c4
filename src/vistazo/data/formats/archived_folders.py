"""Zip and tar archives of class folders, or with a table of labels, read without unpacking."""

import errno
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import BinaryIO, NoReturn

from vistazo.data.archives import is_archive, open_archive
from vistazo.data.archives.members import found_among
from vistazo.data.dataset import ImageDataset
from vistazo.data.formats import Format
from vistazo.data.formats._class_layout import has_classes, nothing_in, read_classes
from vistazo.data.formats._listed_rows import read_listed
from vistazo.data.formats._table_columns import (
    TABLE_NAMES,
    candidates,
    no_table,
    tables_left_alone,
)
from vistazo.data.formats._table_text import TextTable, first_row, open_table, unpacked
from vistazo.data.formats.cifar import Cifar
from vistazo.data.image_files.stored_files import StoredFile
from vistazo.data.image_files.walking import Found, Kind
from vistazo.data.request import Request

__all__ = ["ArchivedFolders"]

_Files = Mapping[tuple[str, ...], StoredFile]


class ArchivedFolders(Format):
    """``.zip``, ``.tar``, ``.tar.gz``, ``.tar.bz2`` and ``.tar.xz`` with class folders inside.

    Layouts, order and what is skipped are those of class folders. A ``labels.csv`` or
    ``metadata.csv`` at the top of the archive, or in the only folder there, is read as the table
    of a folder is. Archives inside the archive are left alone.
    """

    takes = frozenset({"label_column"})

    def recognises(self, path: Path) -> bool:
        """Tell by the first bytes whether it is an archive, and of no data set known otherwise."""
        return is_archive(path) and not Cifar().recognises(path)

    def read(self, path: Path, request: Request) -> ImageDataset:
        """Read the files that a table lists, or all class folders.

        Raises
        ------
        DataError
            ``E-ARC-…`` for an archive that is damaged, locked or a threat; ``E-DATA-…``, and
            those of tables.
        UsageError
            ``E-DATA-OPTION`` for a column of labels where there is no table.
        """
        with open_archive(path) as listed:
            members = dict(listed)
            found = found_among(members)
            files = {parts: file for parts, file in members.items() if file is not None}
            tables = _tables_in(path, found, files)
            table = _listing(path, tables)
            # over class folders only a table with labels wins, as in a folder
            if table and (candidates(table.first_row, "label") or not has_classes(found)):
                return _read_table(table, next(iter(tables))[:-1], files, request)
            if request.label_column is not None:
                raise no_table(str(path))
            if not has_classes(found):
                raise nothing_in(path, found)
            data = read_classes(found, files.__getitem__, request)
            columns = {parts[-1]: first_row(file) for parts, file in tables.items()}
            return replace(data, notes=data.notes + tables_left_alone(columns))


def _tables_in(path: Path, found: Sequence[Found], files: _Files) -> _Files:
    """Return what is called like a table of images, at the top or in the only folder there."""
    tops = {entry.parts[0] for entry in found}
    for above in ((), tuple(tops)) if len(tops) == 1 else ((),):
        tables = {
            entry.parts: unpacked(path, entry.parts, files[entry.parts])
            for entry in found
            if entry.kind is Kind.OTHER
            and entry.parts[:-1] == above
            and entry.parts[-1] in TABLE_NAMES
        }
        if tables:
            return tables
    return {}


def _listing(path: Path, tables: _Files) -> TextTable | None:
    """Return the table, where there is one only and it lists files."""
    if len(tables) != 1:
        return None
    ((parts, file),) = tables.items()
    return open_table(path.joinpath(*parts), file) if candidates(first_row(file), "path") else None


def _read_table(
    table: TextTable, above: tuple[str, ...], files: _Files, request: Request
) -> ImageDataset:
    def file_of(name: str) -> StoredFile:
        return files.get((*above, *name.split("/")), _Absent())

    names: dict[tuple[str, ...], list[str]] = {}
    for parts in files:
        names.setdefault(parts[:-1], []).append(parts[-1])

    def names_in(place: PurePosixPath) -> list[str]:
        return names.get((*above, *place.parts), [])

    return read_listed(table, request, file_of, names_in)


@dataclass(frozen=True)
class _Absent:
    """A file that a table lists and that the archive does not have."""

    def size(self) -> int:
        self._fail()

    def open(self) -> BinaryIO:
        self._fail()

    def stamp(self) -> str:
        self._fail()

    def _fail(self) -> NoReturn:
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT))
