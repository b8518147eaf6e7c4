"""Whether a change of images turns one class into another, by what two classifiers make of it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import permutations
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from vistazo.metrics.intervals import wilson

LIMIT = 0.2
"""Two classes are told to change into each other where, both ways, the lower limit of the share
of images that do is above this. Measured over several draws: the 6 and the 9 of a half turn
reach 0.31 and more (scikit-learn's digits), the b and the d of a mirror 0.8; of what should be
silent, a sneaker turned to a pair of trousers comes nearest, with 0.19."""
RECOGNISED = 0.5
"""A class of whose untouched images fewer are recognised is not judged."""
FEWEST = 10
"""Nor is a class with fewer recognised images."""


class Share(NamedTuple):
    """A proportion and its 95 % limits (Wilson 1927)."""

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class ClassEffect:
    """What a change does to the images of one class.

    Parameters
    ----------
    n_images : int
        Held-out images.
    n_recognised : int
        Untouched, both classifiers name the right class for these.
    before, after : Share or None
        The first classifier's accuracy on them untouched and changed; None without images.
    """

    n_images: int
    n_recognised: int
    before: Share | None
    after: Share | None

    @property
    def judged(self) -> bool:
        """Whether enough of it is recognised to say what a change does to it."""
        return self.n_recognised >= max(FEWEST, RECOGNISED * self.n_images)


@dataclass(frozen=True)
class Exchange:
    """Two classes that a change turns into each other.

    Parameters
    ----------
    one, other : int
        The classes.
    there, back : Share
        Of the recognised images of ``one``, those that both classifiers call ``other`` when
        changed; and of ``other``, those called ``one`` when changed the other way.
    """

    one: int
    other: int
    there: Share
    back: Share


@dataclass(frozen=True)
class LabelEffect:
    """What a change does to all classes."""

    before: Share
    after: Share
    classes: tuple[ClassEffect, ...]
    exchanges: tuple[Exchange, ...]


def label_effect(
    codes: NDArray[np.int64],
    untouched: Sequence[NDArray[np.int64]],
    changed: Sequence[NDArray[np.int64]],
    undone: Sequence[NDArray[np.int64]],
    n_classes: int,
) -> LabelEffect:
    """Say what a change of images does, from what classifiers predict before and after it.

    An unusual image is called something, too, often always the same: that many images move to
    one class shows no more than that they look unusual. But where a change turns a class into
    another, undoing it turns the other into the first. So classes are found where both ways
    happen, and only images count that two classifiers of different kinds agree about, before
    and after.

    Parameters
    ----------
    codes : ndarray of int64, shape (n_images,)
        Class of each image; none of them was fitted on.
    untouched, changed : sequence of ndarray of int64, shape (n_images,)
        What each classifier predicts, for the images as they are and changed.
    undone : sequence of ndarray of int64, shape (n_images,)
        The same for the change the other way, such as a turn to the right where ``changed``
        is one to the left; ``changed`` itself where it is its own reverse, as mirrors are.
    n_classes : int
    """
    right = np.all([predicted == codes for predicted in untouched], axis=0)  # (n_images,)
    there = _moves(codes, right, changed, n_classes)
    back = _moves(codes, right, undone, n_classes)
    classes = tuple(
        _class_effect(codes == code, right, untouched[0] == codes, changed[0] == codes)
        for code in range(n_classes)
    )
    return LabelEffect(
        _share(int((untouched[0] == codes).sum()), len(codes)),
        _share(int((changed[0] == codes).sum()), len(codes)),
        classes,
        _exchanges(there, back, classes),
    )


def _moves(
    codes: NDArray[np.int64],
    right: NDArray[np.bool_],
    predicted: Sequence[NDArray[np.int64]],
    n_classes: int,
) -> NDArray[np.int64]:
    """Return how many recognised images of each class all classifiers call each class.

    Parameters
    ----------
    codes : ndarray of int64, shape (n_images,)
    right : ndarray of bool, shape (n_images,)
        Whether an image is recognised untouched.
    predicted : sequence of ndarray of int64, shape (n_images,)
        For each classifier.
    n_classes : int

    Returns
    -------
    ndarray of int64, shape (n_classes, n_classes)
        From, to.
    """
    counted = right & np.all([codes_of == predicted[0] for codes_of in predicted], axis=0)
    moved = np.zeros((n_classes, n_classes), np.int64)
    np.add.at(moved, (codes[counted], predicted[0][counted]), 1)
    return moved


def _class_effect(
    members: NDArray[np.bool_],
    right: NDArray[np.bool_],
    before: NDArray[np.bool_],
    after: NDArray[np.bool_],
) -> ClassEffect:
    n_images = int(members.sum())
    return ClassEffect(
        n_images,
        int((members & right).sum()),
        _share(int((members & before).sum()), n_images) if n_images else None,
        _share(int((members & after).sum()), n_images) if n_images else None,
    )


def _exchanges(
    there: NDArray[np.int64], back: NDArray[np.int64], classes: tuple[ClassEffect, ...]
) -> tuple[Exchange, ...]:
    judged = [code for code, effect in enumerate(classes) if effect.judged]
    pairs = (
        Exchange(
            one,
            other,
            _share(int(there[one, other]), classes[one].n_recognised),
            _share(int(back[other, one]), classes[other].n_recognised),
        )
        for one, other in permutations(judged, 2)
    )
    found = [pair for pair in pairs if min(pair.there.low, pair.back.low) > LIMIT]
    return tuple(_each_once(sorted(found, key=lambda pair: -min(pair.there.low, pair.back.low))))


def _each_once(pairs: list[Exchange]) -> Iterator[Exchange]:
    # a change that is its own reverse finds each pair from both sides
    seen: set[frozenset[int]] = set()
    for pair in pairs:
        if {pair.one, pair.other} not in seen:
            seen.add(frozenset((pair.one, pair.other)))
            yield pair


def _share(part: int, whole: int) -> Share:
    return Share(part / whole, *wilson(part, whole))
