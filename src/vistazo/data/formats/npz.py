"""NPZ archives: images and labels as named arrays in one file."""

import zipfile
import zlib
from pathlib import Path
from typing import Any

from numpy.typing import NDArray

from vistazo.data.classes import listed
from vistazo.data.dataset import ImageDataset
from vistazo.data.first_bytes import first_bytes
from vistazo.data.formats import Format
from vistazo.data.formats._array_roles import data_set, parts_of, read_array, roles_of
from vistazo.data.formats._compression import LARGEST_RATIO
from vistazo.data.request import Request
from vistazo.errors import DataError
from vistazo.i18n import N_

__all__ = ["Npz"]


class Npz(Format):
    """``images`` and ``labels``, ``x`` and ``y``, or the same per part (``x_train``, …).

    ``classes``, ``groups`` and ``folds`` may stand beside them; other arrays are left alone.
    """

    takes = frozenset({"shape"})

    def recognises(self, path: Path) -> bool:
        """Tell by the ending and the first bytes."""
        return path.suffix.lower() == ".npz" and first_bytes(path).startswith(b"PK")

    def read(self, path: Path, request: Request) -> ImageDataset:
        """Read the pair or the pairs of arrays."""
        try:
            with zipfile.ZipFile(path) as archive:
                return _read(archive, path, request)
        # what the archive's reader raises for damage, and for encryption
        except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError) as error:
            raise DataError(
                "E-ARRAY-TRUNC",
                N_("{path} is cut off or damaged: {reason}."),
                N_("Copy the file again from its source."),
                path=path,
                reason=str(error).rstrip("."),
            ) from error


def _read(archive: zipfile.ZipFile, path: Path, request: Request) -> ImageDataset:
    members = {
        member.filename.removesuffix(".npy"): member
        for member in archive.infolist()
        if member.filename.endswith(".npy")
    }
    roles = roles_of(members)
    if not parts_of(roles):
        raise DataError(
            "E-ARRAY-NAMES",
            N_("{path} holds the arrays {names}; images and labels were expected."),
            N_("Save it again with numpy.savez(path, images=…, labels=…)."),
            path=path,
            names=listed(members),
        )

    def load(name: str) -> NDArray[Any]:
        member = members[name]
        # the archive's directory may declare anything
        available = min(member.file_size, member.compress_size * LARGEST_RATIO)
        with archive.open(member) as stream:
            return read_array(stream, name, available)

    return data_set(roles, load, request)
