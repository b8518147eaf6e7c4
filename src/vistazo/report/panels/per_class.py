"""How well each class is told from the rest."""

from vistazo.i18n import _
from vistazo.report.measurements import ClassScores
from vistazo.report.panels import Panel
from vistazo.report.run import Run


def per_class(run: Run) -> Panel | None:
    """Return the winner's scores by class, largest first, and every method's recalls."""
    winner = run.summary.best
    if winner is None or not winner.per_class:
        return None
    by_support = sorted(winner.per_class, key=lambda scores: -(scores.support or 0))
    methods = run.summary.winner_first
    recalls = [
        (scores.name, [_recall(method.scores_of(scores.name)) for method in methods])
        for scores in by_support
    ]
    return Panel(
        "per-class",
        _("Class by class"),
        {
            "winner": winner.name,
            "level": run.summary.protocol.level,
            "scores": by_support,
            "methods": [method.name for method in methods],
            "recalls": recalls if len(methods) > 1 else [],
        },
    )


def _recall(scores: ClassScores | None) -> float | None:
    return scores.recall.value if scores else None
