"""Read images without labels, wherever they are: what networks learn from beforehand."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from vistazo.data.archives import is_archive
from vistazo.data.first_bytes import first_bytes
from vistazo.data.formats._pixel_columns import holds_pixels
from vistazo.data.formats._table_text import first_row, is_text_table
from vistazo.data.formats._unlabelled_arrays import holds_images, read_npy, read_npz
from vistazo.data.formats._unlabelled_files import read_archive, read_folder, read_table
from vistazo.data.formats._unlabelled_parquet import read_parquet
from vistazo.data.formats.cifar import Cifar
from vistazo.data.formats.idx import Idx
from vistazo.data.formats.npz import Npz
from vistazo.data.formats.parquet import Parquet
from vistazo.data.image_files.decoded_files import Progress
from vistazo.data.image_files.walking import Kind, shown, walk
from vistazo.data.policy import DecodePolicy
from vistazo.data.reading import (
    ambiguous,
    check_place,
    fitted,
    place_of,
    read_images,
    refuse_unused,
)
from vistazo.data.request import Request
from vistazo.data.unlabelled_images import UnlabelledImages, without_labels


def read_unlabelled(
    path: str | Path,
    *,
    size: int | tuple[int, int] | None = None,
    fit: str = "pad",
    channels: int | None = None,
    max_pixels: int = DecodePolicy.max_pixels,
    min_side: int = DecodePolicy.min_side,
    max_aspect: int = DecodePolicy.max_aspect,
    salvage: bool = False,
    shape: Sequence[int] | None = None,
    name: str | None = None,
    download: bool = False,
    progress: Progress | None = None,
) -> UnlabelledImages:
    """Read images whose classes are not known, or are of no account, without the test images.

    What learns without labels must not see the images that it is tested on later. Left out, and
    not opened, are images in a folder ``test``, those that a table (``labels.csv`` or
    ``metadata.csv`` in a folder, or the table that is given) puts into the part ``test``, the
    array ``images_test``, and the test files of a named data set; a note says how many. A source
    that brings no parts is read whole.

    Parameters
    ----------
    path : str or Path
        A folder or an archive with images at any depth, in class folders or not; a table (CSV,
        TSV, Parquet) that lists files or holds them; an NPZ or NPY file of images, with labels
        or not, or a folder of NPY files; a named data set, or anything else that
        :func:`~vistazo.data.reading.read_images` reads.
    size, fit, channels, max_pixels, min_side, max_aspect, salvage
        See ``read_images``. What is left open is decided from the images that are read.
    shape : sequence of int, optional
        Of one image, where each is a flat row of pixels.
    name : str, optional
        What reports call the images; the name of the file or folder by default.
    download : bool
        Whether a named data set that is not on this machine may be fetched.
    progress : callable, optional
        Called with the number of image files done and of all.

    Raises
    ------
    DataError
        ``E-DATA-EMPTY`` where there are no images, or only test images; ``E-DATA-PATH``,
        ``E-DATA-AMBIGUOUS``, ``E-DATA-BAD``, ``E-DATA-SPLIT``, and others of ``read_images``.
    SetupError, UsageError
        As ``read_images``.

    Examples
    --------
    >>> images = read_unlabelled("fashion-mnist-10k", size=32)
    >>> len(images), images.images.shape[1:]
    (10000, (32, 32, 1))
    """
    place = place_of(path)
    reader = reader_of(place)
    if reader is None:
        data = read_images(
            path,
            size=size,
            fit=fit,
            channels=channels,
            name=name,
            max_pixels=max_pixels,
            min_side=min_side,
            max_aspect=max_aspect,
            salvage=salvage,
            shape=shape,
            download=download,
            progress=progress,
        )
        return without_labels(data)
    refuse_unused(str(path), reader.takes, None, shape)
    sides = (size, size) if isinstance(size, int) else size
    policy = DecodePolicy(sides, fit, channels, max_pixels, min_side, max_aspect, salvage)
    called = name or shown(place.resolve().name)
    read = reader.read(place, Request(called, policy, progress=progress, shape=shape))
    images, decided = fitted(read.images, policy)
    return replace(read, images=images, policy=decided)


class Reader(NamedTuple):
    """How a place is read, and the options that not every place has a use for."""

    read: Callable[[Path, Request], UnlabelledImages]
    takes: frozenset[str] = frozenset()

    @property
    def of_files(self) -> bool:
        """Whether images are decoded by the policy asked for; arrays keep their size."""
        return self.read in (read_folder, read_archive, read_table, read_parquet)


def reader_of(place: Path) -> Reader | None:
    """Return how a place is read; None for what only ``read_images`` reads, or refuses.

    Raises
    ------
    DataError
        ``E-DATA-AMBIGUOUS``, ``E-DATA-PERM``.
    """
    if not place.exists():
        return None
    check_place(place)
    if place.is_dir():
        return _reader_of_folder(place)
    if Npz().recognises(place):
        return Reader(read_npz, frozenset({"shape"}))
    if first_bytes(place).startswith(b"\x93NUMPY"):
        return Reader(read_npy, frozenset({"shape"}))
    if Parquet().recognises(place):
        return Reader(read_parquet)
    if is_text_table(place) and not holds_pixels(first_row(place)):
        return Reader(read_table)
    if is_archive(place) and not Cifar().recognises(place):
        return Reader(read_archive)
    return None


def _reader_of_folder(place: Path) -> Reader | None:
    fitting: dict[str, Reader | None] = {}
    if any(entry.kind is Kind.IMAGE for entry in walk(place)):
        fitting["images"] = Reader(read_folder)
    if holds_images(place):
        fitting["npy"] = Reader(read_npy, frozenset({"shape"}))
    for name, labelled in (("idx", Idx()), ("cifar", Cifar())):
        if labelled.recognises(place):
            fitting[name] = None
    if len(fitting) > 1:
        raise ambiguous(place, fitting)
    return next(iter(fitting.values()), Reader(read_folder))
