"""How large the original images and their files are."""

from collections.abc import Iterable
from dataclasses import dataclass

from vistazo.data.image_files.file_statistics import FileStatistics, Spread
from vistazo.i18n import _
from vistazo.report.exploration.content import Exploration
from vistazo.report.notation import measured_digits
from vistazo.report.panels import Panel
from vistazo.report.scale import Scale, covering

_SIZES = 8
_WIDTH = 200


@dataclass(frozen=True)
class _Fact:
    title: str
    digits: int
    axis: Scale
    rows: tuple[tuple[str | None, Spread], ...]  # by class; None for all together


def files(exploration: Exploration) -> Panel:
    """Return sizes and file facts; where all are alike, only what they are."""
    overall = exploration.files
    named = [
        (None, overall),
        *zip(exploration.shown.classes, exploration.files_by_class, strict=True),
    ]
    known = [(name, one) for name, one in named if one is not None]
    facts = [
        _fact(_("Width in pixels"), 0, ((name, one.width) for name, one in known)),
        _fact(_("Height in pixels"), 0, ((name, one.height) for name, one in known)),
        _fact(_("Width : height"), 2, ((name, one.aspect) for name, one in known)),
        _fact(
            _("File size in kB"),
            _size_digits(overall),
            ((name, one.kilobytes) for name, one in known),
        ),
    ]
    data = {
        "n_images": overall.n_images,
        "size": overall.sizes[0][:2],
        "sizes": overall.sizes[:_SIZES],
        "n_sizes": len(overall.sizes),
        "facts": [fact for fact in facts if fact is not None],
        "has_files": overall.kilobytes is not None,
        "now": exploration.shown.images.image_shape,
    }
    return Panel("files", _("The original files"), data)


def _size_digits(overall: FileStatistics) -> int:
    """Return the decimals that tell the files of the smaller quarter apart, bytes at the most."""
    sizes = overall.kilobytes
    return 0 if sizes is None else min(measured_digits(sizes.quarter), 3)


def _fact(
    title: str, digits: int, found: Iterable[tuple[str | None, Spread | None]]
) -> _Fact | None:
    """Return a fact by class; None where it is unknown, or the same for all images."""
    rows = tuple((name, spread) for name, spread in found if spread is not None)
    if not rows or rows[0][1].least == rows[0][1].most:
        return None
    ends = [end for _name, spread in rows for end in (spread.least, spread.most)]
    return _Fact(title, digits, covering(ends, 10, _WIDTH - 10, zero=False), rows)
