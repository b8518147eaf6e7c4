"""What augmentation does to an image: each effect alone, and each policy."""

from vistazo.i18n import _
from vistazo.report.exploration.content import Drawn, Exploration
from vistazo.report.panels import Panel
from vistazo.report.thumbnails import Thumbnail, thumbnail_of

Row = tuple[str, str, list[Thumbnail]]


def augmentation(exploration: Exploration) -> Panel:
    """Return an image and what becomes of it."""
    shown, row = exploration.shown, exploration.augmented
    data = {
        "original": thumbnail_of(shown.images.pixels[row]),
        "source": shown.sources[row],
        "label": str(shown.labels[row]),
        "effects": [_row(drawn) for drawn in exploration.augmentations["effects"]],
        "policies": [_row(drawn) for drawn in exploration.augmentations["policies"]],
    }
    return Panel("augmentation", _("What augmentation does"), data)


def _row(drawn: Drawn) -> Row:
    return drawn.setting, drawn.summary, [thumbnail_of(image) for image in drawn.examples]
