"""The panels of a report, in the order in which they are read."""

from collections.abc import Callable

from vistazo.report.panels import Panel
from vistazo.report.panels.confusion import confusion
from vistazo.report.panels.curves import curves
from vistazo.report.panels.data import data
from vistazo.report.panels.diagnosis import diagnosis
from vistazo.report.panels.gallery import gallery
from vistazo.report.panels.headline import headline
from vistazo.report.panels.leaderboard import leaderboard
from vistazo.report.panels.optimism import optimism
from vistazo.report.panels.per_class import per_class
from vistazo.report.panels.protocol import protocol
from vistazo.report.panels.training_pair import training_pair
from vistazo.report.panels.verdicts import verdicts
from vistazo.report.run import Run

PANELS: tuple[Callable[[Run], Panel | None], ...] = (
    diagnosis,
    headline,
    leaderboard,
    verdicts,
    optimism,
    confusion,
    per_class,
    curves,
    training_pair,
    gallery,
    data,
    protocol,
)


def contents(run: Run) -> list[Panel]:
    """Return the panels that this run has something for."""
    return [panel for make in PANELS if (panel := make(run))]
