"""Members of an archive before anything is read from it: their names and sizes, within limits."""

import io
import os
import re
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, NamedTuple

from vistazo.data.image_files.walking import Found, Kind, is_ignored, kind_of_file, shown
from vistazo.errors import DataError
from vistazo.i18n import N_, _, number
from vistazo.reasons import reason_of

MAX_MEMBERS = 1_000_000
MAX_BYTES = 64 * 2**30
"""Bytes of all members together, unpacked."""
MAX_RATIO = 200
"""Unpacked bytes per byte of the archive, beyond :data:`FREE_BYTES`."""
FREE_BYTES = 2**30
"""Unpacked bytes up to which any ratio passes: flat drawings can shrink a thousandfold."""

_START = 16


@dataclass(frozen=True)
class ArchivedFile:
    """A file in an archive that stays open.

    A :class:`~vistazo.data.image_files.stored_files.StoredFile`.

    Parameters
    ----------
    n_bytes : int
        Unpacked.
    read : callable
        Returns the first so many bytes, from any thread. Raises DataError where the member is
        damaged, OSError for the disk.
    mark : str
        See ``stamp``.
    """

    n_bytes: int
    read: Callable[[int], bytes] = field(repr=False)
    mark: str

    def size(self) -> int:
        """Return the number of bytes."""
        return self.n_bytes

    def open(self) -> BinaryIO:
        """Return the unpacked content as a file; it is in memory, so look at the size first."""
        return io.BytesIO(self.read(self.n_bytes))

    def start(self) -> bytes:
        """Return the first 16 bytes; none where they cannot be read."""
        try:
            return self.read(min(_START, self.n_bytes))
        except (DataError, OSError):
            return b""

    def stamp(self) -> str:
        """Return a text that changes with the archive, and differs for each of its members."""
        return self.mark


class Member(NamedTuple):
    """One entry: the names from the top of the archive, and the file; None for a folder."""

    parts: tuple[str, ...]
    file: ArchivedFile | None


def found_among(members: Mapping[tuple[str, ...], ArchivedFile | None]) -> list[Found]:
    """Return members as a walk over the unpacked folder would: same order, same things skipped."""
    kinds: dict[tuple[str, ...], Kind] = {}
    for parts, file in members.items():
        if any(is_ignored(name) for name in parts):
            continue
        for depth in range(1, len(parts)):  # folders need not be listed on their own
            kinds.setdefault(parts[:depth], Kind.FOLDER)
        kinds[parts] = Kind.FOLDER if file is None else kind_of_file(parts[-1], file.start)
    return [Found(parts, kinds[parts]) for parts in sorted(kinds, key=_as_walked)]


def parts_of(archive: Path, name: str) -> tuple[str, ...]:
    r"""Return the names that lead to a member; ``\`` separates like ``/``, as some tools write.

    Raises
    ------
    DataError
        ``E-ARC-PATH`` for a path that is absolute, has a drive letter, or goes up.
    """
    names = name.replace("\\", "/").split("/")
    if (not names[0] and len(names) > 1) or ".." in names or re.match("[A-Za-z]:", name):
        raise DataError(
            "E-ARC-PATH",
            N_("{archive} has a member whose path leads out of it: {member}."),
            N_("Do not unpack it; ask for a new archive of the class folders."),
            archive=archive,
            member=shown(name),
        )
    return tuple(part for part in names if part not in ("", "."))


def check_bytes(archive: Path, n_bytes: int) -> None:
    """Raise ``E-ARC-BOMB`` for more unpacked bytes than the size of the archive explains."""
    most = min(MAX_BYTES, max(FREE_BYTES, MAX_RATIO * archive.stat().st_size))
    if n_bytes > most:
        raise DataError(
            "E-ARC-BOMB",
            N_("{archive} grows beyond {limit} MB when it is unpacked, which is refused."),
            N_("If you trust it, unpack it yourself and give the folder."),
            archive=archive,
            limit=number(most // 2**20),
        )


def check_count(archive: Path, n_members: int) -> None:
    """Raise ``E-ARC-BOMB`` for more members than :data:`MAX_MEMBERS`."""
    if n_members > MAX_MEMBERS:
        raise DataError(
            "E-ARC-BOMB",
            N_("{archive} lists more files than are read from an archive ({limit})."),
            N_("If you trust it, unpack it yourself and give the folder."),
            archive=archive,
            limit=number(MAX_MEMBERS),
        )


def no_plain_file(archive: Path, name: str) -> DataError:
    """Return the error for a link, a device or anything else that is no file and no folder."""
    return DataError(
        "E-ARC-LINK",
        N_("{archive} has a member that is a link or a device instead of a file: {member}."),
        N_("Pack the files themselves: with zip, or with tar --dereference --hard-dereference."),
        archive=archive,
        member=shown(name),
    )


def damaged(archive: Path, error: Exception) -> DataError:
    """Return the error for an archive that cannot be read to its end."""
    return DataError(
        "E-ARC-TRUNC",
        N_("{archive} is cut off or damaged: {reason}."),
        N_("Copy the file again from its source."),
        archive=archive,
        reason=reason_of(error),
    )


class Rationed:
    """A file of which only so much is read while an archive is listed.

    The standard library's readers believe what a header says of its own length.

    Parameters
    ----------
    file : binary file
    room : int
        Bytes that may still be read.
    end : int
        Position that must not be passed.
    """

    def __init__(self, file: BinaryIO, room: int, end: int = sys.maxsize) -> None:
        self._file = file
        self.room = room
        self._end = end

    def read(self, size: int = -1, /) -> bytes:
        """Read bytes, and fail where they are more than the room that is left."""
        if size < 0:
            here = self._file.tell()
            size = self._file.seek(0, os.SEEK_END) - here
            self._file.seek(here)
        if size > self.room:
            raise EOFError(_("its list of members is too long"))
        content = self._file.read(size)
        self.room -= len(content)
        return content

    def seek(self, offset: int, whence: int = 0, /) -> int:
        """Go to a position."""
        if offset > self._end:
            raise EOFError(_("its list of members is too long"))
        return self._file.seek(offset, whence)

    def tell(self) -> int:
        """Return the position."""
        return self._file.tell()

    def seekable(self) -> bool:
        """Return True."""
        return True


def _as_walked(parts: tuple[str, ...]) -> list[tuple[bool, str]]:
    """Sort everything in a folder before what is in its folders, by name."""
    last = len(parts) - 1
    return [(depth < last, name) for depth, name in enumerate(parts)]
