"""CIFAR-10 and CIFAR-100 for Python: a folder of pickled batches, or the archive of it."""

import contextlib
import math
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from vistazo.data.archives import glance, is_archive, open_archive
from vistazo.data.arrays import from_arrays
from vistazo.data.assembly import restricted
from vistazo.data.classes import listed
from vistazo.data.dataset import ImageDataset
from vistazo.data.first_bytes import first_bytes
from vistazo.data.formats import Format
from vistazo.data.image_files.stored_files import DiskFile, StoredFile
from vistazo.data.image_files.walking import Kind, is_ignored, kind_of_file
from vistazo.data.request import Request
from vistazo.data.restricted_unpickler import restricted_loads
from vistazo.errors import DataError
from vistazo.i18n import N_

__all__ = ["Cifar"]

_SHAPE = (3, 32, 32)
_MOST_BYTES = 256 * 2**20
"""Of one file; the largest of CIFAR-100 has 155 MB."""
_PICKLE = b"\x80"
"""How every pickle starts since protocol 2."""


class _Edition(NamedTuple):
    parts: Mapping[str, str]
    """What part of the data set each file of images is."""
    meta: str
    labels: str
    names: str

    @property
    def files(self) -> tuple[str, ...]:
        return (*self.parts, self.meta)


_EDITIONS = (
    _Edition(
        {**{f"data_batch_{n}": "train" for n in range(1, 6)}, "test_batch": "test"},
        meta="batches.meta",
        labels="labels",
        names="label_names",
    ),
    _Edition(
        {"train": "train", "test": "test"},
        meta="meta",
        labels="fine_labels",
        names="fine_label_names",
    ),
)


class Cifar(Format):
    """``data_batch_1`` … and ``test_batch``, or ``train`` and ``test``, as A. Krizhevsky has them.

    Also inside a tar, compressed or not, or a zip. The batches are unpickled, but only plain
    arrays, numbers and text: anything else is refused and no code is run. CIFAR-100 has its
    100 fine labels.
    """

    def recognises(self, path: Path) -> bool:
        """Tell by names and first bytes; in an archive, by what comes before the first image."""
        if path.is_dir():
            starts = ((name, first_bytes(path / name)) for one in _EDITIONS for name in one.files)
            return any(_is_one(name, start) for name, start in starts)
        return is_archive(path) and _is_archive_of_cifar(path)

    def read(self, path: Path, request: Request) -> ImageDataset:
        """Read all batches; those for training and for the test become the parts."""
        with cifar_files(path) as files:
            return _data_set(path, files, request)


@contextlib.contextmanager
def cifar_files(path: Path) -> Iterator[Mapping[str, StoredFile]]:
    """Open a folder or an archive that was recognised, and give its files by name.

    Raises
    ------
    DataError
        ``E-ARC-…``; ``E-CIFAR-TWO`` where an archive has more than one folder of them.
    """
    if path.is_dir():
        yield {entry.name: DiskFile(entry) for entry in path.iterdir() if entry.is_file()}
        return
    with open_archive(path) as members:
        files = {parts: file for parts, file in members if file is not None}
        homes = {parts[:-1] for parts, file in files.items() if _is_one(parts[-1], file.start())}
        if len(homes) > 1:
            raise _more_than_one(path)
        yield {parts[-1]: file for parts, file in files.items() if parts[:-1] in homes}


def _is_one(name: str, start: bytes) -> bool:
    return any(name in one.files for one in _EDITIONS) and start.startswith(_PICKLE)


def _is_archive_of_cifar(path: Path) -> bool:
    try:
        with glance(path) as members:
            for parts, file in members:
                if file is None or any(is_ignored(name) for name in parts):
                    continue
                if _is_one(parts[-1], file.start()):
                    return True
                if kind_of_file(parts[-1], file.start) is Kind.IMAGE:
                    return False
    except (DataError, OSError):  # who reads it tells
        return False
    return False


def _data_set(path: Path, files: Mapping[str, StoredFile], request: Request) -> ImageDataset:
    edition = _edition_of(path, files)
    missing = [name for name in edition.files if name not in files]
    if missing:
        raise DataError(
            "E-CIFAR-FILES",
            N_("{path} lacks files of the CIFAR data set: {missing}."),
            N_("Copy it again from its source, or unpack the whole archive."),
            path=path,
            missing=listed(missing),
        )
    names = _class_names(edition, files)
    pixels, labels = [], []
    for name in edition.parts:
        some, theirs = _batch(edition, name, files[name], len(names))
        pixels.append(some)
        labels.append(theirs)
    split = np.repeat(list(edition.parts.values()), [len(some) for some in pixels])
    data = from_arrays(
        np.concatenate(pixels),
        np.concatenate(labels),
        classes=names,
        split=split,
        name=request.name,
    )
    return restricted(data, request.classes)


def _edition_of(path: Path, files: Mapping[str, StoredFile]) -> _Edition:
    """Return the edition that most of the files are of."""

    def present(one: _Edition) -> int:
        return sum(name in files for name in one.files)

    if all(present(one) == len(one.files) for one in _EDITIONS):
        raise _more_than_one(path)
    return max(_EDITIONS, key=present)


def _class_names(edition: _Edition, files: Mapping[str, StoredFile]) -> list[str]:
    names = _content(edition.meta, files[edition.meta]).get(edition.names)
    if not isinstance(names, list) or not all(isinstance(name, bytes | str) for name in names):
        raise _unlike(edition.meta)
    return [_text(name) for name in names]


def _batch(
    edition: _Edition, name: str, file: StoredFile, n_classes: int
) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """Return images (n, 32, 32, 3) and the numbers of their classes (n,)."""
    content = _content(name, file)
    pixels, labels = content.get("data"), content.get(edition.labels)
    if not isinstance(pixels, np.ndarray) or not isinstance(labels, list | np.ndarray):
        raise _unlike(name)
    if pixels.dtype != np.uint8 or pixels.shape != (len(labels), math.prod(_SHAPE)):
        raise _unlike(name)
    numbers = labels.tolist() if isinstance(labels, np.ndarray) else labels
    if any(number not in range(n_classes) for number in numbers):
        raise _unlike(name)
    images = np.asarray(pixels).reshape(-1, *_SHAPE)
    return np.ascontiguousarray(np.moveaxis(images, 1, 3)), np.asarray(numbers, np.int64)


def _content(name: str, file: StoredFile) -> dict[str, Any]:
    if file.size() > _MOST_BYTES:
        raise _unlike(name)
    with file.open() as stream:
        content = restricted_loads(stream.read(), name)
    if not isinstance(content, dict):
        raise _unlike(name)
    return {_text(key): value for key, value in content.items()}


def _text(value: object) -> str:
    return value.decode("utf-8", "backslashreplace") if isinstance(value, bytes) else str(value)


def _more_than_one(path: Path) -> DataError:
    return DataError(
        "E-CIFAR-TWO",
        N_("{path} holds the files of more than one CIFAR data set."),
        N_("Put each in a folder of its own, and give the one that you mean."),
        path=path,
    )


def _unlike(name: str) -> DataError:
    return DataError(
        "E-CIFAR-BATCH",
        N_("'{name}' does not hold what the file of that name holds in CIFAR-10 or CIFAR-100."),
        N_("Copy the file again from its source; save other images as .npz."),
        name=name,
    )
