"""How far training accuracy is above validation accuracy, at one and the same epoch."""

from typing import TYPE_CHECKING

from vistazo.figures._drawing import (
    FIRST,
    draw_training,
    draw_validation,
    finish,
    new_figure,
    signed,
)
from vistazo.figures.record import LARGE_GAP, TrainingRecord, is_large, training_record
from vistazo.i18n import _, number

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def train_validation_gap(history: object, axes: "Axes | None" = None) -> "Axes":
    """Draw both accuracies and the gap between them at the epoch that was kept.

    The title tells the gap, training minus validation accuracy, and says so where it is above
    0.1. Training accuracy is measured while the epoch runs, with dropout and augmentation on,
    which usually makes the gap look smaller than it is.

    Parameters
    ----------
    history : object
        A fitted network, its history or its columns: see
        :func:`vistazo.figures.record.training_record`.
    axes : matplotlib.axes.Axes or None
        None draws on a new figure, ``axes.figure``.

    Raises
    ------
    UsageError
        ``E-HISTORY`` where there is no history to draw.
    """
    if axes is None:
        axes = new_figure(1, 1, 6, 4)[1][0, 0]
    draw_gap(axes, training_record(history), _("Overfitting"), FIRST)
    return axes


def draw_gap(axes: "Axes", record: TrainingRecord, heading: str, colour: str) -> None:
    """Draw the gap of a training, under a heading and with a colour of its own."""
    training, validation = record.column("train_accuracy"), record.column("validation_accuracy")
    axes.fill_between(record.epochs, validation, training, color=colour, alpha=0.12, linewidth=0)
    draw_training(axes, record, "accuracy")
    draw_validation(axes, record, "accuracy", colour=colour)
    low, high = record.kept("validation_accuracy"), record.kept("train_accuracy")
    if record.best_epoch is not None and low is not None and high is not None:
        axes.vlines(record.best_epoch, low, high, color=colour, linewidth=2.5)
    finish(axes, f"{heading}\n{_told(record)}", "accuracy")


def _told(record: TrainingRecord) -> str:
    if record.gap is None or record.best_epoch is None:
        return _("gap unknown: not both accuracies were recorded")
    values = {"gap": signed(record.gap), "epoch": number(record.best_epoch)}
    if is_large(record.gap):
        return _(
            "▲ gap {gap} at epoch {epoch}, above {limit}", limit=number(LARGE_GAP, 1), **values
        )
    return _("gap {gap} at epoch {epoch}", **values)
