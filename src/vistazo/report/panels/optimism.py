"""Optimism meter: how much better a method looks on images it has seen."""

from dataclasses import dataclass

from vistazo.i18n import _
from vistazo.report.measurements import Method, Optimism
from vistazo.report.metric_names import larger_is_better
from vistazo.report.panels import Panel
from vistazo.report.run import Run
from vistazo.report.scale import covering

LARGE_GAP = 0.05
"""From here on the gap is marked: five points on a metric between 0 and 1."""


@dataclass(frozen=True)
class _Row:
    name: str
    floor: bool
    scores: Optimism
    gap: float | None
    trained: bool
    """Epoch by epoch, so that what was set aside chose the epoch and no settings."""

    @property
    def large(self) -> bool:
        return self.gap is not None and round(self.gap, 3) >= LARGE_GAP


def optimism(run: Run) -> Panel | None:
    """Return resubstitution, inner and outer scores side by side, and their gap."""
    metric = run.summary.protocol.metric
    rows = [
        _Row(
            method.name,
            method.floor,
            method.optimism,
            _gap(method, larger_is_better(metric)),
            bool(method.history),
        )
        for method in run.summary.ranked
        if method.optimism and method.optimism.outer is not None
    ]
    if not rows:
        return None
    dots = [
        dot
        for row in rows
        for dot in (row.scores.resubstitution, row.scores.inner, row.scores.outer)
    ]
    return Panel(
        "optimism",
        _("Optimism meter"),
        {
            "metric": metric,
            "rows": rows,
            "inner": _inner(rows),
            "axis": covering(dots, 16, 304, zero=False),
            "large_gap": LARGE_GAP,
        },
    )


def _inner(rows: list[_Row]) -> str:
    """Return what the images of the inner scores were for; empty where there are none."""
    kinds = {row.trained for row in rows if row.scores.inner is not None}
    if kinds == {True, False}:
        return _(
            "inner: training images that were not fitted on while settings were chosen or, of a"
            " network, that were set aside and chose the epoch it kept"
        )
    if kinds == {True}:
        return _("inner: training images that were set aside and chose the epoch a network kept")
    return _("inner: training images not fitted on while settings were chosen") if kinds else ""


def _gap(method: Method, larger_is_better: bool) -> float | None:
    scores = method.optimism
    if scores is None or scores.resubstitution is None or scores.outer is None:
        return None
    gap = scores.resubstitution - scores.outer
    return gap if larger_is_better else -gap
