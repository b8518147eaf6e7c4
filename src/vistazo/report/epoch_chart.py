"""Charts over epochs: lines of trainings that share their axes, and gaps between lines."""

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from vistazo.figures.record import TrainingRecord
from vistazo.report.scale import Scale, covering

_LEFT, _RIGHT, _TOP, _BOTTOM = 46, 412, 12, 196  # the plot inside its 420 × 236 figure


@dataclass(frozen=True)
class Curve:
    """One column of one training.

    Parameters
    ----------
    record : TrainingRecord
    column : str
    look : str
        CSS classes that say how it is drawn.
    """

    record: TrainingRecord
    column: str
    look: str

    def points(self) -> list[tuple[float, float | None]]:
        """Return epochs and values; None where a value is missing or not finite."""
        values = zip(self.record.epochs, self.record.column(self.column), strict=True)
        return [(float(e), float(v) if math.isfinite(v) else None) for e, v in values]


@dataclass(frozen=True)
class Line:
    """An unbroken stretch of a curve, in pixels.

    Parameters
    ----------
    look : str
    points : str
        ``x,y`` of each epoch, as SVG wants them; a lone one twice, to be drawn as a dot.
    lone : bool
        Whether it is a single epoch.
    best : tuple of float or None
        Where the kept epoch is, on curves of validation images that have it here.
    """

    look: str
    points: str
    lone: bool
    best: tuple[float, float] | None


@dataclass(frozen=True)
class Gap:
    """The distance between both accuracies at a kept epoch, in pixels."""

    look: str
    x: float
    training: float
    validation: float


@dataclass(frozen=True)
class EpochChart:
    """A chart, ready to be written as SVG; ``key`` holds the looks and their names."""

    title: str
    key: tuple[tuple[str, str], ...]
    epochs: tuple[float, ...]
    x: Scale
    y: Scale
    lines: tuple[Line, ...]
    gaps: tuple[Gap, ...]


def split_curves(
    records: Sequence[TrainingRecord], quantity: str, look: str = "validation"
) -> list[Curve]:
    """Return the curves of loss or accuracy, on training and on validation images."""
    return [
        Curve(record, f"{split}_{quantity}", split_look)
        for split, split_look in (("train", "training"), ("validation", look))
        for record in records
    ]


def epoch_chart(
    title: str,
    key: Iterable[tuple[str, str]],
    curves: Sequence[Curve],
    *,
    over: Sequence[Curve] = (),
    gaps: bool = False,
) -> EpochChart:
    """Return a chart of curves.

    Parameters
    ----------
    title : str
    key : iterable of (look, name)
        What the looks stand for; those without a line are left out.
    curves : sequence of Curve
    over : sequence of Curve
        Curves of other charts that the axes must cover too, to be comparable.
    gaps : bool
        Whether to mark, once for each training, how far its accuracies are apart.
    """
    points = [point for curve in (*curves, *over) for point in curve.points()]
    x = covering((epoch for epoch, _value in points), _LEFT, _RIGHT, zero=False)
    y = covering((value for _epoch, value in points), _BOTTOM, _TOP, zero=False)
    lines = tuple(line for curve in curves for line in _lines(curve, x, y))
    marked = [curve for curve in curves if gaps and curve.column == "validation_accuracy"]
    return EpochChart(
        title,
        tuple((look, name) for look, name in key if any(line.look == look for line in lines)),
        tuple(tick for tick in x.ticks() if tick == round(tick)),
        x,
        y,
        lines,
        tuple(gap for curve in marked for gap in _gap(curve, x, y)),
    )


def _lines(curve: Curve, x: Scale, y: Scale) -> Iterator[Line]:
    for known, stretch in groupby(curve.points(), key=lambda point: point[1] is not None):
        if not known:
            continue
        pixels = {epoch: (x(epoch), y(value)) for epoch, value in stretch if value is not None}
        drawn = [*pixels.values()] * (2 if len(pixels) == 1 else 1)
        best = pixels.get(curve.record.best_epoch or 0)
        yield Line(
            curve.look,
            " ".join(f"{px},{py}" for px, py in drawn),
            len(pixels) == 1,
            best if curve.column.startswith("validation") else None,
        )


def _gap(curve: Curve, x: Scale, y: Scale) -> Iterator[Gap]:
    record = curve.record
    training, validation = record.kept("train_accuracy"), record.kept("validation_accuracy")
    if record.best_epoch is not None and training is not None and validation is not None:
        yield Gap(curve.look, x(record.best_epoch), y(training), y(validation))
