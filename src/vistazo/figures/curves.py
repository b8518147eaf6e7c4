"""Loss and accuracy of one training, on training and validation images."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from vistazo.figures._drawing import draw_training, draw_validation, finish, new_figure
from vistazo.figures.record import training_record
from vistazo.i18n import _

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def training_curves(history: object, axes: "Sequence[Axes] | None" = None) -> "tuple[Axes, Axes]":
    """Draw how loss and accuracy went, with the epoch that was kept.

    Training values are means over an epoch's steps, with dropout and augmentation on;
    validation values are measured after it. A value that is missing or not a number leaves a
    gap in its line.

    Parameters
    ----------
    history : object
        A fitted network, its history or its columns: see
        :func:`vistazo.figures.record.training_record`.
    axes : sequence of two matplotlib.axes.Axes, or None
        For loss and accuracy; None draws on a new figure, ``axes[0].figure``.

    Returns
    -------
    tuple of matplotlib.axes.Axes
        Those of loss and accuracy.

    Raises
    ------
    UsageError
        ``E-HISTORY`` where there is no history to draw.
    """
    record = training_record(history)
    if axes is None:
        axes = new_figure(1, 2, 10, 4)[1][0]
    loss, accuracy = axes
    for ax, quantity, title in ((loss, "loss", _("Loss")), (accuracy, "accuracy", _("Accuracy"))):
        draw_training(ax, record, quantity)
        draw_validation(ax, record, quantity)
        finish(ax, title, quantity)
    return loss, accuracy
