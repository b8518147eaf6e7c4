"""What a Parquet file holds: its columns described, and their cells; pyarrow reads it."""

import contextlib
import importlib
import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from vistazo.data.formats._table_text import unreadable
from vistazo.errors import DataError, SetupError
from vistazo.i18n import N_

MOST_BYTES = 8 * 2**30
"""Of the columns that are read, beyond which a file is refused: they are held in memory."""
_ROWS_AT_ONCE = 256


class Description(NamedTuple):
    """The columns of a file.

    Parameters
    ----------
    names : list of str
    of_bytes : list of int
        Positions of those that hold bytes, or pairs of bytes and path.
    classes : dict of str to list of str
        Names of the labels 0, 1, …, by column, where Hugging Face's description has them.
    """

    names: list[str]
    of_bytes: list[int]
    classes: dict[str, list[str]]


def describe(path: Path) -> Description:
    """Return which columns a file has.

    Raises
    ------
    SetupError
        ``E-EXTRA`` where pyarrow is not installed.
    DataError
        ``E-PARQUET-TRUNC``, ``E-DATA-PERM``.
    """
    with _opened(path) as reader:
        schema = reader.schema_arrow
    of_bytes = [place for place, field in enumerate(schema) if _holds_bytes(field.type)]
    return Description(list(schema.names), of_bytes, _classes(schema.metadata or {}))


def read_cells(path: Path, columns: Sequence[str]) -> dict[str, list[Any]]:
    """Return the cells of some columns, as plain Python values.

    Raises
    ------
    DataError
        As :func:`describe`; ``E-PARQUET-BIG``.
    """
    cells: dict[str, list[Any]] = {name: [] for name in columns}
    n_bytes = 0
    with _opened(path) as reader:
        for batch in reader.iter_batches(_ROWS_AT_ONCE, columns=list(cells)):
            n_bytes += batch.nbytes
            if n_bytes > MOST_BYTES:
                raise DataError(
                    "E-PARQUET-BIG",
                    N_("{table} holds more than {limit} GB of images and labels."),
                    N_("Write the images into class folders instead."),
                    table=path,
                    limit=MOST_BYTES // 2**30,
                )
            for name, values in cells.items():
                values += batch.column(name).to_pylist()
    return cells


@contextlib.contextmanager
def _opened(path: Path) -> Iterator[Any]:
    try:
        arrow, parquet = map(importlib.import_module, ("pyarrow", "pyarrow.parquet"))
    except ImportError as error:
        raise SetupError(
            "E-EXTRA",
            N_("{path} is a Parquet file. Reading it takes an extra that is not installed."),
            N_("Run: pip install 'vistazo[arrow]'"),
            path=path,
        ) from error
    try:
        with parquet.ParquetFile(path) as reader:
            yield reader
    except PermissionError as error:
        raise unreadable(path, error) from error
    except (arrow.ArrowException, OSError, UnicodeError) as error:
        raise DataError(
            "E-PARQUET-TRUNC",
            N_("{table} is cut off or damaged: {reason}."),
            N_("Copy the file again from its source."),
            table=path,
            reason=str(error).partition("\n")[0].rstrip("."),
        ) from error


def _holds_bytes(kind: Any) -> bool:
    types = importlib.import_module("pyarrow").types
    if types.is_struct(kind):
        at = kind.get_field_index("bytes")
        return at >= 0 and _holds_bytes(kind.field(at).type)
    return bool(
        types.is_binary(kind)
        or types.is_large_binary(kind)
        or types.is_binary_view(kind)
        or types.is_fixed_size_binary(kind)
    )


def _classes(metadata: Mapping[bytes, bytes]) -> dict[str, list[str]]:
    try:
        features = json.loads(metadata[b"huggingface"])["info"]["features"]
        return {
            column: [str(name) for name in feature["names"]]
            for column, feature in features.items()
            if feature.get("_type") == "ClassLabel"
        }
    except (KeyError, ValueError, TypeError, AttributeError):  # another's, or none: then numbers
        return {}
