"""How bright images are, channel by channel and class by class, and their mean."""

from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from vistazo.data.dataset import ImageDataset

_CHUNK = 512


class Moments(NamedTuple):
    """A mean and a standard deviation; of pixels, both in [0, 1]."""

    mean: float
    sd: float


@dataclass(frozen=True, eq=False)
class PixelStatistics:
    """Pixels of some images.

    Parameters
    ----------
    n_images : int
    brightness : Moments
        Of the images' brightness, an image's being the mean of all its numbers.
    channels : tuple of Moments
        Of all pixels, one for each channel: what networks are normalised with.
    mean_image : ndarray of uint8, shape (height, width, channels)
        Rounded.
    """

    n_images: int
    brightness: Moments
    channels: tuple[Moments, ...]
    mean_image: NDArray[np.uint8] = field(repr=False)


class DatasetPixels(NamedTuple):
    """Pixels of a data set.

    Parameters
    ----------
    overall : PixelStatistics
    by_class : tuple of (PixelStatistics or None)
        In the order of the classes; None for one without images.
    between_classes : float
        Share of the variance of the images' brightness that lies between classes (eta
        squared), in [0, 1]: 0 where brightness tells nothing, 1 where it tells the class.
    """

    overall: PixelStatistics
    by_class: tuple[PixelStatistics | None, ...]
    between_classes: float


def pixel_statistics(data: ImageDataset) -> DatasetPixels:
    """Measure the pixels of a data set, class by class; memory for some hundred images is used.

    The sum of squares between classes over the whole is eta squared (Fisher 1925, *Statistical
    Methods for Research Workers*, ch. VII).
    """
    pixels = data.images.pixels
    groups = [np.flatnonzero(data.codes == code) for code in range(len(data.classes))]
    tallies = [_tally(pixels, rows) if len(rows) else None for rows in groups]
    known = [tally for tally in tallies if tally is not None]
    overall = _Tally(
        np.concatenate([tally.brightness for tally in known]),
        np.sum([tally.levels for tally in known], axis=0),
        np.sum([tally.image for tally in known], axis=0),
    )
    return DatasetPixels(
        _statistics(overall),
        tuple(None if tally is None else _statistics(tally) for tally in tallies),
        _between([tally.brightness for tally in known]),
    )


class _Tally(NamedTuple):
    brightness: NDArray[np.float64]  # of each image, (n_images,)
    levels: NDArray[np.int64]  # how often each of 256 levels occurs, (channels, 256)
    image: NDArray[np.int64]  # sum of the images, (height, width, channels)


def _tally(pixels: NDArray[np.uint8], rows: NDArray[np.int64]) -> _Tally:
    channels = pixels.shape[3]
    brightness = np.empty(len(rows))
    levels = np.zeros((channels, 256), np.int64)
    image = np.zeros(pixels.shape[1:], np.int64)
    for start in range(0, len(rows), _CHUNK):
        part = pixels[rows[start : start + _CHUNK]]  # (n, height, width, channels)
        brightness[start : start + _CHUNK] = part.mean(axis=(1, 2, 3)) / 255
        image += part.sum(axis=0, dtype=np.int64)
        for channel in range(channels):
            levels[channel] += np.bincount(part[..., channel].ravel(), minlength=256)
    return _Tally(brightness, levels, image)


def _statistics(tally: _Tally) -> PixelStatistics:
    n_images = len(tally.brightness)
    return PixelStatistics(
        n_images,
        Moments(float(tally.brightness.mean()), float(tally.brightness.std())),
        tuple(_moments(levels) for levels in tally.levels),
        np.rint(tally.image / n_images).astype(np.uint8),
    )


def _moments(levels: NDArray[np.int64]) -> Moments:
    values = np.arange(256) / 255
    mean = float(np.average(values, weights=levels))
    return Moments(mean, float(np.sqrt(np.average((values - mean) ** 2, weights=levels))))


def _between(groups: list[NDArray[np.float64]]) -> float:
    values = np.concatenate(groups)
    total = float(((values - values.mean()) ** 2).sum())
    between = sum(len(group) * float(group.mean() - values.mean()) ** 2 for group in groups)
    return min(between / total, 1.0) if total else 0.0
