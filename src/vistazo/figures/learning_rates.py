"""A learning-rate range test: loss against a rate that grows with every step."""

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike

from vistazo.figures._drawing import FIRST, SECOND, local_ticks, new_figure, without_frame
from vistazo.i18n import _, number

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def learning_rate_range(
    rates: Sequence[float],
    losses: Sequence[float],
    chosen: ArrayLike,
    axes: "Axes | None" = None,
) -> "Axes":
    """Draw the smoothed losses of a range test and the rate that was chosen.

    Parameters
    ----------
    rates : sequence of float, length n_steps
        Learning rates, above 0.
    losses : sequence of float, length n_steps
        Smoothed loss at each; one that is not a number leaves a gap.
    chosen : float or sequence of float
        The rate to mark; a sequence of one, as a history keeps it, is the same.
    axes : matplotlib.axes.Axes or None
        None draws on a new figure, ``axes.figure``.

    Notes
    -----
    The test is that of L. N. Smith, "Cyclical learning rates for training neural networks",
    WACV 2017, section 3.3.
    """
    if axes is None:
        axes = new_figure(1, 1, 7, 4)[1][0, 0]
    axes.plot(rates, losses, color=FIRST, linewidth=2, label=_("smoothed loss"))
    for rate in np.atleast_1d(chosen):
        label = _("chosen: {rate}", rate=_two_digits(rate))
        axes.axvline(rate, color=SECOND, linestyle="--", label=label)
    axes.set_xscale("log")
    axes.set_title(_("Learning-rate range test"), loc="left", fontsize="medium")
    axes.set_xlabel(_("learning rate (log scale)"))
    axes.set_ylabel(_("mean loss"))
    local_ticks(axes.yaxis)
    without_frame(axes)
    axes.legend(frameon=False, fontsize="small")
    return axes


def _two_digits(rate: float) -> str:
    """Write a rate to two significant digits, whatever its size."""
    return number(rate, max(0, 1 - math.floor(math.log10(rate))))
