"""The folder of a prepared data set: free or the same, large enough, whole or absent."""

import contextlib
import hashlib
import os
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import yaml

from vistazo.errors import SetupError, UsageError
from vistazo.files import is_full, system_name
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
    if source.is_dir():
        _refuse_inside(source, folder)
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


def check_apart(source: Path, folder: Path, names: Sequence[str]) -> None:
    """Raise ``E-OUT-INSIDE`` where a folder would lie in that of the images that a file lists.

    Whoever reads all that is in there would read what was prepared too.

    Parameters
    ----------
    source, folder : Path
    names : sequence of str
        Of the images that were read.
    """
    files = [source.parent / system_name(name) for name in names]
    if source.is_file() and files and files[0].is_file():
        _refuse_inside(Path(os.path.commonpath({file.parent for file in files})), folder)


def _refuse_inside(source: Path, folder: Path) -> None:
    if folder.resolve().is_relative_to(source.resolve()):
        raise UsageError(
            "E-OUT-INSIDE",
            N_("{folder} lies inside {source}, which is only read."),
            N_("Choose a folder beside it."),
            folder=folder,
            source=source,
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
        changed = "source" in wanted and contents_of(folder) != record.get("contents")
        if not differing and not changed:
            return True
        reason = _("its files are no longer what was written")
        if differing:
            reason = _("it was prepared otherwise: {keys} differ", keys=", ".join(differing))
    raise _taken(folder, reason)


def contents_of(folder: Path) -> str:
    """Return the SHA-256 of the names and bytes of all files below a folder but the record.

    Hidden files, which desktops leave wherever a person looks, do not count.
    """
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.is_file() and name != RECORD and not path.name.startswith("."):
            with path.open("rb") as file:
                digest.update(hashlib.file_digest(file, "sha256").digest() + os.fsencode(name))
    return digest.hexdigest()


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
            if any(folder.iterdir()):
                raise _taken(folder, _("it was made while this command ran"))
            folder.rmdir()
        part.rename(folder)
    except OSError as error:
        raise _not_written(folder, error) from error
    finally:
        shutil.rmtree(part, ignore_errors=True)


def _taken(folder: Path, reason: str) -> UsageError:
    return UsageError(
        "E-OUT-EXISTS",
        N_("{folder} is there already ({reason}). Nothing was changed."),
        N_("Choose another folder, or remove this one first."),
        folder=folder,
        reason=reason,
    )


def _not_written(folder: Path, error: OSError) -> SetupError:
    reason = reason_of(error)
    text = N_("{folder} cannot be written: {reason}.")
    if is_full(error):
        return SetupError("E-DISK", text, _NO_ROOM, folder=folder, reason=reason)
    return SetupError("E-OUT-WRITE", text, _NOT_YOURS, folder=folder, reason=reason)
