"""How trainings look in every figure: colours, line styles, axes in the reader's language."""

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from vistazo.figures.record import TrainingRecord
from vistazo.i18n import _, number

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.axis import Axis
    from matplotlib.figure import Figure

# the report's blue, orange and gray; the two colours are equally dark, so that line styles and
# marks must tell them apart as well
FIRST, SECOND, TRAINING = "#0a5c99", "#b8470f", "#59626c"


def new_figure(rows: int, columns: int, width: float, height: float) -> "tuple[Figure, Any]":
    """Return a figure of its own, in inches, and its axes, an array (rows, columns)."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(width, height), layout="constrained")
    return figure, figure.subplots(rows, columns, squeeze=False)


def literal(name: str) -> str:
    """Return a name so that matplotlib takes no dollar sign in it for a formula."""
    return name.replace("$", r"\$")


def signed(value: float) -> str:
    """Write a difference with its sign, to three decimals."""
    sign = "−" if round(value, 3) < 0 else "+"
    return sign + number(abs(value), 3)


def draw_training(axes: "Axes", record: TrainingRecord, quantity: str) -> None:
    """Draw a column of the training images: dashed and gray."""
    _draw(axes, record, f"train_{quantity}", TRAINING, "--", _("training"))


def draw_validation(
    axes: "Axes",
    record: TrainingRecord,
    quantity: str,
    *,
    colour: str = FIRST,
    linestyle: str = "-",
    label: str | None = None,
) -> None:
    """Draw a column of the validation images, with a mark on the epoch that was kept."""
    name = f"validation_{quantity}"
    _draw(axes, record, name, colour, linestyle, _("validation") if label is None else label)
    value = record.kept(name)
    if record.best_epoch is not None and value is not None:
        axes.plot(
            [record.best_epoch],
            [value],
            color=colour,
            linestyle="",
            marker="s" if colour == SECOND else "o",
            markersize=8,
            markerfacecolor="white",
            markeredgewidth=2,
            label=_("kept: epoch {epoch}", epoch=number(record.best_epoch)),
        )


def _draw(
    axes: "Axes", record: TrainingRecord, name: str, colour: str, linestyle: str, label: str
) -> None:
    values = record.column(name)
    if np.isfinite(values).any():
        # dots, so that an epoch between two without a value is seen
        look: dict[str, Any] = {"color": colour, "linestyle": linestyle, "marker": "."}
        axes.plot(record.epochs, values, markersize=4, label=label, **look)


def finish(axes: "Axes", title: str, quantity: str) -> None:
    """Give axes over epochs their title, labels, ticks and legend."""
    from matplotlib.ticker import MaxNLocator

    axes.set_title(title, loc="left", fontsize="medium")
    axes.set_xlabel(_("epoch"))
    axes.set_ylabel(_("accuracy (share of images)") if quantity == "accuracy" else _("mean loss"))
    axes.xaxis.set_major_locator(MaxNLocator(integer=True, nbins=8, min_n_ticks=1))
    local_ticks(axes.xaxis)
    local_ticks(axes.yaxis)
    without_frame(axes)
    if axes.lines:
        axes.legend(frameon=False, fontsize="small")


def without_frame(axes: "Axes") -> None:
    """Leave only the two axis lines, and a light grid behind the values."""
    axes.spines[["top", "right"]].set_visible(False)
    axes.grid(color="#e3e1da", linewidth=0.8)
    axes.set_axisbelow(True)


def local_ticks(axis: "Axis") -> None:
    """Write the tick values as the reader's language writes numbers."""
    axis.set_major_formatter(lambda value, _: number(value, _digits(axis.get_majorticklocs())))


def _digits(ticks: NDArray[Any]) -> int:
    return next((d for d in range(9) if np.allclose(np.round(ticks, d), ticks, atol=1e-10)), 9)
