"""Prepared images as files: a tree of class folders, or arrays of any scale."""

import itertools
import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from vistazo.data.dataset import ImageDataset
from vistazo.data.image_files.decoded_files import Progress
from vistazo.data.unlabelled_images import UnlabelledImages
from vistazo.files import system_name
from vistazo.workflows.prepared_rows import Row

ENDINGS = {"png": ".png", "jpeg": ".jpg"}
SCALES = ("none", "unit", "signed", "standard")
_OPTIONS: dict[str, dict[str, Any]] = {"png": {}, "jpeg": {"quality": 95, "subsampling": 0}}

Copies = Callable[[NDArray[np.uint8], str], NDArray[np.uint8]]
"""Given an image and its source, the copies, shape (n_copies, height, width, channels)."""


def write_tree(
    folder: Path,
    data: ImageDataset | UnlabelledImages,
    rows: Sequence[Row],
    copies: Copies | None,
    image_format: str,
    progress: Progress,
) -> None:
    """Write every row as an image file.

    Raises
    ------
    OSError
        Of the disk.
    """
    for below in {str(Path(row.file_name).parent) for row in rows}:
        (folder / system_name(below)).mkdir(parents=True, exist_ok=True)
    families = _families(rows)

    def write(family: list[Row]) -> int:
        for row, pixels in zip(family, _pixels(data, family, copies), strict=True):
            image = Image.fromarray(pixels[..., 0] if pixels.shape[2] == 1 else pixels)
            image.save(folder / system_name(row.file_name), image_format, **_OPTIONS[image_format])
        return len(family)

    done = 0
    progress(done, len(rows))
    with ThreadPoolExecutor(min(8, os.cpu_count() or 1)) as executor:
        for n_written in executor.map(write, families):
            done += n_written
            progress(done, len(rows))


def write_arrays(
    path: Path,
    data: ImageDataset,
    rows: Sequence[Row],
    copies: Copies | None,
    scale: str,
    progress: Progress,
) -> dict[str, Any]:
    """Write images, labels, classes, groups and folds as an NPZ file, with the part in their names.

    Parameters
    ----------
    path, data, rows, copies, progress
        As for :func:`write_tree`.
    scale : {"none", "unit", "signed", "standard"}
        See :func:`scale_tables`.

    Returns
    -------
    dict
        The mean and the standard deviation that ``standard`` took away, by channel.

    Raises
    ------
    OSError
        Of the disk.
    """
    images = np.empty((len(rows), *data.images.image_shape), np.uint8)
    done = 0
    for family in _families(rows):
        images[done : done + len(family)] = _pixels(data, family, copies)
        done += len(family)
        progress(done, len(rows))
    tables, about = scale_tables(scale, data.images.pixels, data.rows("train"))
    arrays: dict[str, NDArray[Any]] = {"classes": np.array(data.classes)}
    arrays |= {name: np.array(values) for name, values in about.items()}
    first = 0
    for part, members in itertools.groupby(rows, key=lambda row: row.part):
        own = list(members)  # rows stand part after part
        pixels, first = images[first : first + len(own)], first + len(own)
        suffix = f"_{part}" if part else ""
        arrays[f"images{suffix}"] = pixels if tables is None else scaled(pixels, tables)
        arrays[f"labels{suffix}"] = np.array([row.label for row in own])
        if own[0].group is not None:
            arrays[f"groups{suffix}"] = np.array([row.group for row in own], np.int64)
        if own[0].fold is not None:
            arrays[f"folds{suffix}"] = np.array([row.fold for row in own], np.int64)
    np.savez(path, **arrays)  # type: ignore[arg-type]  # its stub mistakes ** for a flag
    return about


def scale_tables(
    scale: str, pixels: NDArray[np.uint8], rows: NDArray[np.int64]
) -> tuple[NDArray[np.float32] | None, dict[str, list[float]]]:
    """Return what each level of each channel becomes, and what was measured for it.

    Parameters
    ----------
    scale : {"none", "unit", "signed", "standard"}
        ``none`` keeps 0 to 255; ``unit`` is [0, 1]; ``signed`` is [−1, 1]; ``standard`` takes
        away the mean of each channel over the training images and divides by its standard
        deviation, both of levels in [0, 1].
    pixels : ndarray of uint8, shape (n_images, height, width, channels)
    rows : ndarray of int64, shape (n_training_images,)
        Those of training images.

    Returns
    -------
    tables : ndarray of float32, shape (channels, 256), or None
    about : dict
        ``mean`` and ``sd`` for ``standard``: one number for each channel.
    """
    channels = pixels.shape[3]
    levels = np.tile(np.arange(256) / 255, (channels, 1))  # (channels, 256)
    if scale == "none":
        return None, {}
    if scale == "unit":
        return levels.astype(np.float32), {}
    if scale == "signed":
        return (2 * levels - 1).astype(np.float32), {}
    pixels = pixels[rows]
    counts = np.stack([np.bincount(pixels[..., c].ravel(), minlength=256) for c in range(channels)])
    shares = counts / max(pixels[..., 0].size, 1)
    mean = (shares * levels).sum(axis=1)  # (channels,)
    sd = np.sqrt((shares * (levels - mean[:, None]) ** 2).sum(axis=1))
    divisor = np.where(sd > 0, sd, 1)[:, None]
    about = {"mean": mean.tolist(), "sd": sd.tolist()}
    return ((levels - mean[:, None]) / divisor).astype(np.float32), about


def scaled(pixels: NDArray[np.uint8], tables: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return pixels with each level replaced by what :func:`scale_tables` makes of it."""
    values = np.empty(pixels.shape, np.float32)
    for channel, table in enumerate(tables):
        values[..., channel] = table[pixels[..., channel]]
    return values


def _families(rows: Sequence[Row]) -> list[list[Row]]:
    """Return each original with its copies, in order."""
    families: list[list[Row]] = []
    for row in rows:
        if row.copy == 0:
            families.append([])
        families[-1].append(row)
    return families


def _pixels(
    data: ImageDataset | UnlabelledImages, family: list[Row], copies: Copies | None
) -> NDArray[np.uint8]:
    """Return a family's images, shape (n, height, width, channels)."""
    row = family[0].source
    original: NDArray[np.uint8] = data.images.pixels[row]
    if len(family) == 1 or copies is None:
        return original[None]
    return np.concatenate([original[None], copies(original, data.sources[row])])
