"""NPZ archives: images and labels as named arrays in one file."""

import contextlib
import zipfile
import zlib
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from vistazo.data.classes import listed
from vistazo.data.dataset import ImageDataset
from vistazo.data.first_bytes import first_bytes
from vistazo.data.formats import Format
from vistazo.data.formats._array_roles import data_set, parts_of, roles_of
from vistazo.data.formats._compression import LARGEST_RATIO
from vistazo.data.formats._stored_array import StoredArray
from vistazo.data.request import Request
from vistazo.errors import DataError
from vistazo.i18n import N_
from vistazo.reasons import reason_of

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
        with arrays_in(path) as arrays:
            roles = roles_of(arrays)
            if not parts_of(roles):
                raise DataError(
                    "E-ARRAY-NAMES",
                    N_("{path} holds the arrays {names}; images and labels were expected."),
                    N_("Save it again with numpy.savez(path, images=…, labels=…)."),
                    path=path,
                    names=listed(arrays),
                )
            return data_set(roles, arrays, request)


@contextlib.contextmanager
def arrays_in(path: Path) -> Iterator[dict[str, StoredArray]]:
    """Open an archive and give its arrays by name; they can be read until it is closed.

    Raises
    ------
    DataError
        ``E-ARRAY-TRUNC`` for an archive that is cut off, damaged or encrypted, here or while an
        array is read.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            yield {
                name: StoredArray(
                    name,
                    # the archive's directory may declare anything
                    min(member.file_size, member.compress_size * LARGEST_RATIO),
                    partial(archive.open, member),
                )
                for member in archive.infolist()
                if (name := member.filename.removesuffix(".npy")) != member.filename
            }
    # what the archive's reader raises for damage, and for encryption
    except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError) as error:
        raise DataError(
            "E-ARRAY-TRUNC",
            N_("{path} is cut off or damaged: {reason}."),
            N_("Copy the file again from its source."),
            path=path,
            reason=reason_of(error),
        ) from error
