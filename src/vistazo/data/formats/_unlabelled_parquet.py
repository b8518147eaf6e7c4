"""Images of a Parquet file without labels: those of the rows that are of no test part."""

from pathlib import Path

from vistazo.data.formats._held_out import Names, are_test, without_test
from vistazo.data.formats._parquet_cells import describe, read_cells
from vistazo.data.formats._table_columns import refuse_empty, split_of
from vistazo.data.formats._unlabelled_files import read_files
from vistazo.data.formats.parquet import besides, files_in, image_column
from vistazo.data.image_files.listed_paths import ListedFile
from vistazo.data.image_files.stored_files import StoredFile
from vistazo.data.request import Request
from vistazo.data.unlabelled_images import UnlabelledImages
from vistazo.errors import DataError
from vistazo.i18n import N_


def read_parquet(place: Path, request: Request) -> UnlabelledImages:
    """Read the column of images; of the others, only the one that names parts.

    Raises
    ------
    DataError
        ``E-PARQUET-…``, ``E-TABLE-COLUMN``; ``E-LABEL-MISSING`` and ``E-DATA-SPLIT`` where it is
        in doubt which images are for the test; ``E-DATA-EMPTY``, ``E-DATA-BAD``.
    SetupError
        ``E-EXTRA`` where pyarrow is not installed.
    """
    columns = describe(place)
    image = image_column(columns, place)
    split = split_of(besides(columns, image), place)
    used = [columns.names[column] for column in (image, split) if column is not None]
    cells = read_cells(place, used)
    stored, called = files_in(cells[columns.names[image]], place)
    # a file that is listed twice is known by its path, though its rows are known by numbers
    names: list[Names] = [
        tuple((file.name if isinstance(file, ListedFile) else own).split("/"))
        for file, own in zip(stored, called, strict=True)
    ]
    if not names:
        raise DataError(
            "E-DATA-EMPTY",
            N_("{name} has no images."),
            N_("Give at least one image."),
            name=request.name,
        )
    listed: list[Names] = []
    if split is not None:
        parts = cells[columns.names[split]]
        empty = [row for row, part in enumerate(parts, 1) if part in (None, "")]
        refuse_empty(empty, columns.names[split], place)
        held_out = are_test([str(part) for part in parts])
        listed = [one for one, is_test in zip(names, held_out, strict=True) if is_test]
    kept = set(without_test(names, listed, place.parent.resolve()))
    files: dict[Names, StoredFile] = {
        tuple(own.split("/")): file
        for own, one, file in zip(called, names, stored, strict=True)
        if one in kept
    }
    return read_files(files, len(names), request)
