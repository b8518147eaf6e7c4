"""IDX files of the MNIST family: images and labels side by side, gzipped or not."""

import gzip
import math
import re
import zlib
from io import BufferedReader
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vistazo.data.arrays import from_arrays
from vistazo.data.assembly import PARTS
from vistazo.data.dataset import ImageDataset
from vistazo.data.formats import Format
from vistazo.data.formats._compression import LARGEST_RATIO
from vistazo.data.image_files.walking import IMAGE_SUFFIXES
from vistazo.data.request import Request
from vistazo.errors import DataError
from vistazo.i18n import N_

__all__ = ["Idx"]

# two zero bytes, the type of the numbers, how many dimensions; then each as a 32-bit number
_TYPES = {0x08: ">u1", 0x09: ">i1", 0x0B: ">i2", 0x0C: ">i4", 0x0D: ">f4", 0x0E: ">f8"}
_IMAGES, _LABELS = (3, 4), (1,)
"""Dimensions of images, (n, height, width) with or without channels, and of labels."""
_LOOKED_AT = 64
"""Files of a folder whose first bytes are read."""
_PARTS = {**PARTS, "t10k": "test"}


class Idx(Format):
    """Pairs of files such as ``train-images-idx3-ubyte.gz``, ``train-labels-idx1-ubyte.gz``.

    The labels are called like the images, with ``labels`` for ``images``. Pairs with
    ``train`` and ``t10k`` or ``test`` in their names become the parts of the data set. The
    format is the one of Y. LeCun's MNIST page.
    """

    def recognises(self, path: Path) -> bool:
        """Tell by the first bytes whether there is a file of images."""
        return bool(_image_files(path))

    def read(self, path: Path, request: Request) -> ImageDataset:
        """Read one pair of files, or all pairs of a folder."""
        files = _by_part(_image_files(path))
        images = [_read(file, _IMAGES) for file in files.values()]
        labels = [_read(_labels_file(file), _LABELS) for file in files.values()]
        for file, some, theirs in zip(files.values(), images, labels, strict=True):
            _refuse_mismatch(file, some, theirs, images[0])
        split = np.repeat(list(files), [len(some) for some in images])
        return from_arrays(
            np.concatenate(images),
            np.concatenate(labels),
            classes=request.classes,
            split=split if len(files) > 1 else None,
            name=request.name,
        )


def _image_files(path: Path) -> list[Path]:
    if path.is_dir():
        named = [file for file in path.iterdir() if file.suffix.lower() not in IMAGE_SUFFIXES]
    else:
        named = [path]
    regular = sorted(file for file in named if file.is_file())[:_LOOKED_AT]
    # of a file that lies there zipped and unpacked, the unpacked one
    once = {file.name.removesuffix(".gz"): file for file in reversed(regular)}
    return sorted(file for file in once.values() if _is_idx(_start(file), _IMAGES))


def _start(file: Path) -> bytes:
    try:
        with _open(file) as content:
            return content.read(4)
    except (OSError, EOFError, zlib.error):
        return b""


def _open(file: Path) -> gzip.GzipFile | BufferedReader:
    with file.open("rb") as content:
        zipped = content.read(2) == b"\x1f\x8b"
    return gzip.open(file) if zipped else file.open("rb")


def _is_idx(start: bytes, dimensions: tuple[int, ...]) -> bool:
    return (
        len(start) == 4
        and start.startswith(b"\0\0")
        and start[2] in _TYPES
        and start[3] in dimensions
    )


def _by_part(files: list[Path]) -> dict[str, Path]:
    by_part: dict[str, Path] = {}
    for file in files:
        words = re.split(r"[^a-z0-9]+", file.name.lower())
        part = next((_PARTS[word] for word in words if word in _PARTS), "")
        if part in by_part or "" in by_part or (by_part and not part):
            raise DataError(
                "E-IDX-PARTS",
                N_("{first} and {second} cannot be told apart as training and test part."),
                N_("Give the one images file that you mean instead of the folder."),
                first=by_part.get(part, files[0]),
                second=file,
            )
        by_part[part] = file
    return {part: by_part[part] for part in ("", *_PARTS.values()) if part in by_part}


def _labels_file(images_file: Path) -> Path:
    plain = images_file.name.removesuffix(".gz")
    wanted = re.sub("idx[34]", "idx1", plain.replace("images", "labels"))
    for candidate in (wanted, f"{wanted}.gz"):
        file = images_file.with_name(candidate)
        if candidate != images_file.name and file.is_file():
            return file
    raise DataError(
        "E-IDX-LABELS",
        N_("The labels of {file} are missing: there is no {wanted} beside it."),
        N_("Put the labels file next to the images file, under that name."),
        file=images_file,
        wanted=wanted,
    )


def _read(file: Path, dimensions: tuple[int, ...]) -> NDArray[Any]:
    shape: tuple[int, ...] = ()
    try:
        with _open(file) as content:
            start = content.read(4)
            if not _is_idx(start, dimensions):
                raise _wrong_magic(file, start)
            sides = content.read(4 * start[3])
            if len(sides) < 4 * start[3]:
                raise EOFError
            shape = tuple(np.frombuffer(sides, ">u4").tolist())
            dtype = np.dtype(_TYPES[start[2]])
            n_bytes = math.prod(shape) * dtype.itemsize
            # asked before room is made for what the file declares
            if n_bytes > file.stat().st_size * LARGEST_RATIO:
                raise EOFError
            values = content.read(n_bytes)
            if len(values) < n_bytes:
                raise EOFError
            if content.read(1):  # and gzip compares its checksum
                raise _too_long(file, shape)
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise DataError(
            "E-IDX-TRUNC",
            N_("{file} is cut off or damaged: it declares {shape} values."),
            N_("Copy the file again from its source."),
            file=file,
            shape=" × ".join(map(str, shape)) or "?",
        ) from error
    return np.frombuffer(values, dtype).reshape(shape)


def _wrong_magic(file: Path, start: bytes) -> DataError:
    return DataError(
        "E-IDX-MAGIC",
        N_("{file} starts with {start}, not like the IDX file that was expected."),
        N_("Copy the file again from its source."),
        file=file,
        start=start.hex(" "),
    )


def _too_long(file: Path, shape: tuple[int, ...]) -> DataError:
    return DataError(
        "E-IDX-LONG",
        N_("{file} declares {shape} values, but more follow."),
        N_("Copy the file again from its source."),
        file=file,
        shape=" × ".join(map(str, shape)),
    )


def _refuse_mismatch(
    file: Path, images: NDArray[Any], labels: NDArray[Any], first: NDArray[Any]
) -> None:
    if len(images) != len(labels):
        raise DataError(
            "E-IDX-COUNT",
            N_("{file} has {n_images} images, but its labels file has {n_labels} labels."),
            N_("Take both files from the same source."),
            file=file,
            n_images=len(images),
            n_labels=len(labels),
        )
    if images.shape[1:] != first.shape[1:]:
        raise DataError(
            "E-IDX-SHAPE",
            N_("{file} has images of {shape} pixels; the other part has {first}."),
            N_("Give the one images file that you mean instead of the folder."),
            file=file,
            shape=" × ".join(map(str, images.shape[1:])),
            first=" × ".join(map(str, first.shape[1:])),
        )
