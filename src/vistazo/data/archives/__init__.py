"""Zip and tar archives, listed and read in place; a compressed tar is unpacked out of sight."""

import bz2
import contextlib
import gzip
import lzma
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO

from vistazo.data.archives.members import Member, check_bytes, damaged
from vistazo.data.archives.tar_archive import tar_members
from vistazo.data.archives.zip_archive import zip_members
from vistazo.data.image_files.stored_files import DiskFile
from vistazo.errors import SetupError
from vistazo.i18n import N_

_COMPRESSED: dict[bytes, Callable[[BinaryIO], BinaryIO]] = {
    b"\x1f\x8b": gzip.open,  # type: ignore[dict-item]
    b"BZh": bz2.open,  # type: ignore[dict-item]
    b"\xfd7zXZ\0": lzma.open,  # type: ignore[dict-item]
}
_ZIP = (b"PK\3\4", b"PK\5\6")  # with members, and without
_TAR, _TAR_AT = b"ustar", 257
_GLANCE = 256 * 2**20
"""Unpacked bytes of a compressed tar that are looked at to recognise it."""
_SPARED = 2**30
"""Bytes of the disk that are never used for unpacking."""
_PIECE = 2**20


def is_archive(path: Path) -> bool:
    """Tell by its first bytes whether a path is a zip or a tar, but not arrays (``.npz``)."""
    try:
        return path.is_file() and path.suffix.lower() != ".npz" and (_is_zip(path) or _is_tar(path))
    except OSError:
        return False


@contextlib.contextmanager
def open_archive(path: Path) -> Iterator[Iterator[Member]]:
    """Open an archive and give its members; their files can be read until it is closed.

    Nothing is written beside it. A compressed tar cannot be read from the middle: it is
    unpacked once into a temporary file without a name, which is gone when the archive is
    closed, or the process ends.

    Raises
    ------
    DataError
        ``E-ARC-…``: here, or while the members are listed.
    SetupError
        ``E-DISK`` where there is no room to unpack.
    """
    stamp = DiskFile(path).stamp()
    with path.open("rb") as file:
        unpack = _unpacker(file)
        if _is_zip(path):
            yield zip_members(path, file, stamp)
        elif unpack is None:
            yield tar_members(path, file, stamp)
        else:
            with tempfile.TemporaryFile() as room:
                _unpack(path, unpack(file), room)
                room.seek(0)
                yield tar_members(path, room, stamp)


@contextlib.contextmanager
def glance(path: Path) -> Iterator[Iterator[Member]]:
    """Like :func:`open_archive`, to look at the first members only: nothing is unpacked to disk."""
    with path.open("rb") as file:
        unpack = _unpacker(file)
        if _is_zip(path):
            yield zip_members(path, file, "")
        else:
            with unpack(file) if unpack else file as tar:
                yield tar_members(path, tar, "", _GLANCE if unpack else sys.maxsize)


def _is_zip(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(4) in _ZIP


def _is_tar(path: Path) -> bool:
    with path.open("rb") as file:
        unpack = _unpacker(file)
        try:
            start = (unpack(file) if unpack else file).read(_TAR_AT + len(_TAR))
        except Exception:  # on hostile bytes a reader may raise anything
            return False
    return start[_TAR_AT:] == _TAR


def _unpacker(file: BinaryIO) -> Callable[[BinaryIO], BinaryIO] | None:
    start = file.read(6)
    file.seek(0)
    return next((how for mark, how in _COMPRESSED.items() if start.startswith(mark)), None)


def _unpack(path: Path, packed: BinaryIO, room: BinaryIO) -> None:
    free = shutil.disk_usage(tempfile.gettempdir()).free - _SPARED
    done = 0
    while True:
        try:
            piece = packed.read(_PIECE)
        except Exception as error:  # on hostile bytes a reader may raise anything
            raise damaged(path, error) from error
        done += len(piece)
        if not piece:
            return
        check_bytes(path, done)
        if done > free:
            raise _no_room(path)
        try:
            room.write(piece)
        except OSError as error:
            raise _no_room(path) from error


def _no_room(path: Path) -> SetupError:
    return SetupError(
        "E-DISK",
        N_("{archive} cannot be unpacked: there is no room for it in {folder}."),
        N_("Free some space, let TMPDIR name a folder on another disk, or unpack it yourself."),
        archive=path,
        folder=tempfile.gettempdir(),
    )
