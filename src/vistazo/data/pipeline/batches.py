"""Batches of items as arrays, and items of two pipelines side by side."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vistazo.data.layouts import as_numpy
from vistazo.data.pipeline.items import Item, Node, items_of
from vistazo.errors import UsageError
from vistazo.i18n import N_


@dataclass(frozen=True, eq=False)
class Batch:
    """Some items as arrays; position by position they belong together.

    Parameters
    ----------
    images : ndarray, shape (n, height, width) or (n, height, width, channels)
    labels : ndarray of str, shape (n,)
    sources : tuple of str
    """

    images: NDArray[Any] = field(repr=False)
    labels: NDArray[np.str_]
    sources: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.labels)


@dataclass(frozen=True, eq=False)
class Batches:
    """The items of a pipeline, ``size`` at a time; every pass gives the same batches."""

    node: Node = field(repr=False)
    size: int
    drop_last: bool

    def __iter__(self) -> Iterator[Batch]:
        waiting: list[Item] = []
        for item in items_of(self.node):
            waiting.append(item)
            if len(waiting) == self.size:
                yield stacked(waiting)
                waiting = []
        if waiting and not self.drop_last:
            yield stacked(waiting)

    def __len__(self) -> int:
        n = self.node.count()
        return n // self.size if self.drop_last else -(-n // self.size)


@dataclass(frozen=True, eq=False)
class Pairs:
    """The items of two pipelines of one length, side by side."""

    first: Node = field(repr=False)
    second: Node = field(repr=False)

    def __iter__(self) -> Iterator[tuple[Item, Item]]:
        len(self)
        yield from zip(items_of(self.first), items_of(self.second), strict=True)

    def __len__(self) -> int:
        n_first, n_second = self.first.count(), self.second.count()
        if n_first != n_second:
            raise UsageError(
                "E-PIPE-LENGTH",
                N_("Pipelines of {n_first} and of {n_second} items cannot be put side by side."),
                N_("Shorten the longer one, for example with take({least})."),
                n_first=n_first,
                n_second=n_second,
                least=min(n_first, n_second),
            )
        return n_first


def stacked(items: list[Item]) -> Batch:
    """Return items as arrays.

    Raises
    ------
    DataError
        ``E-ARRAY-SHAPE`` where their images have different shapes.
    """
    return Batch(
        as_numpy([item.image for item in items]),
        np.array([item.label for item in items], dtype=np.str_),
        tuple(item.source for item in items),
    )
