"""Lines of numbers to rows of pixels: many lines at once, one by one only where some are bad."""

from collections.abc import Sequence
from itertools import islice
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from vistazo.data.decoding.depth import from_floats
from vistazo.data.formats._pixel_columns import PixelColumns, number
from vistazo.data.formats._table_text import TextTable, wrong_length
from vistazo.errors import DataError
from vistazo.i18n import N_

CELLS_AT_ONCE = 2**22
"""Cells that are numbers at one time, before they become bytes: some 50 MB."""


class PixelRows(NamedTuple):
    """The rows that could be read, and what is wrong with the others.

    Parameters
    ----------
    pixels : ndarray of uint8, shape (n_rows, n_pixels)
    lines : list of int
        The line of each row, from 1.
    cells : list of dict of int to str
        Of each row, the cells that are no pixels, by column.
    bad : dict of int to DataError
        By line.
    """

    pixels: NDArray[np.uint8]
    lines: list[int]
    cells: list[dict[int, str]]
    bad: dict[int, DataError]


def read_rows(table: TextTable, columns: PixelColumns) -> PixelRows:
    """Read a table of pixels, a part of it at a time.

    Whole numbers of 0 to 255 are taken as they are. Where there are fractions, white is 1 if
    most numbers above 0 are at most 1, else 255.
    """
    # each cell takes a digit and a separator at least
    most = table.path.stat().st_size // (2 * len(columns.names) - 1) + 1
    pixels = np.empty((min(most, table.most_lines), len(columns.pixels)), np.uint8)
    found = PixelRows(pixels, [], [], {})
    lines = table.lines()
    if columns.header:
        next(lines, None)
    white = None
    while part := list(islice(lines, max(1, CELLS_AT_ONCE // len(columns.names)))):
        whole = [(row, line) for row, line in part if _n_cells(table, line) == len(columns.names)]
        values = _numbers(table, columns, [line for _row, line in whole])  # (n_lines, n_pixels)
        done = len(found.lines)
        if white is None:
            white = _white(values)
            if white == 1:  # so far there were only 0 and 1
                pixels[:done] *= 255
        good = np.all((values >= 0) & (values <= (white or 255)), axis=1)
        taken = {row: line for (row, line), is_good in zip(whole, good, strict=True) if is_good}
        pixels[done : done + len(taken)] = _as_bytes(values[good], white)
        found.lines.extend(taken)
        found.cells.extend(_others(table, columns, line) for line in taken.values())
        for row, line in part:
            if row not in taken:
                found.bad[row] = _fault(table, columns, row, line, white or 255)
    return found._replace(pixels=pixels[: len(found.lines)])


def _n_cells(table: TextTable, line: str) -> int:
    return len(table.cells(line)) if '"' in line else line.count(table.separator) + 1


def _others(table: TextTable, columns: PixelColumns, line: str) -> dict[int, str]:
    places = [place for place in columns.roles if place is not None]
    if '"' in line:
        cells = table.cells(line)
        return {place: cells[place] for place in places}
    return {place: _cell(line, table.separator, place, len(columns.names)) for place in places}


def _cell(line: str, separator: str, place: int, width: int) -> str:
    """Cut out one cell from the nearer end: a line has hundreds."""
    if 2 * place < width:
        return line.split(separator, place + 1)[place].strip()
    return line.rsplit(separator, width - place)[place - width].strip()


def _numbers(table: TextTable, columns: PixelColumns, lines: Sequence[str]) -> NDArray[Any]:
    """Return the numbers of lines, shape (n_lines, n_pixels); NaN for lines that have others."""
    texts = lines if table.separator == "," else [line.replace(",", ".") for line in lines]
    for dtype in (np.uint8, np.float64):
        values = _parsed(texts, table.separator, columns.pixels, dtype)
        if values is not None:
            return values
    values = np.full((len(texts), len(columns.pixels)), np.nan)
    for row, text in enumerate(texts):
        one = _parsed([text], table.separator, columns.pixels, np.float64)
        if one is not None:
            values[row] = one[0]
    return values


def _parsed(
    texts: Sequence[str], separator: str, places: Sequence[int], dtype: type[np.generic]
) -> NDArray[Any] | None:
    if not texts:
        return np.empty((0, len(places)), dtype)
    try:
        values = np.loadtxt(
            texts, dtype, comments=None, delimiter=separator, usecols=places, ndmin=2, quotechar='"'
        )
    except ValueError:
        return None
    return values if len(values) == len(texts) else None  # a quotation mark joined two lines


def _white(values: NDArray[Any]) -> int | None:
    """Tell whether white is 1 or 255; None where all numbers are 0 and 1, which may be either."""
    lit = values[values > 0]
    if (lit % 1 != 0).any() and 2 * np.count_nonzero(lit <= 1) > len(lit):
        return 1
    return 255 if (lit > 1).any() or (lit % 1 != 0).any() else None


def _as_bytes(values: NDArray[Any], white: int | None) -> NDArray[np.uint8]:
    if values.dtype == np.uint8 and white != 1:
        return values
    return from_floats(values, 0, white or 255)


def _fault(table: TextTable, columns: PixelColumns, row: int, line: str, white: int) -> DataError:
    cells = table.cells(line)
    if len(cells) != len(columns.names):
        return wrong_length(table.path, row, len(cells), len(columns.names))
    place = next(
        place for place in columns.pixels if not 0 <= number(cells[place], table.separator) <= white
    )
    return DataError(
        "E-CSV-PIXEL",
        N_("Row {row} of {table} has '{value}' in column {column}: no pixel of 0 to {white}."),
        N_("Correct that row."),
        row=row,
        table=table.path,
        value=cells[place][:20],
        column=columns.names[place],
        white=white,
    )
