"""Which columns of a table are pixels, and the shape of the images that they make."""

import math
import re
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from vistazo.data.formats._table_columns import FEWEST_PIXELS, Roles, candidates, roles_of, unused
from vistazo.data.formats._table_text import TextTable
from vistazo.errors import DataError
from vistazo.i18n import N_, _

_NUMBER = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?")


class PixelColumns(NamedTuple):
    """Where the cells of a row belong.

    ``names`` are the positions from 1 where the table has no header.
    """

    names: Sequence[str]
    roles: Roles
    pixels: list[int]
    header: bool
    notes: tuple[str, ...]


def holds_pixels(first_row: Sequence[str]) -> bool:
    """Tell by the number of its columns, none of which names files, what a table holds."""
    return len(first_row) > FEWEST_PIXELS and not candidates(first_row, "path")


def columns_of(table: TextTable, label: str | None) -> PixelColumns:
    """Return which column is what.

    Parameters
    ----------
    table : TextTable
        Its first row names the columns, or is the first image.
    label : str, optional
        The column of labels: its name, or its number from 1 where there is no header. None
        looks for the name, and takes the first where there is no header.

    Raises
    ------
    DataError
        ``E-TABLE-COLUMN``, ``E-TABLE-LABEL``.
    """
    notes: tuple[str, ...] = ()
    header = _is_header(table.first_row, table.separator)
    if header:
        names = list(table.first_row)
    else:
        names = [str(number) for number in range(1, len(table.first_row) + 1)]
        if label is None:
            notes = (_("The table has no header: its first column was taken for the labels."),)
    roles = roles_of(names, table.path, label if header else label or "1")
    pixels = _pixels(names, [place for place in range(len(names)) if place not in roles])
    return PixelColumns(names, roles, pixels, header, (*notes, *unused(names, {*roles, *pixels})))


def shape_of(n_pixels: int, wanted: Sequence[int] | None, table: Path) -> tuple[int, ...]:
    """Return the shape of one image: the one asked for, or square and gray.

    Raises
    ------
    DataError
        ``E-CSV-SHAPE`` where the pixels do not make such an image.
    """
    side = math.isqrt(n_pixels)
    shape = tuple(wanted) if wanted is not None else (side, side)
    if math.prod(shape) == n_pixels:
        return shape
    if wanted is None:
        message = N_("The rows of {table} have {n_pixels} pixels, which make no square image.")
    else:
        message = N_("The rows of {table} have {n_pixels} pixels, which are not {shape}.")
    raise DataError(
        "E-CSV-SHAPE",
        message,
        N_("Give their shape, such as --shape 24x32, or --shape 32x32x3 for colour."),
        table=table,
        n_pixels=n_pixels,
        shape=" × ".join(map(str, shape)),
    )


def number(cell: str, separator: str) -> float:
    """Return the number in a cell, NaN for another text; a comma that separates is no point."""
    text = cell if separator == "," else cell.replace(",", ".")
    return float(text) if _NUMBER.fullmatch(text) else math.nan


def _is_header(cells: Sequence[str], separator: str) -> bool:
    """Tell names from numbers; pixels called 0, 1, 2, … are names too."""
    whole = sorted(int(cell) for cell in cells if cell.isdecimal() and len(cell) < 10)
    counted = len(whole) >= FEWEST_PIXELS and whole == list(range(whole[0], whole[0] + len(whole)))
    return counted or 2 * sum(math.isnan(number(cell, separator)) for cell in cells) > len(cells)


def _pixels(names: Sequence[str], places: list[int]) -> list[int]:
    words = {
        place: found[0][:-1].rstrip("_- .")
        for place in places
        if (found := re.match(r"\D*\d", names[place]))  # p of p_12, nothing of 1x12
    }
    word, n = Counter(words.values()).most_common(1)[0] if words else ("", 0)
    # of red1, green1, blue1 no word has most columns, and none may be left out
    if 2 * n > len(places):
        return [place for place in places if words.get(place) == word]
    return places
