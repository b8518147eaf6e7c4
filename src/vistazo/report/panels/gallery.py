"""Error gallery: the images that were misclassified with most confidence."""

from dataclasses import dataclass

from vistazo.i18n import _
from vistazo.report.mistakes import Mistake
from vistazo.report.panels import Panel
from vistazo.report.run import Run
from vistazo.report.thumbnails import Thumbnail


@dataclass(frozen=True)
class _Group:
    method: str
    n_images: int
    pictures: tuple[tuple[Mistake, Thumbnail | None], ...]


def gallery(run: Run) -> Panel | None:
    """Return the worst mistakes of the winner, then of every other method but the floors."""
    groups = [
        _Group(
            method,
            mistakes.n_images,
            tuple((mistake, run.thumbnails.of(mistake.image)) for mistake in mistakes.shown),
        )
        for method, mistakes in run.mistakes.items()
        if mistakes.shown
    ]
    if not groups:
        return None
    data = {"groups": groups, "n_methods": len(run.mistakes), "winner": run.summary.winner}
    return Panel("gallery", _("Error gallery"), data)
