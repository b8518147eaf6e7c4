"""The leaderboard: methods by score, as rows for any rendering and as a table for a terminal."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from vistazo.i18n import _
from vistazo.report.measurements import Estimate, Method, Seconds
from vistazo.report.metric_names import heading
from vistazo.report.notation import fixed, interval, measured, milliseconds
from vistazo.report.summary import Summary, summarize
from vistazo.report.tie_groups import tie_groups

if TYPE_CHECKING:
    from rich.table import Table

METRICS = ("balanced_accuracy", "accuracy", "macro_f1", "mcc", "log_loss")
"""Metrics with a column of their own, beside the one that decides."""


@dataclass(frozen=True)
class LeaderboardRow:
    """One method's line.

    Parameters
    ----------
    rank : int or None
        From 1; None for a method that could not be measured.
    name : str
        The method.
    winner, floor : bool
        Whether it won; whether it is one of the floors.
    error : str or None
        Why it could not be measured.
    group : str
        Letters of its tie groups; two methods that share one are not told apart. Empty where
        nothing was tested.
    score : Estimate
        The protocol's metric with its interval.
    metrics : dict of str to (float or None)
        Means of the other metrics of :data:`METRICS`.
    seconds : Seconds
        To fit one fold, and to predict one image.
    """

    rank: int | None
    name: str
    winner: bool
    floor: bool
    error: str | None
    group: str
    score: Estimate
    metrics: dict[str, float | None]
    seconds: Seconds


_Cell = Callable[[LeaderboardRow], str]


def leaderboard_rows(comparison: Mapping[str, Any]) -> tuple[LeaderboardRow, ...]:
    """Return the leaderboard of a ``comparison.json``, best first, failed methods last."""
    return rows_of(summarize(comparison))


def rows_of(summary: Summary) -> tuple[LeaderboardRow, ...]:
    """Return the leaderboard of a summary, best first, failed methods last."""

    def told_apart(a: str, b: str) -> bool:
        verdict = summary.between(a, b)
        return verdict is not None and verdict.outcome in {"better", "worse"}

    tested = any(verdict.outcome for verdict in summary.verdicts)
    names = [method.name for method in summary.ranked]
    groups = tie_groups(names, told_apart) if tested else {}
    measured_rows = [
        _row(summary, method, rank, groups.get(method.name, ""))
        for rank, method in enumerate(summary.ranked, start=1)
    ]
    return (*measured_rows, *(_row(summary, method, None, "") for method in summary.failed))


def _row(summary: Summary, method: Method, rank: int | None, group: str) -> LeaderboardRow:
    metric = summary.protocol.metric
    return LeaderboardRow(
        rank=rank,
        name=method.name,
        winner=method.name == summary.winner,
        floor=method.floor,
        error=method.error,
        group=group,
        score=method.estimate(metric),
        metrics={name: method.estimate(name).value for name in METRICS if name != metric},
        seconds=method.seconds or Seconds(),
    )


def leaderboard_text(comparison: Mapping[str, Any], width: int) -> "Table":
    """Return the leaderboard as a table for a terminal.

    Parameters
    ----------
    comparison : mapping
        Content of a ``comparison.json``.
    width : int
        Columns of the terminal: narrow ones get fewer columns of numbers.
    """
    from rich.table import Table
    from rich.text import Text

    summary = summarize(comparison)
    rows = rows_of(summary)
    table = Table(box=None, pad_edge=False, header_style="bold", padding=(0, 2, 0, 0))
    table.add_column(_("Method"), overflow="fold")
    columns = _columns(summary.protocol.metric, width)
    for name, cell in columns.items():
        widest = max((len(cell(row)) for row in rows), default=0)
        table.add_column(Text(name), justify="right", min_width=widest)
    for row in rows:
        style = "bold" if row.winner else "dim" if row.floor or row.error else ""
        cells = [_("failed")] if row.error else [cell(row) for cell in columns.values()]
        table.add_row(Text(_printable(row.name)), *map(Text, cells), style=style)
    return table


def _columns(metric: str, width: int) -> dict[str, _Cell]:
    """Choose the columns of numbers for a width, the most telling first."""
    chosen: dict[str, _Cell] = {heading(metric): lambda row: fixed(row.score.value)}
    if width >= 60:
        chosen[_("Interval")] = lambda row: interval(row.score)
        chosen[_("Group")] = lambda row: row.group
    if width >= 80:
        chosen[_("Fit (s)")] = lambda row: measured(row.seconds.fit)
    if width >= 100:
        for other in [name for name in METRICS if name != metric][:3]:
            chosen[heading(other)] = _mean_of(other)
    if width >= 120:
        chosen[_("Predict (ms)")] = lambda row: milliseconds(row.seconds.predict)
    return chosen


def _mean_of(metric: str) -> _Cell:
    return lambda row: fixed(row.metrics[metric])


def _printable(name: str) -> str:
    """Replace control characters, which a terminal would obey."""
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in name)
