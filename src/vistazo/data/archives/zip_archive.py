"""Members of a zip, read in place."""

import stat
import sys
import threading
import zipfile
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import BinaryIO

from vistazo.data.archives.members import (
    ArchivedFile,
    Member,
    Rationed,
    check_bytes,
    check_count,
    damaged,
    no_plain_file,
    parts_of,
)
from vistazo.data.image_files.walking import shown
from vistazo.errors import DataError
from vistazo.i18n import N_, _

_DIRECTORY = 128 * 2**20
"""Bytes of the list of members that are read at most: about a million members."""
_ENCRYPTED, _UTF8 = 0x1, 0x800  # flags of a member
# the others unpack without a bound on what one step gives
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)


def zip_members(path: Path, file: BinaryIO, stamp: str) -> Iterator[Member]:
    """Yield the members of a zip; their files can be read while ``file`` is open.

    Parameters
    ----------
    path : Path
        What errors call the archive.
    file : binary file
        The archive.
    stamp : str
        Of the archive; changes with it.

    Raises
    ------
    DataError
        ``E-ARC-…``, before anything is unpacked.
    """
    rationed = Rationed(file, _DIRECTORY)
    try:
        archive = zipfile.ZipFile(rationed)
    except Exception as error:  # on hostile bytes the reader may raise anything
        raise damaged(path, error) from error
    rationed.room = sys.maxsize
    members = archive.infolist()
    check_count(path, len(members))
    check_bytes(path, sum(member.file_size for member in members))
    lock = threading.Lock()
    for member in members:
        _refuse_odd(path, member)
        name = _name(member)
        parts = parts_of(path, name)
        read = partial(_read, path, archive, member, lock)
        if parts:
            is_folder = name.endswith(("/", "\\"))
            mark = f"{stamp}|{member.header_offset}|{member.filename}"
            yield Member(parts, None if is_folder else ArchivedFile(member.file_size, read, mark))


def _refuse_odd(path: Path, member: zipfile.ZipInfo) -> None:
    kind = stat.S_IFMT(member.external_attr >> 16)
    if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
        raise no_plain_file(path, member.filename)
    if member.flag_bits & _ENCRYPTED:
        raise DataError(
            "E-ARC-LOCKED",
            N_("{archive} is encrypted: {member} cannot be read without its password."),
            N_("Unpack it yourself and give the folder."),
            archive=path,
            member=shown(member.filename),
        )
    if member.compress_type not in _METHODS:
        raise DataError(
            "E-ARC-METHOD",
            N_("{archive} is compressed in a way that is not read ({member}, method {method})."),
            N_("Pack it again as an ordinary zip, or unpack it and give the folder."),
            archive=path,
            member=shown(member.filename),
            method=member.compress_type,
        )


def _name(member: zipfile.ZipInfo) -> str:
    """Return a name; macOS writes UTF-8 without the flag that says so."""
    if member.flag_bits & _UTF8:
        return member.filename
    try:
        return member.filename.encode("cp437").decode("utf-8")
    except UnicodeError:
        return member.filename


def _read(
    path: Path, archive: zipfile.ZipFile, member: zipfile.ZipInfo, lock: threading.Lock, n: int
) -> bytes:
    # the archive counts its open members without a lock; reading them locks for itself
    try:
        with lock:
            stream = archive.open(member)
        try:
            content = stream.read(n)  # with the number: without, all that a liar holds is unpacked
        finally:
            with lock:
                stream.close()
        if len(content) < n:
            raise EOFError(_("its end is missing"))
    except OSError:
        raise
    except Exception as error:  # on hostile bytes the reader may raise anything
        raise damaged(path, error) from error
    return content
