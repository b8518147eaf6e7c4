"""How bright images are, channel by channel and class by class, and their mean."""

from dataclasses import dataclass

from vistazo.data.pixel_statistics import PixelStatistics
from vistazo.i18n import _
from vistazo.report.exploration.content import Exploration
from vistazo.report.panels import Panel
from vistazo.report.scale import covering
from vistazo.report.thumbnails import Thumbnail, thumbnail_of

LARGE = 0.25
"""Share of the variance of brightness between classes from which it is worth a sentence."""
WIDTH = 200


@dataclass(frozen=True)
class _Row:
    name: str | None  # None for all classes together
    pixels: PixelStatistics
    mean_image: Thumbnail


def brightness(exploration: Exploration) -> Panel:
    """Return mean images and moments of brightness and channels."""
    pixels = exploration.pixels
    classes = zip(exploration.shown.classes, pixels.by_class, strict=True)
    found = [(None, pixels.overall), *((name, one) for name, one in classes if one)]
    rows = [_Row(name, one, thumbnail_of(one.mean_image)) for name, one in found]
    ends = [
        one.brightness.mean + sign * one.brightness.sd for _name, one in found for sign in (-1, 1)
    ]
    n_channels = len(pixels.overall.channels)
    data = {
        "rows": rows,
        "axis": covering(ends, 10, WIDTH - 10, zero=False),
        "channels": [_("red"), _("green"), _("blue")] if n_channels == 3 else [_("gray")],
        "between": pixels.between_classes,
        "large": separates_classes(exploration),
    }
    return Panel("brightness", _("Brightness and colour"), data)


def separates_classes(exploration: Exploration) -> bool:
    """Return whether brightness differs between classes by more than so few images do by chance.

    The share of the variance is corrected for the number of classes: epsilon squared of Kelley
    1935, "An unbiased correlation ratio measure", eq. 3.
    """
    pixels, n_images = exploration.pixels, len(exploration.shown)
    n_classes = sum(one is not None for one in pixels.by_class)
    if n_images <= n_classes:
        return False
    within = (1 - pixels.between_classes) * (n_images - 1) / (n_images - n_classes)
    return 1 - within >= LARGE
