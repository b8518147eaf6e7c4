"""The leaderboard as plain text, for ``print``."""

from vistazo.evaluation.comparison import Comparison
from vistazo.evaluation.spread import interval_dict
from vistazo.i18n import _, number


def table(comparison: Comparison) -> str:
    """Return one line per method, best first, with the interval of the protocol's metric."""
    metric = comparison.protocol.metric
    rows = [(_("method"), metric, _("interval"), _("fit (s)"))]
    for method in comparison.ranking():
        scores = interval_dict(comparison, method, metric)
        fit = number(comparison.seconds(method)["fit"], 1)
        if scores is None:
            rows.append((method, "–", "–", fit))
            continue
        limits = (scores["low"], scores["high"])
        interval = " – ".join("?" if limit is None else number(limit, 3) for limit in limits)
        rows.append((method, number(scores["mean"], 3), interval, fit))
    rows += [(method, "–", reason, "") for method, reason in comparison.failures.items()]
    widths = [max(len(row[column]) for row in rows) for column in range(3)]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, [*widths, 0], strict=True)).rstrip()
        for row in rows
    )
