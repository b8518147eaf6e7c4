"""Data sets known by name: bundled with the package, or found on this machine."""

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np

from vistazo import catalog, files
from vistazo.data.dataset import ImageDataset
from vistazo.data.downloading import PUBLISHED, place_of
from vistazo.data.formats.cifar import Cifar, cifar_files
from vistazo.data.formats.idx import Idx
from vistazo.data.image_files.stored_files import StoredFile
from vistazo.data.request import Request
from vistazo.errors import DataError
from vistazo.i18n import N_

_IDX = N_(
    "Fetch it with --download ({size} MB), or put its files into one of these; on Debian, install "
    "dataset-{name}."
)
_CIFAR = N_(
    "Fetch it with --download ({size} MB), or put {file}, from "
    "https://www.cs.toronto.edu/~kriz/cifar.html, into one of these."
)


class _Named(NamedTuple):
    description: str
    sha256: str = ""
    """Of the pixels and of the labels as bytes: the same however the files are compressed."""
    format: type[Idx | Cifar] = Idx
    file_names: tuple[str, ...] = ()
    """Of folders and archives that may hold it."""
    md5: tuple[tuple[str, str], ...] = ()
    """Of its files, where their publisher gives these and no SHA-256 is known."""
    advice: str = _IDX


_NAMED = {
    "cifar10": _Named(
        N_("CIFAR-10: 60,000 photos of 10 kinds of animals and vehicles, 32 × 32, colour"),
        "795f1793d7b8f8883c578442a02455d2469d49685325e98ea0621b15f4a88d69",
        Cifar,
        (
            *("cifar-10-batches-py", "cifar-10-python.tar.gz"),
            *("cifar-10-python.tar.xz", "cifar-10-python.tar"),
        ),
        advice=_CIFAR,
    ),
    "cifar100": _Named(
        N_("CIFAR-100: 60,000 photos of 100 kinds of things, 32 × 32, colour"),
        format=Cifar,
        file_names=(
            *("cifar-100-python", "cifar-100-python.tar.gz"),
            *("cifar-100-python.tar.xz", "cifar-100-python.tar"),
        ),
        md5=(
            ("train", "16019d7e3df5f24257cddd939b257f8d"),
            ("test", "f0ef6b0ae62326f3e7ffdfab6717acfc"),
            ("meta", "7973b15100ade9c7d40fb424638fde48"),
        ),
        advice=_CIFAR,
    ),
    "fashion-mnist": _Named(
        N_("Fashion-MNIST: 70,000 garments of 10 kinds, 28 × 28, gray"),
        "2cbc59191665e1ba3f2494648f17edac5974f748ab89fb2ae05597d658161f54",
    ),
    "fashion-mnist-10k": _Named(
        N_("Fashion-MNIST, its 10,000 test images; comes with Vistazo"),
        "9f1ec356a747bfe4ebab3cfb722d3694c9ca737e2570f6f90cf31d7b6fd689d4",
    ),
}
_BUNDLED = Path(__file__).parents[1] / "bundled"
_DEBIAN = Path("/usr/share/datasets")


def names() -> list[str]:
    """Return the names of all named data sets, here or not."""
    return sorted(_NAMED)


def describe(name: str) -> str:
    """Return one line about a data set, marked for translation.

    Raises
    ------
    UsageError
        ``E-NAME`` with the nearest names.
    """
    if name not in _NAMED:
        raise catalog.unknown("data sets", name, names())
    return _NAMED[name].description


def locate(name: str) -> Path | None:
    """Return the folder or archive of a data set on this machine, or None.

    Looked at are the package, the folder that ``VISTAZO_DATA`` names, the user's cache and
    Debian's folder. What is found has the format; :func:`load` tells whether it is the data set.
    """
    describe(name)
    known = _NAMED[name]
    return next((place for place in _candidates(name) if known.format().recognises(place)), None)


def load(name: str) -> ImageDataset:
    """Read a named data set.

    Raises
    ------
    UsageError
        ``E-NAME``.
    DataError
        ``E-DATA-NAMED`` where it is not on this machine, with the places looked at;
        ``E-DATA-HASH`` where it is not as it was published; ``E-IDX-…``, ``E-CIFAR-…``,
        ``E-ARC-…``, ``E-PICKLE``.
    """
    place, known = locate(name), _NAMED[name]
    if place is None:
        cache, debian = _places(name)[-2:]
        raise DataError(
            "E-DATA-NAMED",
            N_(
                "'{name}' is not on this machine: neither in the folder that VISTAZO_DATA "
                "names, nor in {cache}, nor in {debian}."
            ),
            known.advice,
            name=name,
            cache=cache,
            debian=debian,
            file=" / ".join(known.file_names[:2]),
            size=round(PUBLISHED[name].n_bytes / 1e6),
        )
    data = known.format().read(place, Request(name, classes=_garments(known)))
    if not _is_published(known, place, data):
        raise DataError(
            "E-DATA-HASH",
            N_("The files in {folder} are not '{name}' as it was published."),
            N_("Copy them again, or give the folder instead of the name."),
            folder=place,
            name=name,
        )
    return data


def _candidates(name: str) -> Iterator[Path]:
    file_names = _NAMED[name].file_names
    yield _BUNDLED / name
    for place in _places(name):
        yield from (place / file_name for file_name in file_names)
        # CIFAR-10 and CIFAR-100 have one format: only the name of a folder tells them apart
        if not file_names or place.name in (name, *file_names):
            yield place


def _places(name: str) -> list[Path]:
    own = os.environ.get("VISTAZO_DATA")
    return [
        *([Path(own) / name, Path(own)] if own else []),
        place_of(name),
        _DEBIAN / name,
    ]


def _garments(known: _Named) -> list[str] | None:
    """Return the names of the labels 0 to 9 where the files have none."""
    if known.format is not Idx:
        return None
    kinds: list[str] = files.read_json(_BUNDLED / "fashion-mnist-10k" / "dataset.json")["classes"]
    return kinds


def _is_published(known: _Named, place: Path, data: ImageDataset) -> bool:
    if known.sha256:
        return _sha256(data) == known.sha256
    with cifar_files(place) as stored:
        return all(_md5(stored[name]) == expected for name, expected in known.md5)


def _md5(file: StoredFile) -> str:
    with file.open() as content:
        return hashlib.md5(content.read(), usedforsecurity=False).hexdigest()


def _sha256(data: ImageDataset) -> str:
    digest = hashlib.sha256(np.ascontiguousarray(data.images.pixels).data)
    digest.update(data.codes.astype(np.uint8).data)
    return digest.hexdigest()
