"""Class folders: one folder of images per class, also inside train, val and test folders."""

from dataclasses import replace
from pathlib import Path

from vistazo.data.dataset import ImageDataset
from vistazo.data.formats import Format
from vistazo.data.formats._class_layout import has_classes, read_classes
from vistazo.data.formats._table_columns import labels_in_table, tables_in, tables_left_alone
from vistazo.data.formats._table_text import first_row
from vistazo.data.image_files.stored_files import DiskFile
from vistazo.data.image_files.walking import walk
from vistazo.data.request import Request

__all__ = ["ClassFolders"]


class ClassFolders(Format):
    """One folder per class; its name is the label. Folders may nest deeper inside a class.

    ``train``, ``val`` and ``test`` folders around the classes become the parts of the data
    set. A single folder around everything is stepped into.
    """

    def recognises(self, path: Path) -> bool:
        """Tell whether some image lies in a class folder, and no table says otherwise."""
        return path.is_dir() and not labels_in_table(path) and has_classes(walk(path))

    def read(self, path: Path, request: Request) -> ImageDataset:
        """Read all class folders."""
        data = read_classes(
            list(walk(path)), lambda names: DiskFile(path.joinpath(*names)), request
        )
        tables = {table.name: first_row(table) for table in tables_in(path)}
        return replace(data, notes=data.notes + tables_left_alone(tables))
