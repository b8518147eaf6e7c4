"""A training as a table: one line per epoch, then what they took."""

import statistics
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from vistazo.cli.console import say, width
from vistazo.cli.progress import duration
from vistazo.cli.tables import fitting
from vistazo.i18n import N_, _, ngettext, number
from vistazo.training.history import History

_Row = Mapping[str, float]


def _short(value: float, digits: int) -> str:
    """Write a number to so many significant digits, whatever its size."""
    return f"{value:.{digits}g}".replace(".", number(0.0, 1)[1])


def _loss(value: float) -> str:
    # one that explodes would push the other columns off the screen
    return _short(value, 3) if value >= 10_000 else number(value, 4)


def _epoch(row: _Row, history: History) -> str:
    best = "*" if history.best_epoch == row["epoch"] else " "
    return f"{int(row['epoch'])}/{history.planned_epochs}{best}"


@dataclass(frozen=True)
class _Column:
    """A column of the table; a training without ``key`` has none."""

    heading: str
    least: int
    key: str
    shown: Callable[[_Row, History], str]
    rank: int
    """A narrow screen gets the lowest ranks."""


def _loss_of(heading: str, least: int, key: str, rank: int) -> _Column:
    return _Column(heading, least, key, lambda row, history: _loss(row[key]), rank)


def _share_of(heading: str, least: int, key: str, rank: int) -> _Column:
    return _Column(heading, least, key, lambda row, history: number(row[key], 3), rank)


def _rate(row: _Row, history: History) -> str:  # noqa: ARG001
    return _short(row["learning_rate"], 2)


def _time(row: _Row, history: History) -> str:  # noqa: ARG001
    return duration(row["seconds"])


def _left(row: _Row, history: History) -> str:  # noqa: ARG001
    return duration(history.remaining_seconds)


_COLUMNS = (
    _Column(N_("epoch"), 7, "epoch", _epoch, 0),
    _loss_of(N_("train loss"), 10, "train_loss", 5),
    _share_of(N_("train acc."), 10, "train_accuracy", 6),
    _loss_of(N_("val. loss"), 9, "validation_loss", 1),
    _share_of(N_("val. acc."), 9, "validation_accuracy", 2),
    _share_of(N_("neighbours"), 10, "validation_knn_accuracy", 3),
    _share_of(N_("probe"), 7, "validation_probe_accuracy", 3),
    _Column(N_("rate"), 7, "learning_rate", _rate, 7),
    _Column(N_("time"), 10, "seconds", _time, 4),
    _Column(N_("left at most"), 12, "seconds", _left, 3),
)


class EpochTable:
    """Prints one line per epoch of a training, the best marked, with the time left.

    Before the first line stands what explains it: a learning rate that was found, and where a
    training that was ended before goes on.
    """

    def __init__(self) -> None:
        self._shown: History | None = None

    def __call__(self, history: History) -> None:
        """Print the last epoch."""
        row = {name: values[-1] for name, values in history.columns.items()}
        columns = [column for column in _COLUMNS if column.key in row]
        headings = [_(column.heading) for column in columns]
        widths = [max(len(h), c.least) for h, c in zip(headings, columns, strict=True)]
        order = sorted(range(len(columns)), key=lambda position: columns[position].rank)
        shown = fitting(widths, order, width())
        if history is not self._shown:
            for line in _preface(history):
                say(line)
            say("  ".join(headings[column].rjust(widths[column]) for column in shown))
            self._shown = history
        cells = [column.shown(row, history) for column in columns]
        say("  ".join(cells[column].rjust(widths[column]) for column in shown))


def summary(history: History) -> list[str]:
    """Return what a training took, which epoch was kept, and why it ended."""
    lines = [_took(history)]
    if history.stopped in _REASONS:
        epoch, best = len(history), history.best_epoch
        lines.append(_(_REASONS[history.stopped], epoch=epoch, best=best))
    return lines


def _preface(history: History) -> list[str]:
    lines = []
    if history.range_test:
        (rate,) = history.range_test["chosen"]
        lines.append(_("The range test chose the learning rate {rate}.", rate=_short(rate, 2)))
    if len(history) > 1:
        lines.append(_("Continuing the interrupted training in epoch {epoch}.", epoch=len(history)))
    return lines


_REASONS = {
    "patience": N_("It stopped after epoch {epoch}, because nothing got better any more."),
    "time": N_("It stopped after epoch {epoch}, because of its time limit."),
    "nan": N_(
        "It stopped in epoch {epoch}, because the loss was no longer a number; the weights of"
        " epoch {best} were kept. Most often the learning rate is too high. [E-TRAIN-NAN]"
    ),
}


def _took(history: History) -> str:
    seconds = history.columns["seconds"]
    spread = statistics.stdev(seconds) if len(seconds) > 1 else 0.0
    return ngettext(
        "{n} epoch of {mean} ± {sd} s; kept epoch {best}.",
        "{n} epochs of {mean} ± {sd} s; kept epoch {best}.",
        len(seconds),
        mean=number(statistics.fmean(seconds), 2),
        sd=number(spread, 2),
        best=history.best_epoch,
    )
