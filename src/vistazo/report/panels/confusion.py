"""Which classes are taken for which."""

from dataclasses import dataclass

from vistazo.i18n import _
from vistazo.report.measurements import Method
from vistazo.report.panels import Panel
from vistazo.report.run import Run

MOST_CLASSES = 30
"""Beyond this many, a matrix is no longer readable: only its largest confusions are shown."""

_PAIRS = 10


@dataclass(frozen=True)
class _Pair:
    label: str
    predicted: str
    count: int
    share: float  # of the images of the true class


@dataclass(frozen=True)
class _Confusion:
    method: str
    winner: bool
    rows: tuple[tuple[str, int, tuple[tuple[int, float], ...]], ...]
    pairs: tuple[_Pair, ...]


def confusion(run: Run) -> Panel | None:
    """Return each method's matrix and largest confusions, the winner's first."""
    summary = run.summary
    methods = sorted(summary.ranked, key=lambda method: method.name != summary.winner)
    shown = [
        _confusion(method, summary.dataset.classes, method.name == summary.winner)
        for method in methods
        if method.confusion_matrix
    ]
    if not shown:
        return None
    return Panel(
        "confusion",
        _("Confusions"),
        {
            "classes": summary.dataset.classes,
            "confusions": shown,
            "with_matrix": len(summary.dataset.classes) <= MOST_CLASSES,
            "most_classes": MOST_CLASSES,
            "repeats": summary.protocol.repeats or 1,
        },
    )


def _confusion(method: Method, classes: tuple[str, ...], winner: bool) -> _Confusion:
    totals = [sum(row) for row in method.confusion_matrix]
    pairs = [
        _Pair(classes[i], classes[j], count, count / totals[i])
        for i, row in enumerate(method.confusion_matrix)
        for j, count in enumerate(row)
        if i != j and count
    ]
    pairs.sort(key=lambda pair: (-pair.count, pair.label, pair.predicted))
    rows = (
        (name, total, tuple((count, count / total if total else 0.0) for count in row))
        for name, total, row in zip(classes, totals, method.confusion_matrix, strict=True)
    )
    within = len(classes) <= MOST_CLASSES
    return _Confusion(method.name, winner, tuple(rows) if within else (), tuple(pairs[:_PAIRS]))
