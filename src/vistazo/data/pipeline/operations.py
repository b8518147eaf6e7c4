"""The operations of a pipeline: one small node each, of which only the asked for is read."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vistazo.data.labels import read_labels
from vistazo.data.pipeline.items import ALL, Item, Node
from vistazo.errors import UsageError
from vistazo.i18n import N_
from vistazo.randomness import generator


@dataclass(frozen=True, eq=False)
class Following(Node):
    """One item for each of another sequence."""

    parent: Node

    def count(self, most: float = ALL) -> int:
        """Return the number of items of the other."""
        return self.parent.count(most)


@dataclass(frozen=True, eq=False)
class Mapped(Following):
    """Each image changed by a function of the image alone."""

    function: Callable[[NDArray[Any]], NDArray[Any]]

    def read(self, position: int) -> Item | None:
        """Return an item with its new image."""
        item = self.parent.read(position)
        return item and replace(item, image=_image(self.function(item.image)))


@dataclass(frozen=True, eq=False)
class MappedPairs(Following):
    """Each image and label changed by a function of both."""

    function: Callable[[NDArray[Any], str], tuple[NDArray[Any], object]]

    def read(self, position: int) -> Item | None:
        """Return an item with its new image and label."""
        item = self.parent.read(position)
        if item is None:
            return None
        pair = self.function(item.image, item.label)
        if not isinstance(pair, tuple) or len(pair) != 2:
            raise UsageError(
                "E-PIPE-PAIR",
                N_("A function for map_pairs must return an image and a label, not {seen}."),
                N_("Return both, or give map a function that returns the image alone."),
                seen=_described(pair),
            )
        image, label = pair
        return replace(item, image=_image(image), label=str(read_labels([label])[0]))


@dataclass(eq=False)
class Filtered(Node):
    """The items that a predicate keeps; each is judged once, when it is first reached.

    What was decided is remembered, one number per item, so that two passes give the same
    items even where the predicate does not give the same answers.
    """

    parent: Node
    predicate: Callable[[Item], object]
    _kept: list[int] = field(default_factory=list, init=False)
    _judged: int = field(default=0, init=False)

    def count(self, most: float = ALL) -> int:
        """Judge items until ``most`` are kept."""
        while len(self._kept) < most and self._next() is not None:
            pass
        return int(min(len(self._kept), most))

    def read(self, position: int) -> Item | None:
        """Judge items until the wanted one is kept."""
        if position < len(self._kept):
            return self.parent.read(self._kept[position])
        item = None
        while len(self._kept) <= position:
            item = self._next()
            if item is None:
                break
        return item

    def _next(self) -> Item | None:
        """Judge items until one is kept, and return it."""
        while (item := self.parent.read(self._judged)) is not None:
            keep = bool(self.predicate(item))
            self._judged += 1
            if keep:
                self._kept.append(self._judged - 1)
                return item
        return None


@dataclass(frozen=True, eq=False)
class Taken(Node):
    """The first items."""

    parent: Node
    n: int

    def count(self, most: float = ALL) -> int:
        """Return the number of items, ``n`` at the most."""
        return self.parent.count(min(self.n, most))

    def read(self, position: int) -> Item | None:
        """Return an item, if it is among the first."""
        return self.parent.read(position) if position < self.n else None


@dataclass(frozen=True, eq=False)
class Selected(Node):
    """The items at given positions, in their order."""

    parent: Node
    positions: NDArray[np.int64]

    def count(self, most: float = ALL) -> int:
        """Return the number of positions."""
        return int(min(len(self.positions), most))

    def read(self, position: int) -> Item | None:
        """Return the item at a given position."""
        if position >= len(self.positions):
            return None
        wanted = int(self.positions[position])
        item = self.parent.read(wanted)
        if item is None:
            raise UsageError(
                "E-PIPE-SELECT",
                N_("There is no item at position {position}: there are {n}."),
                N_("Give whole numbers from 0; for a mask, give numpy.flatnonzero(mask)."),
                position=wanted,
                n=self.parent.count(),
            )
        return item


@dataclass(frozen=True, eq=False)
class Shuffled(Following):
    """All items in an order drawn from a seed and an epoch."""

    seed: int
    epoch: int

    @cached_property
    def _order(self) -> NDArray[np.int64]:
        return generator(self.seed, "shuffle", self.epoch).permutation(self.parent.count())

    def read(self, position: int) -> Item | None:
        """Return an item by its place in the order."""
        order = self._order
        return self.parent.read(int(order[position])) if position < len(order) else None


@dataclass(frozen=True, eq=False)
class Concatenated(Node):
    """The items of one sequence, then those of another."""

    first: Node
    second: Node

    def count(self, most: float = ALL) -> int:
        """Return the sum of both."""
        n_first = self.first.count(most)
        return n_first + self.second.count(most - n_first)

    def read(self, position: int) -> Item | None:
        """Return an item of the first, or else of the second."""
        item = self.first.read(position)
        return self.second.read(position - self.first.count()) if item is None else item


@dataclass(frozen=True, eq=False)
class Repeated(Node):
    """All items again and again, ``times`` times or without end."""

    parent: Node
    times: int | None

    def count(self, most: float = ALL) -> int:
        """Return the number of items in all rounds."""
        n = self.parent.count(most)
        if self.times is not None:
            return int(min(n * self.times, most))
        if n and most == ALL:
            raise UsageError(
                "E-PIPE-ENDLESS",
                N_("The pipeline repeats without end, so all of its items cannot be asked for."),
                N_("Give repeat a number, or put take after it."),
            )
        return int(most) if n else 0

    def read(self, position: int) -> Item | None:
        """Return an item by its place in its round."""
        if self.times == 0:
            return None
        item = self.parent.read(position)
        if item is not None:
            return item
        n = self.parent.count()
        ended = n == 0 or (self.times is not None and position >= n * self.times)
        return None if ended else self.parent.read(position % n)


def _image(value: Any) -> NDArray[Any]:
    if not isinstance(value, tuple):
        image = np.asarray(value)
        if image.ndim in (2, 3) and image.dtype.kind in "biuf":
            return image
    raise UsageError(
        "E-PIPE-IMAGE",
        N_(
            "A function for map must return an image, an array of shape (height, width) or "
            "(height, width, channels), not {seen}."
        ),
        N_("Return the changed image alone; for image and label together there is map_pairs."),
        seen=_described(value),
    )


def _described(value: Any) -> str:
    if hasattr(value, "shape"):
        return f"{type(value).__name__} {tuple(value.shape)}"
    return type(value).__name__
