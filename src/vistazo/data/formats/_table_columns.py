"""Which column of a table is what, told by its name; asked for where it is in doubt."""

import difflib
import unicodedata
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from vistazo.data.classes import listed
from vistazo.data.formats._table_text import first_row, is_text_table
from vistazo.errors import DataError, UsageError, VistazoError
from vistazo.i18n import N_, _

_NAMES = {
    "path": (
        *("path", "filepath", "imagepath", "imgpath", "file", "filename", "imagefile"),
        *("imagefilename", "image", "imagename", "img", "ruta", "archivo", "fichero", "imagen"),
    ),
    "label": (
        *("label", "labels", "labelname", "class", "classname", "category", "categoryname"),
        *("target", "etiqueta", "clase", "categoria"),
    ),
    "group": ("group", "groups", "groupid", "groupname", "grupo"),
    "fold": ("fold", "folds", "foldid", "foldnumber", "kfold", "pliegue"),
    "split": ("split", "subset", "part", "partition", "set", "particion"),
}
"""Without capitals, accents, blanks and signs: ``File_Name`` is ``filename``."""
FEWEST_PIXELS = 64
"""8 × 8: a table with fewer columns of pixels is of something else."""
TABLE_NAMES = ("labels.csv", "metadata.csv")
"""What a table is called that is looked for in a folder."""


def candidates(columns: Sequence[str], role: str) -> list[int]:
    """Return the positions of the columns whose names tell a role."""
    return [position for position, column in enumerate(columns) if _plain(column) in _NAMES[role]]


class Roles(NamedTuple):
    """Positions of the columns that are read."""

    path: int | None
    label: int
    group: int | None
    split: int | None
    fold: int | None


def roles_of(columns: Sequence[str], table: Path, label: str | None = None) -> Roles:
    """Return which column is what.

    Parameters
    ----------
    columns : sequence of str
    table : Path
        For errors.
    label : str, optional
        Name of the column of labels; None looks for it.

    Raises
    ------
    DataError
        ``E-TABLE-COLUMN`` where two look alike, or the one asked for is not there;
        ``E-TABLE-LABEL`` where none or more than one could hold the labels.
    """
    found = _label(columns, table, label)
    others = ["" if position == found else column for position, column in enumerate(columns)]
    path, *rest = (_only(others, role, table) for role in ("path", "group", "split", "fold"))
    return Roles(path, found, *rest)


def path_and_split(columns: Sequence[str], table: Path) -> tuple[int, int | None]:
    """Return where files and where their parts stand in a table that is read without labels.

    Raises
    ------
    DataError
        ``E-TABLE-COLUMN`` where two columns look alike, or none names files.
    """
    path = _only(columns, "path", table)
    if path is None:
        raise without_files(columns, table)
    return path, split_of(columns, table)


def split_of(columns: Sequence[str], table: Path) -> int | None:
    """Return where the parts stand, if anywhere.

    Raises
    ------
    DataError
        ``E-TABLE-COLUMN`` where two columns look alike.
    """
    return _only(columns, "split", table)


def without_files(columns: Sequence[str], table: Path) -> DataError:
    """Return the error for a table that does not say where its images are."""
    return DataError(
        "E-TABLE-COLUMN",
        N_("No column of {table} is known to name image files. There are: {columns}."),
        N_(
            "Call it 'path' or 'file_name'; the first row must name the columns. A table of pixels "
            "has {fewest} columns of them or more."
        ),
        table=table,
        columns=listed(columns, limit=20),
        fewest=FEWEST_PIXELS,
    )


def no_table(source: str) -> UsageError:
    """Return the error for a column of labels that was named where no table is read."""
    folder = Path(source).expanduser()
    inside = sorted(filter(is_text_table, folder.iterdir())) if folder.is_dir() else []
    if inside:
        return UsageError(
            "E-DATA-OPTION",
            N_("{source} is read by its folders, and not by {table}. That has: {columns}."),
            N_("Leave out --label-column, or give the table itself instead of its folder."),
            source=source,
            table=inside[0],
            columns=listed(first_row(inside[0]), limit=20),
        )
    return UsageError(
        "E-DATA-OPTION",
        N_("{source} is not read as a table: there is no column to take the labels from."),
        N_("Leave out --label-column, or give a table (CSV or TSV) that has this column."),
        source=source,
    )


def no_rows_of_pixels(source: str) -> VistazoError:
    """Return the error for a shape that was given where no image is a flat row of pixels."""
    table = Path(source).expanduser()
    if is_text_table(table) and not candidates(columns := first_row(table), "path"):
        return without_files(columns, table)
    return UsageError(
        "E-DATA-OPTION",
        N_("The images of {source} have shapes of their own."),
        N_("Leave out --shape, or use --size to make them larger or smaller."),
        source=source,
    )


def alike(first: str, second: str, table: Path) -> DataError:
    """Return the error for two columns that have one role."""
    return DataError(
        "E-TABLE-COLUMN",
        N_("The columns '{first}' and '{second}' of {table} mean the same."),
        N_("Rename or remove one of them."),
        first=first,
        second=second,
        table=table,
    )


def refuse_empty(rows: Sequence[int], column: str, table: Path) -> None:
    """Raise ``E-LABEL-MISSING`` where rows have nothing in a column."""
    if rows:
        raise DataError(
            "E-LABEL-MISSING",
            N_("Rows of {table} with nothing in '{column}': {n}; the first: {rows}."),
            N_("Leave these rows out, or fill them in."),
            n=len(rows),
            table=table,
            column=column,
            rows=", ".join(map(str, rows[:5])),
        )


def unused(columns: Sequence[str], used: Collection[int | None]) -> tuple[str, ...]:
    """Return a note on the columns that nobody reads."""
    left = [column for position, column in enumerate(columns) if position not in used and column]
    return (_("Columns that were not used: {columns}.", columns=listed(left)),) if left else ()


def tables_in(folder: Path) -> list[Path]:
    """Return the files of a folder that are called like a table of images."""
    return [folder / name for name in TABLE_NAMES if is_text_table(folder / name)]


def table_in(folder: Path) -> Path | None:
    """Return the one file of a folder that is called like a table of images and lists some."""
    tables = tables_in(folder)
    if len(tables) != 1 or not candidates(first_row(tables[0]), "path"):
        return None
    return tables[0]


def labels_in_table(folder: Path) -> bool:
    """Tell whether a table in a folder lists its images with labels: its folders then do not."""
    table = table_in(folder)
    return table is not None and bool(candidates(first_row(table), "label"))


def tables_left_alone(columns: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
    """Return a note where tables, of these names and columns, lie beside class folders."""
    if len(columns) > 1:
        return (_("{tables} were not used: only one may list the images.", tables=listed(columns)),)
    return tuple(
        _(
            "{table} was not used: its columns are {columns}, and to list images it needs one "
            "called 'path' and one called 'label'.",
            table=table,
            columns=listed(names),
        )
        for table, names in columns.items()
    )


def _label(columns: Sequence[str], table: Path, wanted: str | None) -> int:
    found = candidates(columns, "label")
    if wanted is not None:
        found = [position for position, column in enumerate(columns) if column == wanted.strip()]
        if not found:
            raise _no_such_column(columns, table, wanted)
    if len(found) == 1:
        return found[0]
    names = [columns[position] for position in found]
    if twice := [name for name in names if names.count(name) > 1]:
        raise alike(twice[0], twice[1], table)
    if found:
        message = N_("{table} has more than one column that may hold the labels: {candidates}.")
    else:
        message = N_("No column of {table} is known to hold labels.")
    raise DataError(
        "E-TABLE-LABEL",
        message,
        N_("Name it with --label-column. There are: {columns}."),
        table=table,
        columns=listed(columns, limit=20),
        candidates=listed(f"'{name}'" for name in names),
    )


def _only(columns: Sequence[str], role: str, table: Path) -> int | None:
    found = candidates(columns, role)
    if len(found) > 1:
        raise alike(columns[found[0]], columns[found[1]], table)
    return found[0] if found else None


def _plain(column: str) -> str:
    letters = unicodedata.normalize("NFKD", column.casefold())
    return "".join(letter for letter in letters if letter.isalnum() and letter.isascii())


def _no_such_column(columns: Sequence[str], table: Path, wanted: str) -> DataError:
    near = difflib.get_close_matches(wanted, columns, n=3, cutoff=0.5)
    return DataError(
        "E-TABLE-COLUMN",
        N_("{table} has no column '{column}'."),
        N_("Did you mean {near}? It has: {columns}.") if near else N_("It has: {columns}."),
        table=table,
        column=wanted,
        near=", ".join(f"'{name}'" for name in near),
        columns=listed(columns, limit=20),
    )
