"""Training curves: how loss and validation accuracy went, fold by fold."""

from collections.abc import Sequence
from dataclasses import dataclass

from vistazo.i18n import _
from vistazo.report.measurements import History, Method
from vistazo.report.panels import Panel
from vistazo.report.run import Run
from vistazo.report.scale import Scale, covering

_LEFT, _RIGHT, _TOP, _BOTTOM = 46, 412, 12, 196  # the plot inside its 420 × 236 figure


@dataclass(frozen=True)
class _Line:
    column: str
    points: str
    best: tuple[float, float] | None


@dataclass(frozen=True)
class _Chart:
    title: str
    columns: tuple[str, ...]
    epochs: tuple[float, ...]  # ticks of the x axis
    x: Scale
    y: Scale
    lines: tuple[_Line, ...]


@dataclass(frozen=True)
class _Best:
    repeat: int
    fold: int
    epochs: int
    best_epoch: int | None
    values: dict[str, float | None]


@dataclass(frozen=True)
class _Training:
    method: str
    charts: tuple[_Chart, ...]
    folds: tuple[_Best, ...]


def curves(run: Run) -> Panel | None:
    """Return charts and best epochs of every method that was trained epoch by epoch."""
    trainings = [_training(method) for method in run.summary.winner_first if method.history]
    if not trainings:
        return None
    names = {
        "train_loss": _("training loss"),
        "validation_loss": _("validation loss"),
    }
    return Panel("curves", _("Training curves"), {"trainings": trainings, "names": names})


def _training(method: Method) -> _Training:
    wanted = (
        (_("Loss"), ("train_loss", "validation_loss")),
        (_("Validation accuracy"), ("validation_accuracy",)),
    )
    charts = [_chart(title, columns, method.history) for title, columns in wanted]
    folds = [_best(history) for history in method.history]
    return _Training(method.name, tuple(chart for chart in charts if chart.lines), tuple(folds))


def _chart(title: str, columns: tuple[str, ...], histories: Sequence[History]) -> _Chart:
    epochs = [epoch for history in histories for epoch in history.columns.get("epoch", ())]
    values = [v for history in histories for c in columns for v in history.columns.get(c, ())]
    x = covering(epochs, _LEFT, _RIGHT, zero=False)
    y = covering(values, _BOTTOM, _TOP, zero=False)
    lines = [_line(history, column, x, y) for column in columns for history in histories]
    ticks = tuple(tick for tick in x.ticks() if tick == round(tick))
    return _Chart(title, columns, ticks, x, y, tuple(line for line in lines if line.points))


def _line(history: History, column: str, x: Scale, y: Scale) -> _Line:
    epochs, values = history.columns.get("epoch", ()), history.columns.get(column, ())
    points = [
        (x(epoch), y(value), epoch == history.best_epoch)
        for epoch, value in zip(epochs, values, strict=False)
        if epoch is not None and value is not None
    ]
    best = next(((px, py) for px, py, is_best in points if is_best), None)
    return _Line(
        column,
        " ".join(f"{px},{py}" for px, py, _is_best in points),
        None if column == "train_loss" else best,
    )


def _best(history: History) -> _Best:
    epochs = history.columns.get("epoch", ())
    row = epochs.index(history.best_epoch) if history.best_epoch in epochs else None
    return _Best(
        history.repeat,
        history.fold,
        len(epochs),
        history.best_epoch,
        {
            name: values[row] if row is not None and row < len(values) else None
            for name, values in history.columns.items()
        },
    )
