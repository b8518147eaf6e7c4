"""Some images of each class."""

from vistazo.i18n import _
from vistazo.report.exploration.content import Exploration
from vistazo.report.panels import Panel
from vistazo.report.thumbnails import thumbnail_of


def samples(exploration: Exploration) -> Panel:
    """Return the images that were drawn, class by class."""
    shown = exploration.shown
    totals = list(shown.class_counts().items())
    sheets = [
        (
            *totals[code],
            [(shown.sources[row], thumbnail_of(shown.images.pixels[row])) for row in rows],
        )
        for code, rows in enumerate(exploration.samples)
        if rows
    ]
    data = {
        "sheets": sheets,
        "seed": exploration.seed,
        "n_left_out": sum(total > 0 for _name, total in totals) - len(sheets),
    }
    return Panel("samples", _("A look at each class"), data)
