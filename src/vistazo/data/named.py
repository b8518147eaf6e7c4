"""Data sets known by name: bundled with the package, or found on this machine."""

import hashlib
import os
from pathlib import Path
from typing import NamedTuple

import numpy as np
import platformdirs

from vistazo import catalog, files
from vistazo.data.dataset import ImageDataset
from vistazo.data.formats.idx import Idx
from vistazo.data.request import Request
from vistazo.errors import DataError
from vistazo.i18n import N_


class _Named(NamedTuple):
    description: str
    sha256: str
    """Of the pixels and of the labels as bytes: the same however the files are compressed."""


_NAMED = {
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
    """Return the folder of a data set on this machine, or None where it is not there.

    Looked at are the package, the folder that ``VISTAZO_DATA`` names, the user's cache and
    Debian's folder.
    """
    describe(name)
    candidates = [_BUNDLED / name, *_places(name)]
    return next((place for place in candidates if Idx().recognises(place)), None)


def load(name: str) -> ImageDataset:
    """Read a named data set.

    Raises
    ------
    UsageError
        ``E-NAME``.
    DataError
        ``E-DATA-NAMED`` where it is not on this machine, with the places looked at;
        ``E-DATA-HASH`` where it is not as it was published; ``E-IDX-…``.
    """
    folder = locate(name)
    if folder is None:
        cache, debian = _places(name)[-2:]
        raise DataError(
            "E-DATA-NAMED",
            N_(
                "'{name}' is not on this machine: neither in the folder that VISTAZO_DATA "
                "names, nor in {cache}, nor in {debian}."
            ),
            N_("Put its files into one of these; on Debian, install dataset-{name}."),
            name=name,
            cache=cache,
            debian=debian,
        )
    kinds = files.read_json(_BUNDLED / "fashion-mnist-10k" / "dataset.json")["classes"]
    data = Idx().read(folder, Request(name, classes=kinds))
    if _sha256(data) != _NAMED[name].sha256:
        raise DataError(
            "E-DATA-HASH",
            N_("The files in {folder} are not '{name}' as it was published."),
            N_("Copy them again, or give the folder instead of the name."),
            folder=folder,
            name=name,
        )
    return data


def _places(name: str) -> list[Path]:
    own = os.environ.get("VISTAZO_DATA")
    return [
        *([Path(own) / name, Path(own)] if own else []),
        Path(platformdirs.user_cache_dir("vistazo")) / "datasets" / name,
        _DEBIAN / name,
    ]


def _sha256(data: ImageDataset) -> str:
    digest = hashlib.sha256(np.ascontiguousarray(data.images.pixels).data)
    digest.update(data.codes.astype(np.uint8).data)
    return digest.hexdigest()
