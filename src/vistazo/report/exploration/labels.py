"""Which augmentations may change what an image shows."""

from dataclasses import dataclass

from vistazo.evaluation.label_safety import FEWEST, LIMIT, RECOGNISED, Exchange
from vistazo.i18n import _
from vistazo.report.exploration.content import ChangeResult, Exploration
from vistazo.report.panels import Panel
from vistazo.report.thumbnails import Thumbnail, thumbnail_of


@dataclass(frozen=True)
class _Example:
    source: str
    before: Thumbnail
    after: Thumbnail
    nearest: Thumbnail
    nearest_source: str


@dataclass(frozen=True)
class _Alarm:
    change: ChangeResult
    one: str
    other: str
    exchange: Exchange
    examples: tuple[_Example, ...]


def labels(exploration: Exploration) -> Panel:
    """Return what each change does to two classifiers, and the classes it exchanges."""
    safety, title = exploration.label_safety, _("Does augmentation keep the label?")
    if safety is None:
        return Panel("labels", title, {"safety": None, "enough": 2 * FEWEST})
    classes = exploration.shown.classes
    untouched = safety.results[0].effect
    counts = exploration.shown.class_counts()
    unjudged = [
        name
        for name, effect in zip(classes, untouched.classes, strict=True)
        if counts[name] and not effect.judged
    ]
    data = {
        "safety": safety,
        "classes": classes,
        "before": untouched.before,
        "alarms": [alarm for result in safety.results for alarm in _alarms(result, classes)],
        "unjudged": unjudged,
        "n_judged": sum(effect.judged for effect in untouched.classes),
        "limit": LIMIT,
        "recognised": RECOGNISED,
        "fewest": FEWEST,
    }
    return Panel("labels", title, data)


def _alarms(result: ChangeResult, classes: tuple[str, ...]) -> list[_Alarm]:
    return [
        _Alarm(
            result,
            classes[pair.one],
            classes[pair.other],
            pair,
            tuple(
                _Example(
                    moved.source,
                    thumbnail_of(moved.before),
                    thumbnail_of(moved.after),
                    thumbnail_of(moved.nearest),
                    moved.nearest_source,
                )
                for moved in examples
            ),
        )
        for pair, examples in zip(result.effect.exchanges, result.examples, strict=True)
    ]
