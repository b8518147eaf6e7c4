"""All methods by score, with intervals, times and tie groups."""

from vistazo.i18n import _
from vistazo.report.leaderboard import rows_of
from vistazo.report.metric_names import known_first
from vistazo.report.panels import Panel
from vistazo.report.run import Run
from vistazo.report.scale import covering


def leaderboard(run: Run) -> Panel:
    """Return the rows, an axis for their scores, and every metric of every method."""
    summary = run.summary
    rows = rows_of(summary)
    scores = [row.score for row in rows]
    ends = [end for score in scores for end in (score.value, score.low, score.high)]
    floor = summary.best_floor
    measured = {
        name for method in summary.ranked for name, score in method.metrics.items() if score
    }
    return Panel(
        "leaderboard",
        _("Leaderboard"),
        {
            "metric": summary.protocol.metric,
            "level": summary.protocol.level,
            "rows": rows,
            "grouped": any(row.group for row in rows),
            "columns": [
                name
                for name in (rows[0].metrics if rows else ())
                if any(row.metrics[name] is not None for row in rows)
            ],
            "axis": covering(ends, 16, 184, zero=True),
            "floor": floor.estimate(summary.protocol.metric).value if floor else None,
            "methods": summary.ranked,
            "metrics": known_first(measured),
        },
    )
