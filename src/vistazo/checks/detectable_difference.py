"""The smallest difference between two methods that so many images can show."""

import numpy as np

from vistazo.checks import Check, Finding
from vistazo.data.dataset import ImageDataset
from vistazo.data.grouping import units_by_class, with_copies_together
from vistazo.evaluation.power import DISAGREEMENT, POWER, detectable_difference
from vistazo.evaluation.protocol import Protocol
from vistazo.i18n import _, number, percent

__all__ = ["DetectableDifference", "smallest_difference"]

BALANCED = ("balanced_accuracy", "macro_recall")
"""Metrics that count every class alike, so that few images of one class weigh much."""
MORE_REPEATS = 10


class DetectableDifference(Check):
    """Tell before training which differences a comparison will leave undecided."""

    def run(self, data: ImageDataset, protocol: Protocol) -> list[Finding]:
        """Return one note; nothing where no image would be scored."""
        n_images = _scored(data, protocol)
        if n_images == 0:
            return []
        now = _difference(n_images, protocol)
        more_images = _difference(4 * n_images, protocol)
        measured = {
            "difference": now,
            "difference_with_4_times_the_images": more_images,
            "scored_images": n_images,
            "disagreement": DISAGREEMENT,
            "power": POWER,
        }
        advice = _(
            "Four times as many images would show {more_images}.", more_images=_points(more_images)
        )
        if protocol.split == "folds" and protocol.repeats < MORE_REPEATS:
            more_repeats = _difference(n_images, protocol, MORE_REPEATS)
            measured[f"difference_with_{MORE_REPEATS}_repeats"] = more_repeats
            advice = _(
                "With --repeats {repeats} it would be {more_repeats}, with four times as many "
                "images {more_images}.",
                repeats=MORE_REPEATS,
                more_repeats=_points(more_repeats),
                more_images=_points(more_images),
            )
        return [Finding("detectable-difference", "note", _sentence(now), advice, 0, (), measured)]


def smallest_difference(data: ImageDataset, protocol: Protocol) -> str | None:
    """Return the sentence about the smallest difference; None where no image would be scored.

    Copies of an image count once, as in a comparison, unless the protocol ignores them.

    Raises
    ------
    DataError
        ``E-DATA-NOFOLDS`` as of ``protocol.for_data``.
    """
    protocol = protocol.for_data(data)
    grouped = with_copies_together(data) if protocol.duplicates == "group" else data
    n_images = _scored(grouped, protocol)
    return _sentence(_difference(n_images, protocol)) if n_images else None


def _sentence(difference: float) -> str:
    return _(
        "These images show differences between two methods from about {points} points on "
        "({power} of the time, if only one of the two is right on {disagreement} of the images).",
        points=_points(difference),
        power=percent(POWER),
        disagreement=percent(DISAGREEMENT),
    )


def _points(difference: float) -> str:
    return number(100 * difference, 1)


def _difference(n_images: float, protocol: Protocol, repeats: int | None = None) -> float:
    given = protocol.split == "given"
    return detectable_difference(
        n_images,
        folds=1 if given else protocol.folds,
        repeats=1 if given else repeats or protocol.repeats,
        level=protocol.level,
    )


def _scored(data: ImageDataset, protocol: Protocol) -> float:
    """Return how many independent images the score rests on.

    Images of one group answer alike, so that each group counts once. A score that is the
    mean of k classes with n_c images each varies as one of k² / Σ 1/n_c images does.
    """
    parts = ("test",) if protocol.split == "given" else ("train", "validation")
    given = protocol.split == "given" and data.split is None
    rows = np.array([], np.int64) if given else data.rows(*parts)
    counts = units_by_class(data, rows)
    present = counts[counts > 0]
    if not len(present):
        return 0.0
    if protocol.metric in BALANCED:
        return float(len(present) ** 2 / (1 / present).sum())
    return float(present.sum())
