"""The folder of a prepared data set: free or the same, large enough, whole or absent."""

import contextlib
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from vistazo.errors import SetupError, UsageError
from vistazo.files import is_full
from vistazo.i18n import N_, _, number
from vistazo.preprocessing.recipe.file import PREPARED
from vistazo.reasons import reason_of
from vistazo.workflows.room import nearest, obstacle

RECORD = "prepare.yaml"
_MARGIN = 10_000_000
"""Bytes for the tables."""
_PER_FILE = 1000
"""Bytes that a file needs beside its pixels."""
_NOT_YOURS = N_("Choose a folder of yours.")
_NO_ROOM = N_("Nothing was written. Free some space, or choose a folder on another disk.")


def check_place(source: Path, folder: Path) -> None:
    """Raise ``E-OUT-INSIDE`` or ``E-OUT-WRITE`` where a folder cannot be made."""
    if source.is_dir() and folder.resolve().is_relative_to(source.resolve()):
        raise UsageError(
            "E-OUT-INSIDE",
            N_("{folder} lies inside {source}, which is only read."),
            N_("Choose a folder beside it."),
            folder=folder,
            source=source,
        )
    # beside the folder it is made, then given its name
    place = obstacle(folder.absolute().parent)
    if place is not None:
        raise SetupError(
            "E-OUT-WRITE",
            N_("{folder} cannot be written: {reason}."),
            _NOT_YOURS,
            folder=folder,
            reason=_("{place} is no folder in which you may write", place=place),
        )


def holds_the_same(folder: Path, wanted: dict[str, Any]) -> bool:
    """Return whether a folder holds what is wanted; ``E-OUT-EXISTS`` for one with anything else.

    Parameters
    ----------
    folder : Path
    wanted : dict
        Plain values of the record that must be equal.
    """
    if not os.path.lexists(folder) or (folder.is_dir() and not any(folder.iterdir())):
        return False
    reason = _("it holds other files") if folder.is_dir() else _("it is a file")
    try:
        record = yaml.safe_load((folder / RECORD).read_text("utf-8"))
    except (OSError, ValueError, yaml.YAMLError):
        record = None
    if isinstance(record, dict) and record.get("schema") == PREPARED:
        differing = [key for key, value in wanted.items() if record.get(key) != value]
        if not differing:
            return True
        reason = _("it was prepared otherwise: {keys} differ", keys=", ".join(differing))
    raise UsageError(
        "E-OUT-EXISTS",
        N_("{folder} is there already ({reason}). Nothing was changed."),
        N_("Choose another folder, or remove this one first."),
        folder=folder,
        reason=reason,
    )


def check_room(folder: Path, n_bytes: int, n_files: int) -> None:
    """Raise ``E-DISK`` where there is less room than so many bytes of pixels need at the most."""
    needed = n_bytes + _PER_FILE * n_files + _MARGIN
    free = shutil.disk_usage(nearest(folder.absolute().parent)).free
    if free < needed:
        raise SetupError(
            "E-DISK",
            N_("The data set needs about {needed} MB in {folder}, but only {free} MB are free."),
            _NO_ROOM,
            folder=folder,
            needed=number(needed / 1e6),
            free=number(free / 1e6),
        )


@contextlib.contextmanager
def whole_folder(folder: Path) -> Iterator[Path]:
    """Give a folder beside the wanted one that takes its name when the block is done."""
    part = folder.absolute().with_name(f".vistazo-{os.getpid()}.part")
    try:
        shutil.rmtree(part, ignore_errors=True)
        part.mkdir(parents=True)
        yield part
        if folder.is_dir():
            folder.rmdir()  # empty: checked before
        part.rename(folder)
    except OSError as error:
        raise _not_written(folder, error) from error
    finally:
        shutil.rmtree(part, ignore_errors=True)


def _not_written(folder: Path, error: OSError) -> SetupError:
    reason = reason_of(error)
    text = N_("{folder} cannot be written: {reason}.")
    if is_full(error):
        return SetupError("E-DISK", text, _NO_ROOM, folder=folder, reason=reason)
    return SetupError("E-OUT-WRITE", text, _NOT_YOURS, folder=folder, reason=reason)
