"""Files that are whole or absent: atomic writing, hashes, free names, the run lock."""

import contextlib
import hashlib
import json
import os
import socket
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import filelock
import platformdirs

from vistazo.errors import SetupError
from vistazo.i18n import N_
from vistazo.reasons import reason_of


def write_bytes(path: Path, content: bytes) -> None:
    """Write a file so that a reader sees the old content or the new, never a part.

    The content goes to a neighbouring temporary file, is flushed to the disk and
    takes the name in one step.
    """
    write_together({path: content})


def write_together(contents: Mapping[Path, bytes]) -> None:
    """Write files that belong together, each like :func:`write_bytes`.

    None takes its name before all are on the disk, so that a full one leaves them all old.
    """
    with contextlib.ExitStack() as undo:
        waiting = []
        for path, content in contents.items():
            with _told(path):
                path.parent.mkdir(parents=True, exist_ok=True)
                handle, name = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=".part")
                temporary = Path(name)
                undo.callback(temporary.unlink, missing_ok=True)
                with os.fdopen(handle, "wb") as file:
                    file.write(content)
                    file.flush()
                    os.fsync(file.fileno())
                temporary.chmod(0o666 & ~_umask())
                waiting.append((temporary, path))
        for temporary, path in waiting:
            with _told(path):
                temporary.replace(path)


def write_text(path: Path, content: str) -> None:
    """Write UTF-8 text like :func:`write_bytes`."""
    write_bytes(path, content.encode("utf-8"))


def write_json(path: Path, content: Any) -> None:
    """Write JSON like :func:`write_bytes`, as :func:`json_bytes` has it."""
    write_bytes(path, json_bytes(content))


def json_bytes(content: Any) -> bytes:
    """Return content as a JSON file; numbers that are not finite are refused.

    File names that the system's encoding cannot hold come back as they were.
    """
    text = json.dumps(content, indent=1, ensure_ascii=False, allow_nan=False) + "\n"
    # what stands for a stray byte of a name becomes the escape that JSON has for it
    return text.encode("utf-8", "backslashreplace")


def read_json(path: Path) -> Any:
    """Read a JSON file written by :func:`write_json`."""
    return json.loads(path.read_text(encoding="utf-8"))


def system_name(text: str) -> str:
    """Return a text as a file name of this system: UTF-8 on the disk, whatever the locale."""
    return os.fsdecode(text.encode("utf-8", "surrogateescape"))


def text_of_name(name: str) -> str:
    """Return what :func:`system_name` was given."""
    return os.fsencode(name).decode("utf-8", "surrogateescape")


def sha256(content: bytes) -> str:
    """Return the SHA-256 of bytes in hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def cache_folder() -> Path | None:
    """Return the folder of what can be made again, or None where nothing is to be kept.

    ``VISTAZO_CACHE`` names another than the user's cache, or is ``off``.
    """
    chosen = os.environ.get("VISTAZO_CACHE", "")
    if chosen.lower() == "off":
        return None
    return Path(chosen or platformdirs.user_cache_dir("vistazo")).expanduser()


def free_name(path: Path) -> Path:
    """Return the path, or with ``-2``, ``-3`` … where it is taken."""
    candidate, count = path, 1
    while candidate.exists():
        count += 1
        candidate = path.with_name(f"{path.name}-{count}")
    return candidate


@contextlib.contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Hold a folder for this process; a second process gets ``E-RUN-LOCKED``.

    The operating system frees the lock when the process ends, however it ends.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise write_error(folder, error) from error
    owner = folder / ".owner"
    lock = filelock.FileLock(folder / ".lock")
    try:
        lock.acquire(timeout=0)
    except filelock.Timeout:
        held = read_json(owner) if owner.exists() else {"pid": "?", "host": "?"}
        raise SetupError(
            "E-RUN-LOCKED",
            N_("{folder} is in use by process {pid} on {host}."),
            N_("Choose another --out, or wait until it has finished."),
            folder=folder,
            pid=held["pid"],
            host=held["host"],
        ) from None
    except OSError as error:
        raise write_error(folder, error) from error
    try:
        write_json(owner, {"pid": os.getpid(), "host": socket.gethostname()})
        yield
    finally:
        owner.unlink(missing_ok=True)
        lock.release()


@contextlib.contextmanager
def _told(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise write_error(path, error) from error


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def is_full(error: OSError) -> bool:
    """Tell whether a disk, or what a person may have of it, was too small."""
    return error.errno in (28, 122)  # ENOSPC, EDQUOT


def write_error(path: Path, error: OSError) -> SetupError:
    """Return our error for one of the system's: ``E-DISK`` or ``E-RUN-WRITE``."""
    if is_full(error):
        return SetupError(
            "E-DISK",
            N_("The disk is full: {path} could not be written; nothing half-written was left."),
            N_(
                "Free some space and run the same command again, or name a folder on a disk with"
                " room: --out FOLDER."
            ),
            path=path,
        )
    return SetupError(
        "E-RUN-WRITE",
        N_("{path} cannot be written: {reason}."),
        N_("Choose a folder of yours with --out."),
        path=path,
        reason=reason_of(error),
    )
