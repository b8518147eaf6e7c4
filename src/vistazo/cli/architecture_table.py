"""A network as a table for a terminal: its layers, then its totals."""

import re
from typing import TYPE_CHECKING

from vistazo.cli.tables import definitions, fitting
from vistazo.errors import UsageError
from vistazo.i18n import N_, _, ngettext, number

if TYPE_CHECKING:
    from vistazo.workflows.architecture_summary import NetworkSummary

BATCH_SIZE = 64
"""Images per step that the memory of a training is told for."""
_MOST_TELLING = (0, 3, 2, 4, 1)
"""Positions of the columns, in the order in which a narrow screen gets them."""
_STEMS = {
    "published": N_("published, as in the weights that others trained"),
    "small": N_("small, for sides below 96 px"),
}


def image_shape(text: str) -> tuple[int, int, int]:
    """Return (height, width, channels) of ``28``, ``28x40`` or ``28x28x1``.

    One side makes a square; where no channels are said, there are three.

    Raises
    ------
    UsageError
        ``E-CLI-VALUE`` for anything else.
    """
    found = re.fullmatch(r"([1-9]\d{0,4})(?:[x×]([1-9]\d{0,4}))?(?:[x×]([13]))?", text)
    if found is None:
        raise UsageError(
            "E-CLI-VALUE",
            N_("'{name}' cannot be '{value}': it must be {kind}."),
            N_("Nothing was started. Correct the value and run the command again."),
            name="--size",
            value=text,
            kind="N | HxW | HxWx1 | HxWx3",
        )
    height, width, channels = found.groups()
    return int(height), int(width or height), int(channels or 3)


def table(summary: "NetworkSummary", width: int | None) -> list[str]:
    """Return the lines of a network: one per layer, an empty one, then the totals.

    Parameters
    ----------
    summary : NetworkSummary
    width : int or None
        Columns of the screen: a narrow one gets fewer columns. None shows everything.
    """
    return [*_layers(summary, width), "", *definitions(_totals(summary), width)]


def _layers(summary: "NetworkSummary", width: int | None) -> list[str]:
    rows = [(_("layer"), _("kind"), _("output"), _("parameters"), _("MACs"))]
    rows += [
        (
            layer.name,
            layer.kind,
            _shape(layer.output_shape),
            number(layer.parameters),
            number(layer.macs),
        )
        for layer in summary.layers
    ]
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    shown = fitting(widths, _MOST_TELLING, width)
    return [
        "  ".join(
            row[column].rjust(widths[column]) if column > 2 else row[column].ljust(widths[column])
            for column in shown
        ).rstrip()
        for row in rows
    ]


def _totals(summary: "NetworkSummary") -> list[tuple[str, str]]:
    height, width, channels = summary.image_shape
    stem = [] if summary.stem is None else [(_("stem"), _(_STEMS[summary.stem]))]
    return [
        (_("images"), _shape((height, width, channels))),
        (_("classes"), number(summary.n_classes)),
        *stem,
        (_("parameters"), number(summary.parameters)),
        (_("trainable"), number(summary.trainable)),
        (_("frozen"), number(summary.frozen)),
        (_("MACs"), _("{n} per image (multiplications with an addition)", n=number(summary.macs))),
        (_("weights"), _room(summary.parameter_bytes)),
        (
            _("activations"),
            _(
                "{size} per image, kept for the backward pass",
                size=_room(summary.activation_bytes),
            ),
        ),
        (
            _("training"),
            ngettext(
                "about {size} with a batch of {n} image: weights, gradients, Adam's moments and"
                " activations",
                "about {size} with batches of {n} images: weights, gradients, Adam's moments and"
                " activations",
                BATCH_SIZE,
                size=_room(summary.training_bytes(BATCH_SIZE)),
            ),
        ),
    ]


def _shape(sides: tuple[int, ...]) -> str:
    return "×".join(map(str, sides))


def _room(n_bytes: int) -> str:
    if n_bytes < 1e6:
        return _("{n} kB", n=number(n_bytes / 1e3, 1))
    return _("{n} MB", n=number(n_bytes / 1e6, 1))
