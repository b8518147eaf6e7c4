"""The files of a model folder: each is read once, and only the bytes that were hashed are used."""

import os
import re
import stat
from pathlib import Path

from vistazo.errors import DataError
from vistazo.files import sha256
from vistazo.i18n import N_
from vistazo.reasons import reason_of

SUMS = "SHA256SUMS"
MANIFEST = "manifest.json"
WEIGHTS = "weights.safetensors"
CARD = "card.md"
LEDGER = "weights.csv"
ESTIMATOR = ".skops"

_MIB = 2**20
_LARGEST = {SUMS: _MIB, MANIFEST: 64 * _MIB, CARD: 64 * _MIB, LEDGER: 64 * _MIB}  # bytes
_LARGEST_OTHER = 2048 * _MIB
_MOST_MEMBERS = 64
_ESTIMATOR_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,63}\.skops", re.ASCII)
_LINE = re.compile(r"([0-9a-f]{64})  ([ -~]+)\n")
# what file managers leave behind; never read
_JUNK = re.compile(r"\.DS_Store|\._.*|Thumbs\.db|desktop\.ini")


def is_member(name: str) -> bool:
    """Return whether a model folder may have a file of that name, besides ``SHA256SUMS``."""
    return name in (MANIFEST, WEIGHTS, CARD, LEDGER) or bool(_ESTIMATOR_NAME.fullmatch(name))


def is_junk(name: str) -> bool:
    """Return whether a file manager left a file of that name."""
    return bool(_JUNK.fullmatch(name))


def checksums(members: dict[str, bytes]) -> bytes:
    """Return the content of ``SHA256SUMS``."""
    lines = [f"{sha256(content)}  {name}\n" for name, content in sorted(members.items())]
    return "".join(lines).encode("ascii")


def read_members(folder: Path) -> dict[str, bytes]:
    """Return the verified content of every file of a model folder.

    Raises
    ------
    DataError
        ``E-MODEL-NONE`` where there is nothing; ``E-MODEL-FORMAT`` for what is no model
        folder; ``E-MODEL-EXTRA`` and ``E-MODEL-MISSING`` for files too many and too few;
        ``E-MODEL-FILE`` for links and special files; ``E-MODEL-SIZE``; ``E-MODEL-HASH``
        where a file differs from its checksum or the checksums are damaged.
    """
    _check_folder(folder)
    expected = _parse_sums(_read(folder / SUMS))
    for path in sorted(folder.iterdir()):
        if path.name not in expected and path.name != SUMS and not is_junk(path.name):
            raise _extra(path.name)
    members = {}
    for name, digest in expected.items():
        members[name] = _read(folder / name)
        if sha256(members[name]) != digest:
            raise damaged(name, SUMS)
    return members


def damaged(name: str, reference: str) -> DataError:
    """Return the error for a member that is not what another member says it is."""
    return DataError(
        "E-MODEL-HASH",
        N_(
            "'{name}' does not match the checksum in '{reference}'. The file is damaged or was"
            " changed; it was not loaded."
        ),
        N_("Copy the model folder again from its source, or train the model again."),
        name=name,
        reference=reference,
    )


def _check_folder(folder: Path) -> None:
    if not os.path.lexists(folder):
        raise DataError(
            "E-MODEL-NONE",
            N_("There is no model folder {folder}."),
            N_("Check the path: a model folder holds manifest.json and SHA256SUMS."),
            folder=folder,
        )
    if not folder.is_dir():
        raise DataError(
            "E-MODEL-FORMAT",
            N_(
                "{folder} is a file, but a model is a folder. Pickle files (.pt, .pth, .pkl,"
                " .joblib) can run code when they are opened, so pickle is never loaded."
            ),
            N_("Give the folder that vistazo.save wrote."),
            folder=folder,
        )
    if not os.path.lexists(folder / SUMS):
        raise DataError(
            "E-MODEL-FORMAT",
            N_("{folder} is no model folder: it has no SHA256SUMS."),
            N_(
                "Give the folder that vistazo.save wrote; if its copy is incomplete, copy it again."
            ),
            folder=folder,
        )


def _parse_sums(content: bytes) -> dict[str, str]:
    lines = content.decode("ascii", errors="replace").splitlines(keepends=True)
    matches = [_LINE.fullmatch(line) for line in lines]
    sums = {match[2]: match[1] for match in matches if match}
    if len(sums) != len(lines) or len(sums) > _MOST_MEMBERS:
        raise DataError(
            "E-MODEL-HASH",
            N_("'{name}' is damaged: it is no list of checksums."),
            N_("Copy the model folder again from its source, or train the model again."),
            name=SUMS,
        )
    for name in sums:
        if not is_member(name):
            raise _extra(name)
    if MANIFEST not in sums:
        raise _missing(MANIFEST)
    return sums


def _read(path: Path) -> bytes:
    # a link or a pipe that takes the file's place meanwhile is neither followed nor waited for
    flags = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
    try:
        if not stat.S_ISREG(path.lstat().st_mode):
            raise _not_plain(path)
        with open(path, "rb", opener=lambda name, mode: os.open(name, mode | flags)) as file:
            size = os.fstat(file.fileno()).st_size
            _check_size(path, size)
            return file.read(size)
    except FileNotFoundError:
        raise _missing(path.name) from None
    except OSError as error:
        raise DataError(
            "E-MODEL-READ",
            N_("{path} cannot be read: {reason}."),
            N_("Check that the file is yours to read."),
            path=path,
            reason=reason_of(error),
        ) from error


def _check_size(path: Path, size: int) -> None:
    largest = _LARGEST.get(path.name, _LARGEST_OTHER)
    if size > largest:
        raise DataError(
            "E-MODEL-SIZE",
            N_("{path} has {size} MB; at most {largest} MB are read."),
            N_("Check that the folder is a model that vistazo.save wrote."),
            path=path,
            size=size // _MIB,
            largest=largest // _MIB,
        )


def _extra(name: str) -> DataError:
    return DataError(
        "E-MODEL-EXTRA",
        N_("'{name}' does not belong to the model: nothing was loaded."),
        N_(
            "Move it out of the model folder, if you put it there; otherwise copy the folder again."
        ),
        name=name,
    )


def _missing(name: str) -> DataError:
    return DataError(
        "E-MODEL-MISSING",
        N_("'{name}' is missing from the model folder: nothing was loaded."),
        N_("Copy the model folder again from its source, or train the model again."),
        name=name,
    )


def _not_plain(path: Path) -> DataError:
    return DataError(
        "E-MODEL-FILE",
        N_("{path} is a link, a folder or a device, but must be a plain file."),
        N_("Copy the model folder again from its source, with files instead of links."),
        path=path,
    )
