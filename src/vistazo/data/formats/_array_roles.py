"""What NPY and NPZ share: arrays told apart by name, read within limits, put together."""

import math
from collections.abc import Callable, Iterable, Mapping
from typing import IO, Any, NamedTuple

import numpy as np
from numpy.lib import format as npy
from numpy.typing import NDArray

from vistazo.data.arrays import from_arrays
from vistazo.data.assembly import PARTS, restricted
from vistazo.data.dataset import PART_NAMES, ImageDataset
from vistazo.data.labels import read_labels
from vistazo.data.request import Request
from vistazo.errors import DataError
from vistazo.i18n import N_

MAX_BYTES = 8 * 2**30
"""Bytes of one array beyond which it is refused instead of read."""

_ROLES = {
    **dict.fromkeys(("images", "image", "x", "data"), "images"),
    **dict.fromkeys(("labels", "label", "y", "target", "targets"), "labels"),
    **dict.fromkeys(("groups", "group"), "groups"),
    **dict.fromkeys(("folds", "fold"), "folds"),
    **dict.fromkeys(("classes", "class_names"), "classes"),
}


class Role(NamedTuple):
    """What an array is, and of which part of the data set (``""`` for all of it)."""

    what: str
    part: str


def role_of(name: str) -> Role | None:
    """Return the role that a name tells: of ``x_train``, ``train_images``, ``X``, not ``extra``."""
    words = name.lower().split("_")
    part = next((PARTS[word] for word in words if word in PARTS), "")
    what = _ROLES.get("_".join(word for word in words if word not in PARTS))
    return None if what is None else Role(what, part)


def roles_of(names: Iterable[str]) -> dict[Role, str]:
    """Return the names that tell a role, by their role.

    Raises
    ------
    DataError
        ``E-ARRAY-NAMES`` where two names have one role.
    """
    roles: dict[Role, str] = {}
    for name in names:
        role = role_of(name)
        if role in roles:
            raise DataError(
                "E-ARRAY-NAMES",
                N_("The arrays '{first}' and '{second}' both look like {what}."),
                N_("Rename or remove one of them."),
                first=roles[role],
                second=name,
                what=role.what,
            )
        if role is not None:
            roles[role] = name
    return roles


def parts_of(roles: Mapping[Role, str]) -> list[str]:
    """Return the parts that have images and labels; ``[""]`` where one pair holds all."""
    complete = [
        part
        for part in ("", *PART_NAMES)
        if Role("images", part) in roles and Role("labels", part) in roles
    ]
    return [""] if "" in complete else complete


def data_set(
    roles: Mapping[Role, str], load: Callable[[str], NDArray[Any]], request: Request
) -> ImageDataset:
    """Load the arrays of these roles and put them together, part after part.

    Raises
    ------
    DataError
        ``E-ARRAY-…``, ``E-LABEL-…``, ``E-DATA-…``.
    """
    parts = parts_of(roles)
    images = [load(roles[Role("images", part)]) for part in parts]
    labels = [load(roles[Role("labels", part)]) for part in parts]

    def beside(what: str) -> NDArray[Any] | None:
        held = [load(roles[Role(what, part)]) for part in parts if Role(what, part) in roles]
        return _joined(held) if len(held) == len(parts) else None

    names = roles.get(Role("classes", ""))
    classes = None if names is None else read_labels(load(names)).tolist()
    data = from_arrays(
        _joined(images),
        _joined(labels),
        classes=classes or request.classes,
        groups=beside("groups"),
        folds=beside("folds"),
        split=np.repeat(parts, [len(some) for some in images]) if len(parts) > 1 else None,
        name=request.name,
        shape=request.shape,
    )
    return restricted(data, request.classes) if classes else data


def read_array(stream: IO[bytes], name: str, available: int) -> NDArray[Any]:
    """Read one array in NumPy's format, never a pickled one.

    Parameters
    ----------
    stream : binary file
        At its start; it must be able to seek.
    name : str
        What the array is called in errors.
    available : int
        Bytes there can be, the header with them.

    Raises
    ------
    DataError
        ``E-ARRAY-FORMAT``; ``E-ARRAY-PICKLE``, ``E-ARRAY-BIG`` and ``E-ARRAY-TRUNC``
        before room is made for the values.
    """
    try:
        _check_header(stream, name, available)
        stream.seek(0)
        array: NDArray[Any] = npy.read_array(stream, allow_pickle=False)
    except DataError:
        raise
    except (ValueError, KeyError) as error:
        raise DataError(
            "E-ARRAY-FORMAT",
            N_("'{name}' is not an array in NumPy's format: {reason}."),
            N_("Write it again with numpy.save or numpy.savez."),
            name=name,
            reason=str(error).rstrip("."),
        ) from error
    return array


def _check_header(stream: IO[bytes], name: str, available: int) -> None:
    read_header = {
        (1, 0): npy.read_array_header_1_0,
        (2, 0): npy.read_array_header_2_0,
    }[npy.read_magic(stream)]
    shape, _fortran_order, dtype = read_header(stream)
    if dtype.hasobject:
        raise DataError(
            "E-ARRAY-PICKLE",
            N_("'{name}' holds pickled Python objects, which could run code when opened."),
            N_("Save it again as numbers or text: numpy.asarray(values.tolist())."),
            name=name,
        )
    n_bytes = math.prod(shape) * dtype.itemsize
    if n_bytes > MAX_BYTES:
        raise DataError(
            "E-ARRAY-BIG",
            N_("'{name}' has {size} GB; the limit is {limit} GB."),
            N_("Save the images as uint8, smaller, or as files in class folders."),
            name=name,
            size=n_bytes // 2**30,
            limit=MAX_BYTES // 2**30,
        )
    if n_bytes > available - stream.tell():
        raise DataError(
            "E-ARRAY-TRUNC",
            N_("'{name}' is cut off: {n_bytes} bytes are declared, {available} are there."),
            N_("Copy the file again from its source."),
            name=name,
            n_bytes=n_bytes,
            available=available - stream.tell(),
        )


def _joined(arrays: list[NDArray[Any]]) -> NDArray[Any]:
    if len({array.shape[1:] for array in arrays}) > 1:
        raise DataError(
            "E-ARRAY-SHAPE",
            N_("The parts have different shapes: {shapes}."),
            N_("Give all parts the same shape after the number of images."),
            shapes=", ".join(str(array.shape) for array in arrays),
        )
    return np.concatenate(arrays)
