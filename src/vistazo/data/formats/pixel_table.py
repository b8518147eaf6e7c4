"""Pixel table: a CSV or TSV file with one image per row, one column for each of its pixels."""

import re
from dataclasses import replace
from pathlib import Path

from vistazo.data.arrays import from_arrays
from vistazo.data.dataset import BadFile, ImageDataset, too_many_bad
from vistazo.data.formats import Format
from vistazo.data.formats._pixel_columns import columns_of, holds_pixels, shape_of
from vistazo.data.formats._pixel_rows import PixelRows, read_rows
from vistazo.data.formats._table_columns import refuse_empty
from vistazo.data.formats._table_text import first_row, is_text_table, open_table
from vistazo.data.request import Request
from vistazo.errors import DataError
from vistazo.i18n import N_, _

__all__ = ["PixelTable"]


class PixelTable(Format):
    """One row per image: a label and the pixels, row after row, as in Kaggle's Fashion-MNIST.

    With a header (``label,pixel1,…``), in which ``group``, ``split`` and ``fold`` may
    stand too, or without one, the label first. Images are square and gray unless a shape is given.
    """

    takes = frozenset({"label_column", "shape"})

    def recognises(self, path: Path) -> bool:
        """Tell by the number of columns, none of which names files."""
        return is_text_table(path) and holds_pixels(first_row(path))

    def read(self, path: Path, request: Request) -> ImageDataset:
        """Read the table, a part at a time; rows that cannot be read are left out."""
        table = open_table(path)
        columns = columns_of(table, request.label_column)
        shape = shape_of(len(columns.pixels), request.shape, path)
        rows = read_rows(table, columns)
        _refuse_mostly_bad(rows, path)

        def column(place: int | None) -> list[str] | None:
            if place is None:
                return None
            values = [cells[place] for cells in rows.cells]
            empty = [row for row, value in zip(rows.lines, values, strict=True) if not value]
            refuse_empty(empty, columns.names[place], path)
            return values

        data = from_arrays(
            rows.pixels,
            _whole(column(columns.roles.label) or []),
            classes=request.classes,
            groups=column(columns.roles.group),
            split=column(columns.roles.split),
            folds=column(columns.roles.fold),
            name=request.name,
            shape=shape,
        )
        size = _("Each row is an image of {size} pixels.", size=" × ".join(map(str, shape)))
        digits = len(str(max(rows.lines, default=0)))
        return replace(
            data,
            sources=tuple(f"{rows.lines[int(row)]:0{digits}d}" for row in data.sources),
            bad_files=tuple(
                BadFile(_("row {row}", row=row), error.code, error.what)
                for row, error in rows.bad.items()
            ),
            notes=(*table.notes, *columns.notes, size, *data.notes),
        )


def _whole(labels: list[str]) -> list[str]:
    """Return ``9`` for ``9.0`` where all labels are numbers that were written with decimals."""
    if all(re.fullmatch(r"-?[0-9]+[.,][0-9]+(e[+-]?[0-9]+)?", label) for label in labels):
        numbers = [float(label.replace(",", ".")) for label in labels]
        if all(number.is_integer() for number in numbers):
            return [str(int(number)) for number in numbers]
    return labels


def _refuse_mostly_bad(rows: PixelRows, table: Path) -> None:
    """Allow for as many bad rows as for bad files among image files."""
    n_rows = len(rows.lines) + len(rows.bad)
    if too_many_bad(len(rows.bad), n_rows):
        raise DataError(
            "E-DATA-BAD",
            N_("{n_bad} of {n_rows} rows of {table} cannot be read as images. {first}"),
            N_("Correct them; --label-column and --shape say how rows are to be read."),
            n_bad=len(rows.bad),
            n_rows=n_rows,
            table=table,
            first=next(iter(rows.bad.values())).what,
        )
