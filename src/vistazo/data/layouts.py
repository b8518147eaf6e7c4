"""Arrays of any layout and number type as uint8 pixels (n_images, height, width, channels)."""

import math
from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vistazo.data.decoding.depth import from_floats, from_integers, on_white
from vistazo.errors import DataError
from vistazo.i18n import N_, _, number

_CHANNELS = (1, 3, 4)


def as_pixels(
    images: Any,
    *,
    channels_first: bool | None = None,
    shape: Sequence[int] | None = None,
) -> tuple[NDArray[np.uint8], tuple[str, ...]]:
    """Return images as pixels, and what was done to their numbers.

    Parameters
    ----------
    images : array-like
        Shape (n, h, w), (n, h, w, c), (n, c, h, w) with c of 1, 3 or 4, or flat (n, h·w)
        where square and gray or ``shape`` is given. A fourth channel is the opacity and is
        laid on white. Booleans become 0 and 255; uint16 is divided by 257; floats of 0 to 1
        are multiplied by 255 and rounded; other numbers must lie in 0 to 255. Tensors come
        from any device.
    channels_first : bool, optional
        Where the channels are; None looks for them.
    shape : sequence of int, optional
        Of one image, for flat rows: (h, w), (h, w, c) or (c, h, w).

    Returns
    -------
    pixels : ndarray of uint8, shape (n_images, height, width, 1 or 3)
    notes : tuple of str
        For a person; none where the numbers stayed what they were.

    Raises
    ------
    DataError
        ``E-ARRAY-SHAPE``, ``E-ARRAY-CHANNELS`` where both layouts fit, ``E-ARRAY-TYPE``,
        ``E-ARRAY-NAN``, ``E-ARRAY-RANGE``.
    """
    values = _channels_last(_unflattened(as_numpy(images), shape), channels_first)
    pixels, notes = _as_bytes(values)
    return (on_white(pixels) if pixels.shape[-1] == 4 else pixels), notes


def as_numpy(values: Any) -> NDArray[Any]:
    """Return an array, also of a tensor on another device or of equally large items.

    Raises
    ------
    DataError
        ``E-ARRAY-SHAPE`` where the items have different shapes, naming the first odd one;
        ``E-ARRAY-TYPE`` for a sparse matrix.
    """
    if hasattr(values, "detach"):  # a torch tensor, without importing torch
        return np.asarray(values.detach().cpu())
    if hasattr(values, "toarray"):
        raise DataError(
            "E-ARRAY-TYPE",
            N_("A sparse matrix, such as this one of shape {shape}, is no array of images."),
            N_("Give images.toarray() instead, with one row of pixels per image."),
            shape=values.shape,
        )
    if not isinstance(values, list | tuple):
        array: NDArray[Any] = np.asarray(values)
        if array.dtype != np.dtype(object) or array.ndim == 0:
            return array
        values = list(array)
    items = [_item(row, item) for row, item in enumerate(values)]
    shapes = Counter(item.shape for item in items)
    if len(shapes) <= 1:
        return np.stack(items) if items else np.empty((0, 1, 1), np.uint8)
    usual = shapes.most_common(1)[0][0]
    odd = next(row for row, item in enumerate(items) if item.shape != usual)
    raise DataError(
        "E-ARRAY-SHAPE",
        N_("The images have different shapes: most have {usual}, number {odd} has {shape}."),
        N_("Resize them to one shape, or read them as files."),
        usual=usual,
        odd=odd,
        shape=items[odd].shape,
    )


def _item(row: int, item: Any) -> NDArray[Any]:
    if hasattr(item, "detach"):
        return as_numpy(item)
    try:
        array = np.asarray(item)
        # a row of a frame whose columns are of several types
        return np.asarray(array.tolist()) if array.dtype == np.dtype(object) else array
    except ValueError as error:
        raise DataError(
            "E-ARRAY-SHAPE",
            N_("Image number {row} is no array: its rows have different lengths."),
            N_("Resize them to one shape, or read them as files."),
            row=row,
        ) from error


def _unflattened(values: NDArray[Any], shape: Sequence[int] | None) -> NDArray[Any]:
    if values.ndim != 2:
        return values
    n_values = values.shape[1]
    side = math.isqrt(n_values)
    one = tuple(shape) if shape is not None else (side, side)
    if math.prod(one) != n_values:
        raise DataError(
            "E-ARRAY-SHAPE",
            N_("Rows of {n_values} values are not images of shape {shape}."),
            N_("Give shape=(height, width) or shape=(height, width, channels)."),
            n_values=n_values,
            shape=one,
        )
    return values.reshape(len(values), *one)


def _channels_last(values: NDArray[Any], channels_first: bool | None) -> NDArray[Any]:
    if values.ndim == 3 and all(values.shape[1:]):
        return values[..., None]
    first = values.ndim == 4 and values.shape[1] in _CHANNELS and channels_first is not False
    last = values.ndim == 4 and values.shape[3] in _CHANNELS and not channels_first
    if first and last:
        raise DataError(
            "E-ARRAY-CHANNELS",
            N_("Images of shape {shape} may have their channels first or last."),
            N_("Give channels_first=True or channels_first=False."),
            shape=values.shape,
        )
    if not (first or last) or not all(values.shape[1:]):
        raise DataError(
            "E-ARRAY-SHAPE",
            N_(
                "Images have shape (n, height, width), (n, height, width, channels), "
                "(n, channels, height, width) or (n, height · width), with 1, 3 or 4 "
                "channels; these have {shape}."
            ),
            N_("Reshape them, or give shape= for flat rows."),
            shape=values.shape,
        )
    return np.moveaxis(values, 1, 3) if first else values


def _as_bytes(values: NDArray[Any]) -> tuple[NDArray[np.uint8], tuple[str, ...]]:
    if values.dtype == np.uint8:
        return np.ascontiguousarray(values), ()
    if values.dtype == np.bool_:
        return np.where(values, 255, 0).astype(np.uint8), ()
    if values.dtype.kind not in "iuf":
        raise DataError(
            "E-ARRAY-TYPE",
            N_("Images are numbers; these are of type {dtype}."),
            N_("Convert them, for example with images.astype('uint8')."),
            dtype=values.dtype,
        )
    if values.dtype.kind == "f":
        _refuse_nan(values)
    low, high = (values.min(), values.max()) if values.size else (0, 0)
    if values.dtype == np.uint16:
        note = _(
            "The pixels have 16 bits and go up to {high}; they were divided by 257, which makes "
            "255 of 65,535.",
            high=number(int(high)),
        )
        return from_integers(values, 65_535), (note,)
    if low < 0 or high > 255:
        raise DataError(
            "E-ARRAY-RANGE",
            N_("Pixels lie in 0 to 255, or in 0 to 1; these go from {low} to {high}."),
            N_("Scale them to 0 to 255."),
            low=low,
            high=high,
        )
    if values.dtype.kind == "f" and high <= 1:
        return from_floats(values, 0, 1), (_("Pixels from 0 to 1 were multiplied by 255."),)
    pixels = from_floats(values, 0, 255)
    whole = values.dtype.kind != "f" or np.array_equal(pixels, values)
    return pixels, () if whole else (_("Pixels from 0 to 255 were rounded to whole numbers."),)


def _refuse_nan(values: NDArray[Any]) -> None:
    broken = ~np.isfinite(values)
    if broken.any():
        raise DataError(
            "E-ARRAY-NAN",
            N_("Pixels that are not numbers (NaN) or are infinite: {n}; the first is at {index}."),
            N_("Replace them, for example with numpy.nan_to_num, or leave these images out."),
            n=int(broken.sum()),
            index=tuple(int(i) for i in np.unravel_index(int(broken.argmax()), broken.shape)),
        )
