"""Walk a folder of images: hidden things skipped, links and special files never opened."""

import os
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from enum import Enum
from pathlib import Path
from typing import NamedTuple

from vistazo.data.classes import listed
from vistazo.data.decoding.opening import is_image
from vistazo.data.first_bytes import first_bytes
from vistazo.errors import DataError
from vistazo.i18n import N_, _
from vistazo.reasons import reason_of

IMAGE_SUFFIXES = frozenset(
    (
        *(".jpg", ".jpeg", ".jpe", ".jfif", ".png", ".webp", ".bmp", ".gif"),
        *(".tif", ".tiff", ".avif", ".heic", ".heif"),
    )
)
_BREAKING = ("Cc", "Zl", "Zp")
"""Unicode's categories of control characters and of ends of lines and paragraphs."""
_IGNORED = frozenset({"__macosx", "thumbs.db", "desktop.ini"})


class Kind(Enum):
    """What a found entry is."""

    IMAGE = "image"
    """A regular file whose name ends like an image's, or has no ending and starts like one."""
    OTHER = "other"
    """Any other file; also pipes, sockets and devices."""
    LINK = "link"
    """A link to a folder, to nothing, or out of the folder walked: not followed."""
    FOLDER = "folder"
    """A folder below the one walked."""


class Found(NamedTuple):
    """One entry: the names from the folder walked down to it, and what it is."""

    parts: tuple[str, ...]
    kind: Kind


def walk(root: Path) -> Iterator[Found]:
    """Yield what lies below a folder, sorted by name in each folder.

    Hidden files and folders and those that operating systems leave behind are skipped.
    Links to folders are not followed: their images are found in their own place, and no
    loop can arise. Links to files are, as long as the file lies below ``root``.

    Raises
    ------
    DataError
        ``E-DATA-PERM`` for a folder that may not be listed.
    """
    real_root = root.resolve()
    pending: list[tuple[str, ...]] = [()]
    while pending:
        parts = pending.pop()
        folders = []
        for entry in _entries(root.joinpath(*parts)):
            below = (*parts, entry.name)
            if entry.is_dir(follow_symlinks=False):
                folders.append(below)
                yield Found(below, Kind.FOLDER)
            else:
                yield Found(below, _kind(entry, real_root))
        pending.extend(reversed(folders))


def is_ignored(name: str) -> bool:
    """Tell whether a file or folder is hidden, or left behind by an operating system."""
    return name.startswith(".") or name.casefold() in _IGNORED


def kind_of_file(name: str, start: Callable[[], bytes]) -> Kind:
    """Tell whether a regular file is an image.

    Parameters
    ----------
    name : str
    start : callable
        Returns the first 16 bytes; called only where the name has no ending.
    """
    suffix = Path(name).suffix.lower()
    if suffix in IMAGE_SUFFIXES or (not suffix and is_image(start())):
        return Kind.IMAGE
    return Kind.OTHER


def shown(name: str) -> str:
    r"""Return a file name as one line that every output can hold.

    Stray bytes become ``\xff``, and what would end the line or move the cursor, ``\n``.
    """
    text = os.fsencode(name).decode("utf-8", "backslashreplace")
    return "".join(
        c.encode("unicode_escape").decode() if unicodedata.category(c) in _BREAKING else c
        for c in text
    )


def suffixes(files: Iterable[tuple[str, ...]]) -> str:
    """List the endings of files for a person, the most frequent first."""
    counts = Counter(Path(names[-1]).suffix.lower() or _("no ending") for names in files)
    return shown(listed((suffix for suffix, _count in counts.most_common()), limit=5))


def _entries(folder: Path) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as entries:
            return sorted(
                (entry for entry in entries if not is_ignored(entry.name)),
                key=lambda entry: entry.name,
            )
    except PermissionError as error:
        raise DataError(
            "E-DATA-PERM",
            N_("The folder {folder} may not be listed: {reason}."),
            N_("Ask for the right to read it, or move it elsewhere."),
            folder=folder,
            reason=reason_of(error),
        ) from error


def _kind(entry: os.DirEntry[str], real_root: Path) -> Kind:
    if entry.is_symlink():
        target = Path(os.path.realpath(entry.path))  # Path.resolve raises on a loop
        if not target.is_file() or not target.is_relative_to(real_root):
            return Kind.LINK
    elif not entry.is_file():
        return Kind.OTHER
    return kind_of_file(entry.name, lambda: first_bytes(Path(entry.path)))
