"""Which images a source sets aside for its test: told by its folders, and by tables in it."""

import contextlib
import unicodedata
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from vistazo.data.assembly import PARTS
from vistazo.data.formats._table_columns import candidates, path_and_split, refuse_empty
from vistazo.data.formats._table_text import TextTable
from vistazo.data.image_files.labelled_files import parts_named
from vistazo.data.image_files.listed_paths import listed_path

Names = tuple[str, ...]
"""The names that lead from the source to a file."""


class Listing(NamedTuple):
    """The files that a table lists, each once, and those among them that are for the test."""

    files: tuple[Names, ...]
    test: tuple[Names, ...]


def has_parts(columns: Sequence[str]) -> bool:
    """Tell by the columns of a table whether it lists files and their parts."""
    return bool(candidates(columns, "path") and candidates(columns, "split"))


def read_listing(table: TextTable) -> Listing:
    """Read a table that lists files, with or without labels.

    Raises
    ------
    DataError
        ``E-TABLE-COLUMN``, ``E-CSV-…``; ``E-LABEL-MISSING`` for a row without a file, or without
        a part where others have one; ``E-DATA-SPLIT``.
    """
    numbered = table.rows()
    _first, columns = next(numbered, (0, []))
    path, split = path_and_split(columns, table.path)
    files: list[Names] = []
    values: list[str] = []
    empty: dict[int, list[int]] = {place: [] for place in (path, split) if place is not None}
    for number, cells in numbered:
        for place, numbers in empty.items():
            if not cells[place]:
                numbers.append(number)
        if cells[path]:
            files.append(tuple(listed_path(cells[path], number, table.path).split("/")))
            values.append("train" if split is None else cells[split])
    for place, numbers in empty.items():
        refuse_empty(numbers, columns[place], table.path)
    is_test = are_test(values)
    test = [names for names, held_out in zip(files, is_test, strict=True) if held_out]
    return Listing(tuple(dict.fromkeys(files)), tuple(dict.fromkeys(test)))


def are_test(parts: Sequence[str]) -> list[bool]:
    """Tell which of these names of parts are of the test part.

    Raises
    ------
    DataError
        ``E-DATA-SPLIT`` for a name that nobody knows.
    """
    return [part == "test" for part in parts_named(np.array(parts, dtype=np.str_)).tolist()]


def without_test(
    images: Iterable[Names], listed: Iterable[Names] = (), root: Path | None = None
) -> list[Names]:
    """Return the images that are of no test part.

    Of the folders that lead to an image and are called like a part, the outermost decides:
    ``test/cats/1.png`` is a test image, ``train/test/1.png`` is of a class called ``test``.

    Parameters
    ----------
    images : iterable of tuple of str
    listed : iterable of tuple of str
        What tables list as test images.
    root : Path, optional
        Where the images lie on disk; a file that is also a test image under another name, or by
        a link, is one.
    """
    images, listed = list(images), list(listed)
    held_out = {names for names in images if _in_test_folder(names)}
    # a table may spell accents or capitals otherwise than the file system does
    alike = {_plain(names) for names in listed}
    held_out |= {names for names in images if _plain(names) in alike}
    if root is not None and (held_out or listed):
        test_files = {_identity(root, names) for names in (*held_out, *listed)} - {None}
        held_out |= {names for names in images if _identity(root, names) in test_files}
    return [names for names in images if names not in held_out]


def _in_test_folder(names: Names) -> bool:
    parts = (PARTS.get(name.casefold()) for name in names[:-1])
    return next((part for part in parts if part), None) == "test"


def _plain(names: Names) -> str:
    return unicodedata.normalize("NFC", "/".join(names)).casefold()


def _identity(root: Path, names: Names) -> tuple[int, int] | None:
    with contextlib.suppress(OSError, ValueError):
        status = root.joinpath(*names).stat()
        if status.st_ino:  # some file systems number nothing
            return status.st_dev, status.st_ino
    return None
