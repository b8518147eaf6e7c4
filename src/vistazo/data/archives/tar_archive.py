"""Members of a tar, read in place."""

import sys
import tarfile
import threading
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO, cast

from vistazo.data.archives.members import (
    ArchivedFile,
    Member,
    Rationed,
    check_count,
    damaged,
    no_plain_file,
    parts_of,
)
from vistazo.i18n import _

_HEADER = 2**20
"""Bytes that say where one member is; a long path takes two or three blocks of 512."""


def tar_members(path: Path, file: BinaryIO, stamp: str, end: int = sys.maxsize) -> Iterator[Member]:
    """Yield the members of a tar; their files can be read while ``file`` is open.

    Parameters
    ----------
    path : Path
        What errors call the archive.
    file : binary file
        The tar, not compressed.
    stamp : str
        Of the archive; changes with it.
    end : int
        Position beyond which nothing is looked at: an archive that goes on is ``E-ARC-TRUNC``.

    Raises
    ------
    DataError
        ``E-ARC-…``, for a member when it is its turn.
    """
    lock = threading.Lock()
    for count, member in enumerate(_headers(path, file, end), 1):
        check_count(path, count)
        # of a file with holes, only the rest is stored
        if not (member.isdir() or member.isreg()) or member.issparse():
            raise no_plain_file(path, member.name)
        parts = parts_of(path, member.name)
        read = partial(_read, path, file, member.offset_data, lock)
        mark = f"{stamp}|{member.offset_data}|{member.name}"
        if parts:
            yield Member(parts, None if member.isdir() else ArchivedFile(member.size, read, mark))


def _headers(path: Path, file: BinaryIO, end: int) -> Iterator[tarfile.TarInfo]:
    rationed = Rationed(file, _HEADER, end)
    try:
        archive: Any = tarfile.TarFile(
            fileobj=cast("BinaryIO", rationed), encoding="utf-8", errors="surrogateescape"
        )
        position = -1
        while (member := archive.next()) is not None:
            if archive.offset <= position:
                raise EOFError(_("a member has a negative size"))
            position = archive.offset
            archive.members = []  # it would keep them all
            yield member
            rationed.room = _HEADER
        # a damaged header ends the list without an error
        rationed.seek(archive.offset)
        if rationed.read(tarfile.BLOCKSIZE) != bytes(tarfile.BLOCKSIZE):
            raise EOFError(_("its end mark is missing"))
    except Exception as error:  # on hostile bytes the reader may raise anything
        raise damaged(path, error) from error


def _read(path: Path, file: BinaryIO, offset: int, lock: threading.Lock, n: int) -> bytes:
    try:
        with lock:
            file.seek(offset)
            content = file.read(n)
        if len(content) < n:
            raise EOFError(_("its end is missing"))
    except OSError:
        raise
    except Exception as error:  # a tar still compressed, on hostile bytes
        raise damaged(path, error) from error
    return content
