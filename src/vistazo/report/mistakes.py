"""Misclassified images of a run, the most confident ones first."""

import csv
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path

from vistazo.spreadsheets import unquoted

SHOWN = 24
"""How many mistakes of a method are kept to be shown."""


@dataclass(frozen=True)
class Mistake:
    """One image and how one method got it wrong.

    Parameters
    ----------
    image, label, predicted : str
        Its source, its class, and the class predicted.
    probability : float or None
        What the method gave the predicted class, in [0, 1].
    missed_by : int
        How many of the methods got this image wrong.
    """

    image: str
    label: str
    predicted: str
    probability: float | None
    missed_by: int


@dataclass(frozen=True)
class Mistakes:
    """Mistakes of one method: how many images, and those worth looking at."""

    n_images: int
    shown: tuple[Mistake, ...]


def read_mistakes(predictions: Path, methods: Collection[str]) -> dict[str, Mistakes]:
    """Read ``predictions.csv`` and keep the mistakes of some methods.

    An image that a method got wrong in several repeats counts once, by its most confident
    mistake. Without probabilities, images that most methods missed come first.
    """
    wrong: dict[str, dict[str, Mistake]] = {method: {} for method in methods}
    with predictions.open(encoding="utf-8", newline="") as file:
        rows = csv.reader(file)
        column = {name: i for i, name in enumerate(next(rows))}
        places = [column[name] for name in ("image", "label", "method", "predicted")]
        for row in rows:
            image, label, method, predicted = (unquoted(row[place]) for place in places)
            if method in wrong and label != predicted:
                written = row[column[f"p:{predicted}"]]
                mistake = Mistake(
                    image, label, predicted, float(written) if written else None, missed_by=0
                )
                earlier = wrong[method].get(image, mistake)
                wrong[method][image] = max(earlier, mistake, key=_confidence)
    missed_by = Counter(image for mistakes in wrong.values() for image in mistakes)
    return {method: _worst(mistakes, missed_by) for method, mistakes in wrong.items()}


def _worst(mistakes: Mapping[str, Mistake], missed_by: Mapping[str, int]) -> Mistakes:
    def key(mistake: Mistake) -> tuple[float, int, str]:
        return -_confidence(mistake), -missed_by[mistake.image], mistake.image

    worst = sorted(mistakes.values(), key=key)[:SHOWN]
    return Mistakes(
        len(mistakes),
        tuple(
            Mistake(m.image, m.label, m.predicted, m.probability, missed_by[m.image]) for m in worst
        ),
    )


def _confidence(mistake: Mistake) -> float:
    return mistake.probability or 0.0
