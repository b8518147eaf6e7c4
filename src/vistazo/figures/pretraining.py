"""What happened while a network learned from images alone, and what it makes of them."""

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from vistazo.errors import require
from vistazo.figures._drawing import draw_training, draw_validation, finish, new_figure
from vistazo.figures.record import training_record
from vistazo.i18n import _

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def pretraining_curves(history: object, before: "dict[str, float] | None" = None) -> "Figure":
    """Draw the loss of a pretext task, and what the features were worth meanwhile.

    Parameters
    ----------
    history : object
        As :func:`vistazo.figures.record.training_record` takes it.
    before : dict of str to float, optional
        ``knn_accuracy`` and ``probe_accuracy`` of the untrained network, drawn as lines.

    Returns
    -------
    matplotlib.figure.Figure
        With two axes where images had classes, otherwise one; the classes were not learned from.
    """
    record = training_record(history)
    accuracies = {
        "knn_accuracy": (_("20 nearest neighbours"), "-"),
        "probe_accuracy": (_("linear probe"), "-."),
    }
    known = {n: look for n, look in accuracies.items() if f"validation_{n}" in record.columns}
    n_axes = 2 if known else 1
    figure, grid = new_figure(1, n_axes, 5 * n_axes, 4)
    loss = grid[0][0]
    draw_training(loss, record, "loss")
    draw_validation(loss, record, "loss")
    finish(loss, _("Loss of the pretext task"), "loss")
    if known:
        axes = grid[0][1]
        for (name, (label, style)), colour in zip(known.items(), _COLOURS, strict=False):
            axes.plot(
                record.epochs,
                record.column(f"validation_{name}"),
                color=colour,
                linestyle=style,
                marker=".",
                label=label,
            )
            if before and name in before:
                axes.axhline(before[name], color=colour, linestyle=":", label=_("untrained"))
        finish(axes, _("What the features tell of the classes"), "accuracy")
    return figure


def reconstruction_gallery(
    original: NDArray[np.uint8], corrupted: NDArray[np.uint8], whole: NDArray[np.uint8]
) -> "Figure":
    """Draw images as they are, as the network gets them, and as it gives them back.

    Parameters
    ----------
    original, corrupted, whole : ndarray of uint8, shape (n_images, height, width, 1 or 3)

    Returns
    -------
    matplotlib.figure.Figure
        Three rows of images.
    """
    require(len(original) > 0, "original", len(original), "≥ 1")
    figure, grid = new_figure(3, len(original), 1.2 * len(original) + 0.6, 4.2)
    rows = {_("Original"): original, _("Given"): corrupted, _("Reconstructed"): whole}
    for axes, (name, images) in zip(grid, rows.items(), strict=True):
        for cell, image in zip(axes, images, strict=True):
            cell.imshow(image[..., 0] if image.shape[2] == 1 else image, "gray", vmin=0, vmax=255)
            cell.set_xticks([])
            cell.set_yticks([])
        axes[0].set_ylabel(name)
    return figure


_COLOURS = ("#0a5c99", "#b8470f")
