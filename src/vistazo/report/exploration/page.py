"""The page about images: its panels, in the order in which they are read."""

from collections.abc import Callable

from vistazo.report.exploration.augmentation import augmentation
from vistazo.report.exploration.brightness import brightness
from vistazo.report.exploration.content import Exploration
from vistazo.report.exploration.counts import counts
from vistazo.report.exploration.files import files
from vistazo.report.exploration.glance import glance
from vistazo.report.exploration.hog import hog
from vistazo.report.exploration.labels import labels
from vistazo.report.exploration.neighbors import neighbors
from vistazo.report.exploration.samples import samples
from vistazo.report.html import render_page
from vistazo.report.panels import Panel

PANELS: tuple[Callable[[Exploration], Panel], ...] = (
    glance,
    counts,
    samples,
    brightness,
    files,
    hog,
    neighbors,
    augmentation,
    labels,
)


def render_exploration(exploration: Exploration) -> str:
    """Return the page, in the language in force; the same numbers give the same bytes."""
    panels = [make(exploration) for make in PANELS]
    data = exploration.data
    return render_page("explore.html", "explore", panels, data.name, data=data)
