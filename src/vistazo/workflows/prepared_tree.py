"""Names for prepared images without labels: those of their sources, in the same folders."""

from pathlib import PurePosixPath

from vistazo.data.assembly import PARTS
from vistazo.data.unlabelled_images import UnlabelledImages
from vistazo.spreadsheets import quoted, table
from vistazo.workflows.file_names import Names, safe_name
from vistazo.workflows.prepared_rows import BESIDE, Row


class _Tree:
    """Gives folders and files names that every file system takes, each once in its folder."""

    def __init__(self) -> None:
        self._names = {"": Names(BESIDE)}
        self._folders: dict[tuple[str, ...], str] = {(): ""}

    def file(self, parts: tuple[str, ...], ending: str) -> str:
        folder = self._folder(parts[:-1])
        stem = safe_name(PurePosixPath(parts[-1]).stem, reserved=())
        return folder + self._names[folder].free(stem, ending)

    def _folder(self, parts: tuple[str, ...]) -> str:
        if parts not in self._folders:
            above = self._folder(parts[:-1])
            # no folder is called like a part that was not: it would be read as one
            is_part = parts[-1].casefold() in PARTS
            name = safe_name(parts[-1], reserved=()) if is_part else safe_name(parts[-1])
            self._folders[parts] = f"{above}{self._names[above].free(name)}/"
            self._names[self._folders[parts]] = Names()
        return self._folders[parts]


def tree_of(data: UnlabelledImages, ending: str) -> list[Row]:
    """Return a row for each image, in order, that says where its file goes.

    Parameters
    ----------
    data : UnlabelledImages
    ending : str
        Of the file names.
    """
    tree = _Tree()
    return [
        Row(tree.file(PurePosixPath(source).parts, ending), "", None, "", "", None, number, 0)
        for number, source in enumerate(data.sources)
    ]


def files_table(rows: list[Row], data: UnlabelledImages) -> str:
    """Return the table of which file was made from which."""
    return table(
        ("file_name", "source"), [(row.file_name, quoted(data.sources[row.source])) for row in rows]
    )
