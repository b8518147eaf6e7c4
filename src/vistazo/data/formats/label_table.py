"""Label table: a CSV or TSV file that lists image files with their labels."""

import contextlib
from functools import partial
from pathlib import Path, PurePosixPath

from vistazo.data.dataset import ImageDataset
from vistazo.data.formats import Format
from vistazo.data.formats._class_layout import has_classes
from vistazo.data.formats._listed_rows import read_listed
from vistazo.data.formats._pixel_columns import holds_pixels
from vistazo.data.formats._table_columns import labels_in_table, table_in
from vistazo.data.formats._table_text import first_row, is_text_table, open_table
from vistazo.data.image_files.listed_paths import ListedFile
from vistazo.data.image_files.walking import walk
from vistazo.data.request import Request
from vistazo.files import system_name, text_of_name

__all__ = ["LabelTable"]


class LabelTable(Format):
    """One row per image: its file, its label, and if there are any its group, part and fold.

    Columns are known by their names: ``path`` or ``file_name``, ``label`` or ``class``,
    ``group``, ``split``, ``fold``. Paths start at the folder of the table and stay inside it.
    A folder is read by the ``labels.csv`` or ``metadata.csv`` in it, as Hugging Face's
    ``imagefolder``.
    """

    takes = frozenset({"label_column"})

    def recognises(self, path: Path) -> bool:
        """Tell by the names of columns; over class folders only a table with labels wins."""
        if path.is_dir():
            return labels_in_table(path) or (
                table_in(path) is not None and not has_classes(walk(path))
            )
        return is_text_table(path) and not holds_pixels(first_row(path))

    def read(self, path: Path, request: Request) -> ImageDataset:
        """Read the table, then the files that it lists."""
        table = open_table(table_in(path) or path)
        folder = table.path.parent.resolve()

        def names_in(place: PurePosixPath) -> list[str]:
            with contextlib.suppress(OSError):
                inside = (folder / system_name(str(place))).iterdir()
                return [text_of_name(entry.name) for entry in inside]
            return []

        return read_listed(table, request, partial(ListedFile, folder), names_in)
