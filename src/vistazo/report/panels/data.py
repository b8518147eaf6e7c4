"""What the methods were compared on, and what was left out."""

from vistazo.data.dataset import by_cause
from vistazo.i18n import _, ngettext
from vistazo.report.measurements import Copies
from vistazo.report.panels import Panel
from vistazo.report.run import Run

_FIRST_BARS = 30
_FIRST_FILES = 3


def data(run: Run) -> Panel:
    """Return the data set's facts, images by class, and bad files by cause."""
    dataset = run.summary.dataset
    counts = [(name, dataset.class_counts.get(name)) for name in dataset.classes]
    causes = [
        (code, len(files), files[:_FIRST_FILES])
        for code, files in sorted(by_cause(run.bad_files).items())
    ]
    return Panel(
        "data",
        _("The images"),
        {
            "dataset": dataset,
            "copies": _copies(dataset.copies),
            "counts": counts if dataset.class_counts else [],
            "first_bars": _FIRST_BARS,
            "largest": max(dataset.class_counts.values(), default=0) or 1,
            "causes": causes,
        },
    )


def _copies(found: Copies | None) -> list[str]:
    if found is None:
        return [_("Nobody looked for copies of images: a copy may be on both sides of a split.")]
    if not found.groups:
        return [_("No image is a copy of another.")]
    sentences = [found.sentence]
    if found.leaked:
        sentences.append(
            ngettext(
                "{n} scored image is a copy of an image that was fitted on: "
                "the scores are too good.",
                "{n} scored images are copies of images that were fitted on: "
                "the scores are too good.",
                found.leaked,
            )
        )
    return sentences
