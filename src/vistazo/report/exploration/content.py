"""All that a page about images is made of."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from vistazo.data.dataset import ImageDataset
from vistazo.data.image_files.file_statistics import FileStatistics
from vistazo.data.pixel_statistics import DatasetPixels
from vistazo.evaluation.label_safety import LabelEffect
from vistazo.evaluation.projection import Projection

Pixels = NDArray[np.uint8]


@dataclass(frozen=True)
class HogSetting:
    """The setting whose cells are drawn: bins over 180 degrees, sides of a cell and of a block."""

    orientations: int
    cell: int
    block: int


@dataclass(frozen=True, eq=False)
class Drawn:
    """Examples of one effect, or of one policy, on one image.

    Parameters
    ----------
    setting : str
        What ``augmentation=`` takes to get it.
    summary : str
        What a policy is; empty for an effect.
    examples : tuple of ndarray of uint8, shape (height, width, channels)
    """

    setting: str
    summary: str
    examples: tuple[Pixels, ...] = field(repr=False)


@dataclass(frozen=True, eq=False)
class Moved:
    """An image that a change made look like another class.

    Parameters
    ----------
    source : str
    before, after : ndarray of uint8, shape (height, width, channels)
    nearest : ndarray of uint8, shape (height, width, channels)
        The untouched image of the other class that it is most like after the change.
    nearest_source : str
    """

    source: str
    before: Pixels = field(repr=False)
    after: Pixels = field(repr=False)
    nearest: Pixels = field(repr=False)
    nearest_source: str


@dataclass(frozen=True, eq=False)
class ChangeResult:
    """What one change of images does to their labels.

    Parameters
    ----------
    name, title : str
        For programs, and in the language in force.
    held_by : tuple of str
        The policies that do it, among other things.
    effect : LabelEffect
    examples : tuple of tuple of Moved
        For each exchange of ``effect``, images of its first class.
    """

    name: str
    title: str
    held_by: tuple[str, ...]
    effect: LabelEffect
    examples: tuple[tuple[Moved, ...], ...]


@dataclass(frozen=True, eq=False)
class LabelSafety:
    """What all changes do.

    Parameters
    ----------
    n_fitted, n_held_out : int
        Images the classifiers learned from, and images that were changed.
    neighbor_accuracy : float
        Of the second classifier on the untouched held-out images.
    results : tuple of ChangeResult
        At least one.
    """

    n_fitted: int
    n_held_out: int
    neighbor_accuracy: float
    results: tuple[ChangeResult, ...]


@dataclass(frozen=True, eq=False)
class Exploration:
    """What was found out about images.

    Parameters
    ----------
    data : ImageDataset
        All of them.
    shown : ImageDataset
        Those that may be looked at: without the test part that the data bring.
    seed : int
    pixels : DatasetPixels
    files : FileStatistics
    files_by_class : tuple of (FileStatistics or None)
        In the order of the classes; None for one without images.
    samples : tuple of tuple of int
        For each class, rows of ``shown``.
    hog : HogSetting
    features : str
        What was projected.
    projected : ndarray of int64
        Rows of ``shown``.
    projection : Projection or None
    augmented : int
        The row of ``shown`` that augmentations are drawn on.
    augmentations : mapping of str to tuple of Drawn
        ``"effects"`` and ``"policies"``.
    label_safety : LabelSafety or None
    """

    data: ImageDataset
    shown: ImageDataset
    seed: int
    pixels: DatasetPixels
    files: FileStatistics
    files_by_class: tuple[FileStatistics | None, ...]
    samples: tuple[tuple[int, ...], ...]
    hog: HogSetting
    features: str
    projected: NDArray[np.int64] = field(repr=False)
    projection: Projection | None
    augmented: int
    augmentations: Mapping[str, tuple[Drawn, ...]] = field(repr=False)
    label_safety: LabelSafety | None
