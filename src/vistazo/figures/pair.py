"""Two trainings side by side, in six panels."""

from typing import TYPE_CHECKING

from vistazo.figures._drawing import (
    FIRST,
    SECOND,
    draw_training,
    draw_validation,
    finish,
    literal,
    local_ticks,
    new_figure,
    without_frame,
)
from vistazo.figures.gap import draw_gap
from vistazo.figures.record import TrainingRecord, training_record
from vistazo.i18n import _, number

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_COLOURS = (FIRST, SECOND)


def compare_trainings(first: object, second: object, names: tuple[str, str]) -> "Figure":
    """Draw two trainings: validation accuracy, kept accuracy, losses and overfitting.

    The panels of a kind share their axes. Accuracies and gaps are those of each training's
    kept epoch, never maxima of different epochs.

    Parameters
    ----------
    first, second : object
        A fitted network, its history or its columns each: see
        :func:`vistazo.figures.record.training_record`.
    names : tuple of two str
        What they are called.

    Returns
    -------
    matplotlib.figure.Figure
        Two rows of three axes: validation accuracy, loss and overfitting of the first; kept
        accuracies, loss and overfitting of the second.

    Raises
    ------
    UsageError
        ``E-HISTORY`` where there is no history to draw.
    """
    records = (training_record(first), training_record(second))
    shown = (literal(names[0]), literal(names[1]))
    figure, axes = new_figure(2, 3, 15, 8)
    for column in (1, 2):
        axes[1, column].sharex(axes[0, column])
        axes[1, column].sharey(axes[0, column])
    _both(axes[0, 0], records, shown)
    _kept(axes[1, 0], records, shown)
    for row, (record, name, colour) in enumerate(zip(records, shown, _COLOURS, strict=True)):
        loss, gap = axes[row, 1], axes[row, 2]
        draw_training(loss, record, "loss")
        draw_validation(loss, record, "loss", colour=colour)
        finish(loss, _("Loss of {name}", name=name), "loss")
        draw_gap(gap, record, _("Overfitting of {name}", name=name), colour)
    return figure


def _both(
    axes: "Axes", records: tuple[TrainingRecord, TrainingRecord], names: tuple[str, str]
) -> None:
    for record, name, colour, style in zip(records, names, _COLOURS, ("-", "-."), strict=True):
        draw_validation(axes, record, "accuracy", colour=colour, linestyle=style, label=name)
    finish(axes, _("Validation accuracy"), "accuracy")


def _kept(
    axes: "Axes", records: tuple[TrainingRecord, TrainingRecord], names: tuple[str, str]
) -> None:
    for place, (record, colour, hatch) in enumerate(
        zip(records, _COLOURS, ("", "///"), strict=True)
    ):
        value = record.kept("validation_accuracy")
        axes.bar(place, value or 0.0, width=0.55, color=colour, hatch=hatch, edgecolor="white")
        text = "–" if value is None else number(value, 3)
        axes.annotate(text, (place, value or 0.0), (0, 3), textcoords="offset points", ha="center")
    axes.set_xticks([0, 1], names)
    axes.set_xlim(-0.6, 1.6)
    axes.set_ylim(0, 1.08)
    axes.set_yticks([0, 0.2, 0.4, 0.6, 0.8, 1])
    local_ticks(axes.yaxis)
    without_frame(axes)
    axes.grid(visible=False, axis="x")
    axes.set_ylabel(_("accuracy (share of images)"))
    axes.set_title(_("Validation accuracy of the kept epoch"), loc="left", fontsize="medium")
