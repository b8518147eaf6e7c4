"""Arrays of images without labels: of an NPZ archive, of an NPY file, of a folder of these."""

from collections.abc import Mapping
from pathlib import Path

from vistazo.data.classes import listed
from vistazo.data.dataset import PART_NAMES, row_sources
from vistazo.data.formats._array_roles import joined, role_of, roles_of
from vistazo.data.formats._stored_array import StoredArray
from vistazo.data.formats.npy import array_in, names_in
from vistazo.data.formats.npz import arrays_in
from vistazo.data.images import plain
from vistazo.data.layouts import as_pixels
from vistazo.data.policy import DecodePolicy
from vistazo.data.request import Request
from vistazo.data.unlabelled_images import UnlabelledImages, notes_on_test, only_test_images
from vistazo.errors import DataError
from vistazo.i18n import N_


def read_npz(path: Path, request: Request) -> UnlabelledImages:
    """Read the images of an archive: ``images``, or those of its parts, or its only array.

    Raises
    ------
    DataError
        ``E-ARRAY-…``, ``E-DATA-EMPTY``.
    """
    with arrays_in(path) as arrays:
        return _read(path, arrays, request)


def read_npy(path: Path, request: Request) -> UnlabelledImages:
    """Read one file of images, whatever its name, or those of a folder that are called so.

    Raises
    ------
    DataError
        ``E-ARRAY-…``, ``E-DATA-EMPTY``.
    """
    if path.is_dir():
        return _read(path, {n: array_in(path / f"{n}.npy") for n in names_in(path)}, request)
    return _read(path, {"images": array_in(path)}, request)


def holds_images(folder: Path) -> bool:
    """Tell by the names whether a folder has NPY files of images."""
    return any(role.what == "images" for name in names_in(folder) if (role := role_of(name)))


def _read(path: Path, arrays: Mapping[str, StoredArray], request: Request) -> UnlabelledImages:
    images = [n for n in arrays if (role := role_of(n)) and role.what == "images"]
    by_part = {role.part: name for role, name in roles_of(images).items()}
    if not by_part and len(arrays) == 1:
        by_part = {"": next(iter(arrays))}
    if not by_part:
        raise DataError(
            "E-ARRAY-NAMES",
            N_("{path} holds the arrays {names}; images were expected."),
            N_("Save it again with numpy.savez(path, images=…)."),
            path=path,
            names=listed(arrays),
        )
    held_out = by_part.pop("test", None)
    n_test = 0 if held_out is None else arrays[held_out].length()
    # where one array holds all, those of parts are some of it
    parts = [""] if "" in by_part else [part for part in PART_NAMES if part in by_part]
    if not parts:
        raise only_test_images(request.name, n_test)
    pixels, notes = as_pixels(
        joined([arrays[by_part[part]].read() for part in parts]), shape=request.shape
    )
    if not len(pixels):
        raise DataError(
            "E-DATA-EMPTY",
            N_("{name} has no images."),
            N_("Give at least one image."),
            name=request.name,
        )
    return UnlabelledImages(
        request.name,
        plain(pixels),
        row_sources(len(pixels)),
        notes=(*notes, *notes_on_test(n_test)),
        policy=DecodePolicy(size=pixels.shape[1:3], channels=pixels.shape[3]),
    )
