"""How many images there are of each class, and in which part."""

from vistazo.i18n import _
from vistazo.report.exploration.content import Exploration
from vistazo.report.exploration.parts import part_counts, part_title
from vistazo.report.panels import Panel

_FIRST = 30


def counts(exploration: Exploration) -> Panel:
    """Return images by class, with their parts where the data set brings some."""
    data = exploration.data
    totals = data.class_counts()
    parts = part_counts(data)
    rows = [
        (name, total, [(part, numbers[code]) for part, numbers in parts.items()])
        for code, (name, total) in enumerate(totals.items())
    ]
    return Panel(
        "counts",
        _("Images by class"),
        {
            "data": data,
            "rows": rows,
            "first": _FIRST,
            "largest": max(totals.values(), default=0) or 1,
            "parts": [(part, part_title(part), sum(numbers)) for part, numbers in parts.items()],
            "n_shown": len(exploration.shown),
        },
    )
