"""Items one at a time: an image with all that belongs to it, read by its position."""

import math
from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

ALL = math.inf
"""As many items as there are."""


@dataclass(frozen=True, eq=False)
class Item:
    """One image with all that belongs to it.

    Parameters
    ----------
    image : ndarray, shape (height, width) or (height, width, channels)
        Read-only where it comes from the source.
    label : str
    source : str
        Where the image came from.
    group : int or None
        Items of one group never fall on both sides of a fold.
    part : {"train", "validation", "test"} or None
        The part that the source gave it.
    facts : ndarray of float32, shape (len(FACTS),), or None
        Of the original file.
    origin : tuple of int
        Which array, and which row of it: equal for copies of one item.
    """

    image: NDArray[Any] = field(repr=False)
    label: str
    source: str
    group: int | None = None
    part: str | None = None
    facts: NDArray[np.float32] | None = field(default=None, repr=False)
    origin: tuple[int, int] = (0, 0)


class Node(ABC):
    """A sequence of items of which only the asked for is read."""

    @abstractmethod
    def count(self, most: float = ALL) -> int:
        """Return the number of items, counted no further than ``most``."""

    @abstractmethod
    def read(self, position: int) -> Item | None:
        """Return the item at a position, from 0; None beyond the last one."""


@dataclass(frozen=True, eq=False)
class Rows(Node):
    """The rows of a source of images."""

    images: Any
    labels: Sequence[str]
    sources: Sequence[str]
    groups: Sequence[int] | None = None
    parts: Sequence[str] | None = None
    facts: NDArray[np.float32] | None = None

    def count(self, most: float = ALL) -> int:
        """Return the number of rows."""
        return int(min(len(self.labels), most))

    def read(self, position: int) -> Item | None:
        """Return a row, its image read-only."""
        if position >= len(self.labels):
            return None
        image = np.asarray(self.images[position]).view()
        image.flags.writeable = False  # a function that changes its argument must not reach it
        return Item(
            image,
            self.labels[position],
            self.sources[position],
            None if self.groups is None else self.groups[position],
            None if self.parts is None else self.parts[position],
            None if self.facts is None else self.facts[position],
            (id(self.images), position),
        )


def items_of(node: Node) -> Iterator[Item]:
    """Yield the items one after the other; none is kept."""
    position = 0
    while (item := node.read(position)) is not None:
        yield item
        position += 1
