"""The test part and the folds that data bring, with what is trained on each time."""

from collections.abc import Callable, Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from vistazo.data.dataset import ImageDataset

Rows = NDArray[np.int64]


class Given(NamedTuple):
    """Rows that the data bring to be tested, each time with the rows to train on."""

    split: str
    sides: list[tuple[Rows, Rows]]

    def pairs(self, found: Callable[[Rows, Rows], Rows]) -> Rows:
        """Return what a function of test and training rows finds on all sides."""
        return np.concatenate([found(test, train) for test, train in self.sides])

    @property
    def n_tested(self) -> int:
        """How many rows are tested."""
        return sum(len(test) for test, _train in self.sides)


def given_parts(data: ImageDataset) -> Iterator[Given]:
    """Yield the test part, then the folds, where the data bring them."""
    rows = data.rows("train", "validation")
    if data.split is not None and "test" in data.split:
        yield Given("given", [(data.rows("test"), rows)])
    if data.folds is not None:
        folds = data.folds[rows]
        sides = [(rows[folds == fold], rows[folds != fold]) for fold in np.unique(folds)]
        yield Given("given-folds", sides)
