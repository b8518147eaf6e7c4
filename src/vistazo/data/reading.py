"""Read labelled images from wherever they are: the format is recognised."""

import difflib
import errno
import os
import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import islice
from pathlib import Path

import numpy as np

from vistazo import catalog
from vistazo.data import downloading, named
from vistazo.data.assembly import restricted
from vistazo.data.classes import listed
from vistazo.data.dataset import ImageDataset
from vistazo.data.formats import Format
from vistazo.data.formats._class_layout import nothing_in
from vistazo.data.formats._table_columns import no_rows_of_pixels, no_table, tables_in
from vistazo.data.formats._table_text import unreadable
from vistazo.data.image_files.decoded_files import Progress
from vistazo.data.image_files.walking import Kind, shown, walk
from vistazo.data.images import Images
from vistazo.data.policy import DecodePolicy
from vistazo.data.request import Request
from vistazo.errors import DataError, UsageError
from vistazo.i18n import N_

_ADDRESS = re.compile(r"([A-Za-z][\w+.-]+):[/\\]+")
"""Of the network; a drive of Windows has one letter."""
_LOOKED_AT = 100
"""Files of a folder that no format reads that may be opened to say what to give instead."""


def read_images(
    path: str | Path,
    *,
    size: int | tuple[int, int] | None = None,
    fit: str = "pad",
    channels: int | None = None,
    classes: Sequence[str] | None = None,
    name: str | None = None,
    max_pixels: int = DecodePolicy.max_pixels,
    min_side: int = DecodePolicy.min_side,
    max_aspect: int = DecodePolicy.max_aspect,
    salvage: bool = False,
    label_column: str | None = None,
    shape: Sequence[int] | None = None,
    download: bool = False,
    progress: Progress | None = None,
) -> ImageDataset:
    """Read labelled images.

    Parameters
    ----------
    path : str or Path
        A folder or file of a known format (``vistazo list formats``), or the name of a
        named data set (``vistazo list datasets``); what exists wins over a name.
    size : int or tuple of int (height, width), optional
        Pixels. None keeps images that all have one size of at most 256; others get 128.
    fit : {"pad", "crop", "stretch"}
        How an image gets the size; see :func:`~vistazo.data.policy.fit`.
    channels : {1, 3}, optional
        None takes 1 where all images are gray, else 3.
    classes : sequence of str, optional
        The classes to read, in order; or names for the labels 0, 1, ….
    name : str, optional
        What reports call the data set; the name of the file or folder by default.
    max_pixels, min_side, max_aspect : int
        Files beyond are left out; see :class:`~vistazo.data.decoding.limits.Limits`.
    salvage : bool
        Read cut-off JPEG and PNG as far as they go, instead of leaving them out.
    label_column : str, optional
        The column of a table that holds the labels; None looks for it by its name.
    shape : sequence of int, optional
        Of one image, where each is a flat row of pixels: (h, w), (h, w, c) or (c, h, w). None
        means square and gray.
    download : bool
        Whether a named data set that is not on this machine may be fetched from its publisher;
        see :func:`~vistazo.data.downloading.download`.
    progress : callable, optional
        Called with the number of image files done and of all.

    Raises
    ------
    DataError
        ``E-DATA-PATH`` where there is nothing, ``E-DATA-EMPTY``, ``E-DATA-NOCLASS``,
        ``E-DATA-FORMAT``, ``E-DATA-AMBIGUOUS``, ``E-DATA-ONECLASS``, ``E-DATA-CLASSES``,
        ``E-DATA-SAMECLASS``, ``E-DATA-SPLITCLASSES``, ``E-DATA-BAD``, ``E-DATA-NAMED``.
    SetupError
        ``E-DOWNLOAD`` and the others of a download that was asked for.
    UsageError
        For settings that no images could have; ``E-DATA-OPTION`` for one that these do not take.

    Examples
    --------
    >>> data = read_images("fashion-mnist-10k")
    >>> len(data), data.images.shape[1:], data.classes[0]
    (10000, (28, 28, 1), 'T-shirt/top')
    """
    sides = (size, size) if isinstance(size, int) else size
    policy = DecodePolicy(sides, fit, channels, max_pixels, min_side, max_aspect, salvage)
    place = place_of(path)
    if not place.exists() and str(path) in named.names():
        refuse_unused(str(path), frozenset(), label_column, shape)
        if download and named.locate(str(path)) is None:
            downloading.download(str(path))
        data = restricted(named.load(str(path)), classes)
        data = replace(data, name=name or data.name)
    else:
        called = name or shown(place.resolve().name)
        request = Request(called, policy, classes, progress, label_column=label_column, shape=shape)
        chosen = _format_of(place)
        refuse_unused(str(path), chosen.takes, label_column, shape)
        data = chosen.read(place, request)
    images, decided = fitted(data.images, policy)
    return replace(data, images=images, policy=decided)


def place_of(path: str | Path) -> Path:
    """Return where a path leads; nothing is no path, and not the current folder either.

    Raises
    ------
    UsageError
        ``E-DATA-PATH`` where it is empty, ``E-DATA-TYPE`` for what is no path.
    """
    if not isinstance(path, str | os.PathLike):
        raise UsageError(
            "E-DATA-TYPE",
            N_("A path or the name of a data set is needed here, not {seen}."),
            N_("For images that were read, take what works on these: vistazo.check, explore, …"),
            seen=type(path).__name__,
        )
    if not str(path).strip():
        raise UsageError(
            "E-DATA-PATH",
            N_("The name of the data is empty."),
            N_("Give a folder, a file, or the name of a data set."),
        )
    return Path(path).expanduser()


def fitting_formats(place: Path) -> dict[str, Format]:
    """Return the formats that recognise what is at a place, by their names."""
    formats = {name: catalog.load("data/formats", name)() for name in catalog.names("data/formats")}
    return {name: form for name, form in formats.items() if form.recognises(place)}


def check_place(place: Path) -> None:
    """Raise ``E-DATA-PATH`` where there is nothing, ``E-DATA-PERM`` where it may not be read."""
    if not place.exists():
        raise _missing(place)
    if not os.access(place, os.R_OK | (os.X_OK if place.is_dir() else 0)):
        raise unreadable(place, PermissionError(errno.EACCES, os.strerror(errno.EACCES)))


def ambiguous(place: Path, formats: Iterable[str]) -> DataError:
    """Return the error for a place that can be read in more than one way."""
    return DataError(
        "E-DATA-AMBIGUOUS",
        N_("{path} can be read in more than one way: {formats}."),
        N_("Give the file or folder inside it that you mean."),
        path=place,
        formats=", ".join(formats),
    )


def _format_of(place: Path) -> Format:
    check_place(place)
    fitting = fitting_formats(place)
    if len(fitting) == 1:
        return next(iter(fitting.values()))
    if fitting:
        raise ambiguous(place, fitting)
    if len(tables := tables_in(place)) > 1:
        raise ambiguous(place, [table.name for table in tables])
    raise _nothing_in(place) if place.is_dir() else _unknown_file(place)


def _nothing_in(folder: Path) -> DataError:
    """Return the error for a folder that no format reads, with files in it that one does."""
    found = list(walk(folder))
    error = nothing_in(folder, found)
    others = (folder.joinpath(*entry.parts) for entry in found if entry.kind is Kind.OTHER)
    readable = [file for file in islice(others, _LOOKED_AT) if fitting_formats(file)]
    if not readable:
        return error
    hint = N_("If the images and labels are in {files}, give that file instead of the folder.")
    if len(readable) > 1:
        hint = N_("If the images and labels are in one of these, give that file: {files}.")
    files = listed(map(str, readable), limit=3)
    return DataError(error.code, error.message, hint, files=files, **error.values)


def refuse_unused(
    source: str, takes: frozenset[str], label_column: str | None, shape: Sequence[int] | None
) -> None:
    """Raise ``E-DATA-OPTION`` for an option that what is at a source has no use for."""
    if label_column is not None and "label_column" not in takes:
        raise no_table(source)
    if shape is not None and "shape" not in takes:
        raise no_rows_of_pixels(source)


def fitted(images: Images, policy: DecodePolicy) -> tuple[Images, DecodePolicy]:
    """Apply what was asked for to images that were stored as arrays; return what was decided."""
    height, width, channels = images.image_shape
    wanted = (*(policy.size or (height, width)), policy.channels or channels)
    decided = replace(policy, size=wanted[:2], channels=wanted[2])
    if wanted == (height, width, channels):
        return replace(images, fit=decided.fit), decided
    pixels = np.empty((len(images), *wanted), np.uint8)
    for row, image in enumerate(images.pixels):
        pixels[row] = decided.apply(image)
    return replace(images, pixels=pixels, fit=decided.fit), decided


def _missing(place: Path) -> DataError:
    if _ADDRESS.match(str(place)):
        return DataError(
            "E-DATA-PATH",
            N_("{address} is an address, and Vistazo reads no addresses."),
            N_("Download it first, and give the file or folder. Nothing was fetched."),
            address=_ADDRESS.sub(r"\1://", str(place)),
        )
    parent = place.absolute().parent
    while not parent.is_dir():
        place, parent = parent, parent.parent
    if place.exists():
        return DataError(
            "E-DATA-PATH",
            N_("{path} is a file, so nothing can be below it."),
            N_("Give the file itself, or the folder that you mean."),
            path=place,
        )
    siblings = sorted(entry.name for entry in parent.iterdir())
    near = difflib.get_close_matches(place.name, [*siblings, *named.names()], n=3, cutoff=0.5)
    if near:
        hint = N_("Did you mean {near}?")
    else:
        hint = N_("Give a folder with one folder per class, or one of: {known}.")
    return DataError(
        "E-DATA-PATH",
        N_("There is no file or folder {path}."),
        hint,
        path=place,
        near=", ".join(f"'{shown(name)}'" for name in near),
        known=", ".join(named.names()),
    )


def _unknown_file(file: Path) -> DataError:
    return DataError(
        "E-DATA-FORMAT",
        N_("{file} is no data set that can be read; the formats are {formats}."),
        N_("Give a folder with one folder of images per class, or a file of these formats."),
        file=file,
        formats=", ".join(catalog.names("data/formats")),
    )
