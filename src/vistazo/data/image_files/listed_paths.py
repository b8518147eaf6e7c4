"""Image files that a table lists by path: nothing outside the table's folder is opened."""

import os
import stat
from dataclasses import dataclass
from pathlib import Path, PureWindowsPath
from typing import BinaryIO

from vistazo.data.image_files.stored_files import DiskFile
from vistazo.errors import DataError
from vistazo.files import system_name
from vistazo.i18n import N_, _


def listed_path(text: str, row: int, table: Path) -> str:
    r"""Return a path of a table with ``/`` between its parts.

    Both ``/`` and ``\`` separate, on any system, so that a table means one thing everywhere.

    Parameters
    ----------
    text : str
        As the table has it, such as ``./cats\1.jpg``; the result is ``cats/1.jpg``.
    row : int
        For errors, as is ``table``.
    table : Path

    Raises
    ------
    DataError
        ``E-CSV-PATH`` for absolute paths, drives, addresses, and any ``..``.
    """
    path = PureWindowsPath(text)
    leads_out = path.drive or path.root or ".." in path.parts or "://" in text or "\0" in text
    if leads_out or not path.parts:
        raise DataError(
            "E-CSV-PATH",
            N_("Row {row} of {table} names {path}; paths start at the folder of the table."),
            N_("Write them as they are seen from there, such as images/1.jpg, without '..'."),
            row=row,
            table=table,
            path=repr(text),
        )
    return "/".join(path.parts)


@dataclass(frozen=True)
class ListedFile:
    """A regular file below a folder; a link may lead to it, but not out of the folder.

    Parameters
    ----------
    folder : Path
        Without links: see :meth:`pathlib.Path.resolve`.
    name : str
        Relative to the folder.
    """

    folder: Path
    name: str

    def size(self) -> int:
        """Return the number of bytes."""
        return self._file().size()

    def open(self) -> BinaryIO:
        """Open the file for reading."""
        return self._file().open()

    def stamp(self) -> str:
        """Return what is another text once the bytes are others."""
        return self._file().stamp()

    def _file(self) -> DiskFile:
        path = Path(os.path.realpath(self.folder / system_name(self.name)))
        if not path.is_relative_to(self.folder):
            raise OSError(_("a link leads out of the folder of the table"))
        if not stat.S_ISREG(path.stat().st_mode):  # a pipe would be waited on for ever
            raise OSError(_("it is not a regular file"))
        return DiskFile(path)
