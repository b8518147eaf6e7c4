"""What NPY and NPZ share: arrays told apart by name, and put together."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from vistazo.data.arrays import from_arrays
from vistazo.data.assembly import PARTS, restricted
from vistazo.data.dataset import PART_NAMES, ImageDataset
from vistazo.data.formats._stored_array import StoredArray
from vistazo.data.labels import read_labels
from vistazo.data.request import Request
from vistazo.errors import DataError
from vistazo.i18n import N_

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
    roles: Mapping[Role, str], arrays: Mapping[str, StoredArray], request: Request
) -> ImageDataset:
    """Read the arrays of these roles and put them together, part after part.

    Raises
    ------
    DataError
        ``E-ARRAY-…``, ``E-LABEL-…``, ``E-DATA-…``.
    """
    parts = parts_of(roles)
    images = [arrays[roles[Role("images", part)]].read() for part in parts]
    labels = [arrays[roles[Role("labels", part)]].read() for part in parts]

    def beside(what: str) -> NDArray[Any] | None:
        names = [roles[Role(what, part)] for part in parts if Role(what, part) in roles]
        return joined([arrays[name].read() for name in names]) if len(names) == len(parts) else None

    names = roles.get(Role("classes", ""))
    classes = None if names is None else read_labels(arrays[names].read()).tolist()
    data = from_arrays(
        joined(images),
        joined(labels),
        classes=classes or request.classes,
        groups=beside("groups"),
        folds=beside("folds"),
        split=np.repeat(parts, [len(some) for some in images]) if len(parts) > 1 else None,
        name=request.name,
        shape=request.shape,
    )
    return restricted(data, request.classes) if classes else data


def joined(arrays: Sequence[NDArray[Any]]) -> NDArray[Any]:
    """Return the images, or what stands beside them, of one part after the other.

    Raises
    ------
    DataError
        ``E-ARRAY-SHAPE``.
    """
    if len({array.shape[1:] for array in arrays}) > 1:
        raise DataError(
            "E-ARRAY-SHAPE",
            N_("The parts have different shapes: {shapes}."),
            N_("Give all parts the same shape after the number of images."),
            shapes=", ".join(str(array.shape) for array in arrays),
        )
    return np.concatenate(arrays)
