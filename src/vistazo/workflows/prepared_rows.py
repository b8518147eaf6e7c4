"""The images of a prepared data set in order: names, labels, groups, parents, parts."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from vistazo.data.dataset import PART_NAMES, ImageDataset
from vistazo.spreadsheets import quoted, table
from vistazo.workflows.file_names import Names, safe_name

BESIDE = ("labels.csv", "one_hot.csv", "files.csv", "prepare.yaml")
"""What files beside the images may be called."""
COLUMNS = ("file_name", "label", "group", "parent", "split", "fold")


@dataclass(frozen=True)
class Row:
    """One image to be written.

    Parameters
    ----------
    file_name : str
        Relative, with ``/``.
    label : str
    group : int or None
        Equal for images that belong to one fold: a parent and its copies, at least.
    parent : str
        Of a copy, the file name of its original; else empty.
    part : str
        ``train``, ``validation``, ``test``, or empty where the source has no parts.
    fold : int or None
    source : int
        Row of the data set it comes from.
    copy : int
        0 for the original, then 1, 2, ….
    """

    file_name: str
    label: str
    group: int | None
    parent: str
    part: str
    fold: int | None
    source: int
    copy: int


def folders_of(classes: Sequence[str]) -> dict[str, str]:
    """Return a folder for each class, none with the name of a file that lies beside them."""
    names = Names(BESIDE)
    return {label: names.free(safe_name(label)) for label in classes}


def rows_of(data: ImageDataset, n_copies: int, ending: str) -> list[Row]:
    """Return the rows, part after part, each training image followed by its copies.

    Parameters
    ----------
    data : ImageDataset
    n_copies : int
        Of each image of the part ``train``, or of each where there are no parts.
    ending : str
        Of the file names.
    """
    folders = folders_of(data.classes)
    used: dict[str, Names] = {}
    rows: list[Row] = []
    for row in _in_order(data):
        part = "" if data.split is None else str(data.split[row])
        label = str(data.labels[row])
        folder = "/".join(filter(None, (part, folders[label])))
        names = used.setdefault(folder, Names())
        stem = safe_name(PurePosixPath(data.sources[row]).stem, reserved=())
        group = _group(data, row, n_copies)
        fold = None if data.folds is None else int(data.folds[row])
        original = f"{folder}/{names.free(stem, ending)}"
        rows.append(Row(original, label, group, "", part, fold, row, 0))
        for copy in range(1, n_copies + 1 if part in ("", "train") else 1):
            name = f"{folder}/{names.free(f'{stem}-copy{copy}', ending)}"
            rows.append(Row(name, label, group, original, part, fold, row, copy))
    return rows


def labels_table(rows: Sequence[Row]) -> str:
    """Return the table of the rows; a column in which nothing would stand is left out."""
    values = [
        (r.file_name, quoted(r.label), r.group, r.parent or None, r.part or None, r.fold)
        for r in rows
    ]
    used = [n for n in range(len(COLUMNS)) if any(row[n] is not None for row in values)]
    header = tuple(COLUMNS[n] for n in used)
    return table(header, [tuple(row[n] for n in used) for row in values])


def one_hot_table(rows: Sequence[Row], classes: Sequence[str]) -> str:
    """Return ``one_hot.csv``: for each file a 1 under its class and 0 under the others."""
    return table(
        ("file_name", *map(quoted, classes)),
        [(row.file_name, *(int(row.label == label) for label in classes)) for row in rows],
    )


def _in_order(data: ImageDataset) -> list[int]:
    split = data.split
    if split is None:
        return list(range(len(data)))
    return sorted(range(len(data)), key=lambda row: (PART_NAMES.index(str(split[row])), row))


def _group(data: ImageDataset, row: int, n_copies: int) -> int | None:
    if data.images.groups is not None:
        return int(data.images.groups[row])
    return row if n_copies else None
