"""ImagePipeline: operations on labelled images that are put together first and run when read."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vistazo.data.dataset import ImageDataset, require_dataset, row_sources
from vistazo.data.labels import read_one_each
from vistazo.data.pipeline.batches import Batches, Pairs, stacked
from vistazo.data.pipeline.collecting import as_dataset
from vistazo.data.pipeline.items import Item, Node, Rows, items_of
from vistazo.data.pipeline.operations import (
    Concatenated,
    Filtered,
    Mapped,
    MappedPairs,
    Repeated,
    Selected,
    Shuffled,
    Taken,
)
from vistazo.data.policy import DecodePolicy
from vistazo.errors import DataError, UsageError, require_whole
from vistazo.i18n import N_


@dataclass(frozen=True, eq=False)
class ImagePipeline:
    """Labelled images, read one at a time when they are asked for; immutable.

    Made by :meth:`from_dataset` and :meth:`from_numpy`. Each operation returns a new pipeline
    and reads nothing. Going through one twice gives the same items in the same order, and no
    operation parts an image from its label, group and source.

    Examples
    --------
    >>> images = np.arange(4, dtype=np.uint8)[:, None, None] * np.ones((8, 8), np.uint8)
    >>> pipeline = ImagePipeline.from_numpy(images, ["cat", "dog", "cat", "dog"])
    >>> dogs = pipeline.filter(lambda item: item.label == "dog").map(lambda image: image * 2)
    >>> [(item.label, int(item.image[0, 0])) for item in dogs]
    [('dog', 2), ('dog', 6)]
    """

    node: Node = field(repr=False)
    classes: tuple[str, ...] | None = None
    policy: DecodePolicy = field(default=DecodePolicy(), repr=False)
    mapped: bool = field(default=False, repr=False)
    endless: bool = field(default=False, repr=False)

    @classmethod
    def from_dataset(cls, data: ImageDataset) -> "ImagePipeline":
        """Return the images of a data set, without copying them."""
        require_dataset(data)
        images = data.images
        rows = Rows(
            images.pixels,
            data.labels.tolist(),
            data.sources,
            None if images.groups is None else images.groups.tolist(),
            None if data.split is None else data.split.tolist(),
            images.facts,
        )
        return cls(rows, data.classes, data.policy)

    @classmethod
    def from_numpy(cls, images: Any, labels: Any, *, groups: Any = None) -> "ImagePipeline":
        """Return images and their labels, position by position.

        Parameters
        ----------
        images : ndarray or sequence of ndarray
            Shape (n_images, height, width) or (n_images, height, width, channels); also a memory
            map, or anything with a length that reads an image when it is asked for one by its
            number: images are only taken from it one at a time.
        labels : array-like, shape (n_images,)
            Text or whole numbers; kept as text.
        groups : array-like, shape (n_images,), optional
            Images of one group never fall on both sides of a fold.

        Raises
        ------
        DataError
            ``E-ARRAY-SHAPE``, ``E-DATA-LENGTH``, ``E-LABEL-…``.
        """
        if getattr(images, "ndim", 4) not in (3, 4):
            raise DataError(
                "E-ARRAY-SHAPE",
                N_(
                    "Images must have the shape (n_images, height, width[, 1 or 3]); "
                    "this is {shape}."
                ),
                N_("Arrange the axes, or read the array with vistazo.from_arrays."),
                shape=images.shape,
            )
        texts = read_one_each(labels, "labels", len(images)).tolist()
        kinds = None
        if groups is not None:
            names = read_one_each(groups, "groups", len(images))
            kinds = np.unique(names, return_inverse=True)[1].tolist()
        return cls(Rows(images, texts, row_sources(len(images)), kinds))

    def __iter__(self) -> Iterator[Item]:
        return items_of(self.node)

    def __len__(self) -> int:
        return self.node.count()

    def take(self, n: int) -> "ImagePipeline":
        """Keep the first ``n`` items; all where there are fewer."""
        require_whole("n", n, 0)
        return replace(self, node=Taken(self.node, n), endless=False)

    def select(self, positions: Sequence[int] | NDArray[np.integer[Any]]) -> "ImagePipeline":
        """Keep the items at these positions, in this order.

        Raises
        ------
        UsageError
            ``E-PIPE-SELECT`` for what is no position; when read, for one beyond the last item.
        """
        return replace(self, node=Selected(self.node, _whole(positions)), endless=False)

    def filter(self, predicate: Callable[[Item], object]) -> "ImagePipeline":
        """Keep the items for which ``predicate(item)`` is true.

        Each item is judged once, when it is first reached; the number of items is known
        after all have been.

        Raises
        ------
        UsageError
            ``E-PIPE-FUNCTION`` for what is no function.
        """
        _check_function("filter", predicate)
        return replace(self, node=Filtered(self.node, predicate))

    def map(self, function: Callable[[NDArray[Any]], NDArray[Any]]) -> "ImagePipeline":
        """Replace each image by ``function(image)``; its label, group and source stay.

        The function should return the same for the same image: it is called anew in each pass.

        Raises
        ------
        UsageError
            ``E-PIPE-FUNCTION`` for what is no function; when read, ``E-PIPE-IMAGE`` where it
            returns no image.
        """
        _check_function("map", function)
        return replace(self, node=Mapped(self.node, function), mapped=True)

    def map_pairs(
        self, function: Callable[[NDArray[Any], str], tuple[NDArray[Any], object]]
    ) -> "ImagePipeline":
        """Replace each image and its label by ``function(image, label)``, which returns both.

        Raises
        ------
        UsageError
            ``E-PIPE-FUNCTION`` for what is no function; when read, ``E-PIPE-PAIR`` or
            ``E-PIPE-IMAGE`` where it returns another thing.
        DataError
            When read, ``E-LABEL-MISSING`` for a label that is none.
        """
        _check_function("map_pairs", function)
        return replace(self, node=MappedPairs(self.node, function), classes=None, mapped=True)

    def shuffle(self, seed: int = 0, *, epoch: int = 0) -> "ImagePipeline":
        """Put all items into an order drawn from a seed, each order being equally likely.

        It is the same in every pass and on every machine. Another ``epoch`` gives another
        order. What is kept in memory is the order, not the images.
        """
        return replace(self, node=Shuffled(self.node, seed, epoch))

    def repeat(self, times: int | None = None) -> "ImagePipeline":
        """Go through all items ``times`` times in the same order, or without end."""
        if times is not None:
            require_whole("times", times, 0)
        endless = times is None or (self.endless and times > 0)
        return replace(self, node=Repeated(self.node, times), endless=endless)

    def concatenate(self, other: "ImagePipeline") -> "ImagePipeline":
        """Put the items of another pipeline after these."""
        return replace(
            self,
            node=Concatenated(self.node, other.node),
            classes=self.classes if self.classes == other.classes else None,
            mapped=self.mapped or other.mapped,
            endless=self.endless or other.endless,
        )

    def zip(self, other: "ImagePipeline") -> Pairs:
        """Put the items of another pipeline beside these, whole: each keeps its own label.

        Raises
        ------
        UsageError
            ``E-PIPE-LENGTH``, when read, unless both have the same number of items.
        """
        return Pairs(self.node, other.node)

    def batch(self, size: int, *, drop_last: bool = False) -> Batches:
        """Return batches of ``size`` items as arrays; the last may have fewer, or is dropped.

        Raises
        ------
        DataError
            When read, ``E-ARRAY-SHAPE`` where images of one batch have different shapes.
        """
        require_whole("size", size, 1)
        return Batches(self.node, size, drop_last)

    def to_numpy(self) -> tuple[NDArray[Any], NDArray[np.str_]]:
        """Read everything and return images and labels.

        Raises
        ------
        DataError
            ``E-ARRAY-SHAPE`` where images have different shapes.
        """
        everything = stacked(self._all())
        return everything.images, everything.labels

    def to_dataset(self, name: str = "pipeline") -> ImageDataset:
        """Read everything and return a data set that methods can be compared on.

        Copies of one item, which come from ``repeat`` or from putting it behind itself, become
        one group, so that no copy of a test image is trained on.

        Raises
        ------
        DataError
            ``E-ARRAY-…`` where the images cannot be stored as uint8 of one shape;
            ``E-DATA-EMPTY``, ``E-DATA-ONECLASS``, ``E-DATA-SPLIT``.
        """
        return as_dataset(self._all(), name, self.classes, self.policy, changed=self.mapped)

    def _all(self) -> list[Item]:
        if self.endless:
            self.node.count()  # refuses
        return list(items_of(self.node))


def _check_function(operation: str, function: object) -> None:
    if not callable(function):
        raise UsageError(
            "E-PIPE-FUNCTION",
            N_("{operation} takes a function, not {seen}."),
            N_("For a mask there is select(numpy.flatnonzero(mask))."),
            operation=operation,
            seen=type(function).__name__,
        )


def _whole(positions: Any) -> NDArray[np.int64]:
    wanted = np.asarray(positions)
    if wanted.shape == (0,):
        return np.empty(0, np.int64)
    if wanted.ndim != 1 or wanted.dtype.kind not in "iu" or wanted.min() < 0:
        raise UsageError(
            "E-PIPE-SELECT",
            N_("Items are selected by a list of positions; this is {seen}."),
            N_("Give whole numbers from 0; for a mask, give numpy.flatnonzero(mask)."),
            seen=f"{wanted.dtype} {wanted.shape}",
        )
    return wanted.astype(np.int64)
