"""NPY files: images and labels as arrays side by side, such as X.npy and y.npy."""

from pathlib import Path

from vistazo.data.dataset import ImageDataset
from vistazo.data.formats import Format
from vistazo.data.formats._array_roles import Role, data_set, role_of, roles_of
from vistazo.data.formats._stored_array import StoredArray
from vistazo.data.image_files.stored_files import DiskFile
from vistazo.data.request import Request

__all__ = ["Npy"]


class Npy(Format):
    """``images.npy`` and ``labels.npy``, ``X.npy`` and ``y.npy``, or the same per part.

    ``X_train.npy``, ``y_train.npy``, ``X_test.npy``, ``y_test.npy`` become the parts of the
    data set; ``groups.npy`` and ``classes.npy`` may stand beside them. A single images file
    takes what belongs to it from its folder.
    """

    takes = frozenset({"shape"})

    def recognises(self, path: Path) -> bool:
        """Tell by the names whether there are images and their labels."""
        roles = [role for name in _names(path) if (role := role_of(name))]
        images = {role.part for role in roles if role.what == "images"}
        return bool(images & {role.part for role in roles if role.what == "labels"})

    def read(self, path: Path, request: Request) -> ImageDataset:
        """Read the pair or the pairs."""
        folder = path if path.is_dir() else path.parent
        names = _names(path)
        arrays = {name: array_in(folder / f"{name}.npy") for name in names}
        return data_set(roles_of(names), arrays, request)


def array_in(file: Path) -> StoredArray:
    """Return the array of a file; it is not looked at before it is read."""
    return StoredArray(file.name, file.stat().st_size, DiskFile(file).open)


def names_in(folder: Path) -> list[str]:
    """Return the names of the arrays in a folder."""
    return sorted(file.stem for file in folder.glob("*.npy") if file.is_file())


def _names(path: Path) -> list[str]:
    """Return the arrays of a folder, or those that belong to one images file."""
    folder = path if path.is_dir() else path.parent
    names = names_in(folder)
    if path.is_dir():
        return names
    images = role_of(path.stem) if path.suffix == ".npy" else None
    if images is None or images.what != "images":
        return []
    wanted = {Role("labels", images.part), Role("classes", "")}
    wanted |= {Role(beside, images.part) for beside in ("groups", "folds")}
    return [path.stem, *(name for name in names if role_of(name) in wanted)]
