"""The text of a table: its encoding and its separator recognised, its rows numbered."""

import codecs
import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from vistazo.data.archives import is_archive
from vistazo.data.first_bytes import first_bytes
from vistazo.data.image_files.stored_files import BytesFile, DiskFile, StoredFile
from vistazo.errors import DataError
from vistazo.i18n import N_, _, number
from vistazo.reasons import reason_of

_SUFFIXES = frozenset({".csv", ".tsv"})
_LONGEST_LINE = 4 * 2**20
"""Characters of the first line beyond which a file is no table: 500 × 500 pixels have names."""

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_OLD = "cp1252"
"""What is not Unicode: the Windows code page, which holds all letters of Latin-1."""
_SEPARATORS = "\t;,"
"""Where two give as many columns the first wins: a comma may stand for the decimal point."""
_BLOCK = 2**20
MAX_UNPACKED = 2**28
"""Bytes of a table in an archive: it is kept in memory."""
_OTHERS = (b"PAR1", b"\0\0")
"""How Parquet and IDX start."""


@dataclass(frozen=True)
class TextTable:
    """A table in a text file.

    Parameters
    ----------
    path : Path
        What errors call it.
    file : StoredFile
    encoding : str
        Python's name for it.
    separator : str
        Between two cells.
    first_row : list of str
        The cells of the first line.
    most_lines : int
        There are no more lines than these.
    """

    path: Path
    file: StoredFile
    encoding: str
    separator: str
    first_row: list[str]
    most_lines: int

    @property
    def notes(self) -> tuple[str, ...]:
        """What a person should know about how the text was read."""
        if self.encoding != _OLD:
            return ()
        return (_("{table} is not in UTF-8; it was read as Latin-1.", table=self.path.name),)

    def lines(self) -> Iterator[tuple[int, str]]:
        """Yield the lines that are not blank, with their numbers from 1."""
        with _text(self.file, self.encoding) as file:
            for number, line in enumerate(file, 1):
                if line.strip(self.separator + " \t\n"):
                    yield number, line

    def rows(self) -> Iterator[tuple[int, list[str]]]:
        """Yield the rows that are not blank, as a spreadsheet numbers them, cells stripped.

        Raises
        ------
        DataError
            ``E-CSV-ROW`` for a row with another number of cells than the first, and for
            quotation marks that do not pair up.
        """
        expected = 0
        number = 0
        with _text(self.file, self.encoding, newline="") as file:
            reader = csv.reader(file, delimiter=self.separator, strict=True)
            try:
                for number, row in enumerate(reader, 1):
                    cells = [cell.strip() for cell in row]
                    if not any(cells):
                        continue
                    expected = expected or len(cells)
                    if len(cells) != expected:
                        raise wrong_length(self.path, number, len(cells), expected)
                    yield number, cells
            except csv.Error as error:
                raise DataError(
                    "E-CSV-ROW",
                    N_("Row {row} of {table} cannot be read: {reason}."),
                    N_("Correct the quotation marks of that row."),
                    row=number + 1,
                    table=self.path,
                    reason=reason_of(error),
                ) from error

    def cells(self, line: str) -> list[str]:
        """Return the cells of one line, stripped."""
        return _cells(line, self.separator)


def is_text_table(path: Path) -> bool:
    """Tell by its ending whether a file is a table, unless it starts like another format."""
    try:
        return (
            path.suffix.lower() in _SUFFIXES
            and path.is_file()
            and not first_bytes(path).startswith(_OTHERS)
            and not is_archive(path)
        )
    except OSError:  # of a folder that may not be looked into
        return False


def open_table(path: Path, file: StoredFile | None = None) -> TextTable:
    """Find out how a table is written.

    Parameters
    ----------
    path : Path
        What errors call it.
    file : StoredFile, optional
        Where it is; None for the file of that path.

    Raises
    ------
    DataError
        ``E-CSV-ENCODING`` where the bytes are no text; ``E-DATA-PERM``.
    """
    file = file or DiskFile(path)
    try:
        encoding, most_lines = _encoding(file)
    except OSError as error:
        raise unreadable(path, error) from error
    if encoding is None:
        raise DataError(
            "E-CSV-ENCODING",
            N_("{table} is neither UTF-8 nor UTF-16 nor Latin-1 text."),
            N_("Save it again as CSV in UTF-8."),
            table=path,
        )
    line = _first_line(file, encoding)
    separator = _separator(line)
    return TextTable(path, file, encoding, separator, _cells(line, separator), most_lines)


def unpacked(archive: Path, parts: Sequence[str], file: StoredFile) -> BytesFile:
    """Return a table in an archive, unpacked once.

    Raises
    ------
    DataError
        ``E-ARC-BOMB`` beyond :data:`MAX_UNPACKED`; ``E-ARC-TRUNC``; ``E-DATA-PERM``.
    """
    if file.size() > MAX_UNPACKED:
        raise DataError(
            "E-ARC-BOMB",
            N_("{table} has more than {limit} MB, which is refused of a table in an archive."),
            N_("If you trust it, unpack it yourself and give the folder."),
            table=archive.joinpath(*parts),
            limit=number(MAX_UNPACKED // 2**20),
        )
    try:
        with file.open() as stream:
            return BytesFile(stream.read())
    except OSError as error:
        raise unreadable(archive, error) from error


def first_row(file: StoredFile | Path) -> list[str]:
    """Return the cells of the first line; none where it cannot be read."""
    file = DiskFile(file) if isinstance(file, Path) else file
    try:
        encoding, _most_lines = _encoding(file, _BLOCK)
        line = _first_line(file, encoding) if encoding else ""
    except (OSError, UnicodeError):
        return []
    return _cells(line, _separator(line))


def unreadable(path: Path, error: OSError) -> DataError:
    """Return the error for a file that the system does not let us read."""
    return DataError(
        "E-DATA-PERM",
        N_("{path} may not be read: {reason}."),
        N_("Ask for the right to read it, or move it elsewhere."),
        path=path,
        reason=reason_of(error),
    )


def wrong_length(table: Path, row: int, n_values: int, expected: int) -> DataError:
    """Return the error for a row that is shorter or longer than the others."""
    return DataError(
        "E-CSV-ROW",
        N_("Row {row} of {table} does not have {expected} values, but {n_values}."),
        N_("Correct that row; put values that hold a separator in quotation marks."),
        row=row,
        table=table,
        n_values=n_values,
        expected=expected,
    )


def _encoding(file: StoredFile, limit: int | None = None) -> tuple[str | None, int]:
    """Return the first encoding that fits the first ``limit`` bytes, and a bound on the lines."""
    with file.open() as content:
        start = content.read(3)
    marked = [encoding for mark, encoding in _MARKS if start.startswith(mark)][:1]
    if not marked and b"\0" in start[:2]:  # UTF-16 without its mark
        marked = ["utf-16-le" if start[1:2] == b"\0" else "utf-16-be"]
    for encoding in marked or ("utf-8", _OLD):
        decoder = codecs.getincrementaldecoder(encoding)()
        n_read = n_feeds = n_returns = 0
        try:
            with file.open() as content:
                while block := content.read(_BLOCK):
                    decoder.decode(block)
                    n_read += len(block)
                    n_feeds += block.count(b"\n")
                    n_returns += block.count(b"\r")
                    if limit is not None and n_read >= limit:
                        break
                else:
                    decoder.decode(b"", final=True)
        except UnicodeError:
            continue
        return encoding, max(n_feeds, n_returns) + 1
    return None, 0


def _first_line(file: StoredFile, encoding: str) -> str:
    with _text(file, encoding) as content:
        line = content.readline(_LONGEST_LINE)
    return line if len(line) < _LONGEST_LINE else ""


def _separator(line: str) -> str:
    return max(_SEPARATORS, key=lambda separator: len(_cells(line, separator)))


def _cells(line: str, separator: str) -> list[str]:
    try:
        return [cell.strip() for row in csv.reader([line], delimiter=separator) for cell in row]
    except csv.Error:  # a cell beyond the reader's limit
        return []


def _text(file: StoredFile, encoding: str, newline: str | None = None) -> io.TextIOWrapper:
    return io.TextIOWrapper(file.open(), encoding=encoding, newline=newline)
