"""What the methods were compared on, and what was left out."""

from itertools import groupby

from vistazo.i18n import _
from vistazo.report.panels import Panel
from vistazo.report.run import Run

_FIRST_BARS = 30
_FIRST_FILES = 3


def data(run: Run) -> Panel:
    """Return the data set's facts, images by class, and bad files by cause."""
    dataset = run.summary.dataset
    counts = [(name, dataset.class_counts.get(name)) for name in dataset.classes]
    bad_files = sorted(run.bad_files, key=lambda file: file.code)
    causes = [
        (code, len(files := list(group)), files[:_FIRST_FILES])
        for code, group in groupby(bad_files, key=lambda file: file.code)
    ]
    return Panel(
        "data",
        _("The images"),
        {
            "dataset": dataset,
            "counts": counts if dataset.class_counts else [],
            "first_bars": _FIRST_BARS,
            "largest": max(dataset.class_counts.values(), default=0) or 1,
            "causes": causes,
        },
    )
