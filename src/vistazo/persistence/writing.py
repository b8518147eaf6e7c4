"""A model folder appears at once, complete, or not at all."""

import contextlib
import os
import secrets
import shutil
from pathlib import Path

from vistazo.errors import UsageError
from vistazo.files import write_bytes, write_error
from vistazo.i18n import N_
from vistazo.persistence.members import SUMS, checksums, is_junk, is_member


def check_free(folder: Path, *, replace: bool) -> None:
    """Raise ``E-MODEL-EXISTS`` where a model may not be written.

    An empty folder may be filled. With ``replace`` a folder may be replaced that holds
    nothing but a model.
    """
    if not os.path.lexists(folder):
        return
    names = [path.name for path in folder.iterdir()] if folder.is_dir() else []
    foreign = [n for n in names if not (n == SUMS or is_member(n) or is_junk(n))]
    if not folder.is_dir():
        foreign = [folder.name]
    if foreign:
        raise UsageError(
            "E-MODEL-EXISTS",
            N_("{folder} holds something that is no model ({name}). Nothing was changed."),
            N_("Choose another folder."),
            folder=folder,
            name=foreign[0],
        )
    if names and not replace:
        raise UsageError(
            "E-MODEL-EXISTS",
            N_("{folder} holds a model already. Nothing was changed."),
            N_("Choose another folder, or ask for the model to be replaced (replace=True)."),
            folder=folder,
        )


def write_members(folder: Path, members: dict[str, bytes], *, replace: bool) -> None:
    """Write the files of a model, ``SHA256SUMS`` last, and give them their place in one step.

    Raises
    ------
    UsageError
        ``E-MODEL-EXISTS``, as :func:`check_free`.
    SetupError
        ``E-RUN-WRITE``, ``E-DISK``; what was there before is still there.
    """
    target = folder.resolve()  # a link keeps pointing to the model
    new = _hidden(target)
    try:
        for name, content in members.items():
            write_bytes(new / name, content)
        write_bytes(new / SUMS, checksums(members))
        _flush(new)
        check_free(folder, replace=replace)
        _put(new, target)
        _flush(target.parent)
    except OSError as error:
        raise write_error(folder, error) from error
    finally:
        shutil.rmtree(new, ignore_errors=True)


def _put(new: Path, target: Path) -> None:
    if not target.exists():
        new.rename(target)
        return
    # no system moves a folder onto a full one: the old one steps aside and, if need be, back
    old = _hidden(target)
    try:
        target.rename(old)
        new.rename(target)
    finally:
        if not target.exists():
            old.rename(target)
        shutil.rmtree(old, ignore_errors=True)


def _hidden(target: Path) -> Path:
    return target.with_name(f".vistazo-model-{secrets.token_hex(8)}.part")


def _flush(folder: Path) -> None:
    """Make the names in a folder outlast a power cut, where the system offers that."""
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
