"""What stands out, in sentences that carry their numbers."""

from collections.abc import Iterator

from vistazo.features._hog_cells import coverage
from vistazo.i18n import _, ngettext, percent
from vistazo.report.exploration.brightness import separates_classes
from vistazo.report.exploration.content import Exploration
from vistazo.report.exploration.neighbors import chance_agreement
from vistazo.report.finding import Finding
from vistazo.report.notation import count, ratio
from vistazo.report.panels import Panel

_UNEQUAL = 1.5
"""Largest over smallest class from which it is worth a sentence."""


def glance(exploration: Exploration) -> Panel:
    """Return what stands out."""
    findings = [
        *_counts(exploration),
        *_brightness(exploration),
        *_sizes(exploration),
        *_hog(exploration),
        *_neighbors(exploration),
        *_labels(exploration),
        *_not_shown(exploration),
    ]
    return Panel("glance", _("At a glance"), {"findings": findings})


def _counts(exploration: Exploration) -> Iterator[Finding]:
    totals = {name: n for name, n in exploration.data.class_counts().items() if n}
    large, small = max(totals, key=totals.__getitem__), min(totals, key=totals.__getitem__)
    large_to_small = totals[large] / totals[small]
    values = {
        "n_images": count(sum(totals.values())),
        "n_classes": count(len(totals)),
        "large": large,
        "small": small,
    }
    if large_to_small < _UNEQUAL:
        text = _("{n_images} images in {n_classes} classes of about one size.", **values)
        yield Finding("good", text)
        return
    text = _(
        "{n_images} images in {n_classes} classes; the largest, {large}, has {ratio} times as many "
        "as the smallest, {small}. Balanced accuracy counts every class alike; accuracy does not.",
        ratio=ratio(large_to_small),
        **values,
    )
    yield Finding("note", text)


def _brightness(exploration: Exploration) -> Iterator[Finding]:
    if separates_classes(exploration):
        text = _(
            "Brightness alone tells classes apart: {share} of its variance lies between them. "
            "Make sure that this is what they show, not how they were photographed.",
            share=percent(exploration.pixels.between_classes),
        )
        yield Finding("note", text)


def _sizes(exploration: Exploration) -> Iterator[Finding]:
    if (n_sizes := len(exploration.files.sizes)) > 1:
        height, width, _channels = exploration.shown.images.image_shape
        text = _(
            "The originals have {n_sizes} sizes; all were made {width} × {height}.",
            n_sizes=count(n_sizes),
            width=count(width),
            height=count(height),
        )
        yield Finding("note", text)


def _hog(exploration: Exploration) -> Iterator[Finding]:
    height, width, _channels = exploration.shown.images.image_shape
    setting = exploration.hog
    outside = coverage(height, width, setting.cell).outside
    if outside and min(height, width) >= setting.cell * setting.block:
        text = _(
            "HOG cells of {cell} pixels leave out {share} of every image.",
            cell=count(setting.cell),
            share=percent(outside, 1),
        )
        yield Finding("note", text)


def _neighbors(exploration: Exploration) -> Iterator[Finding]:
    projection = exploration.projection
    if projection is None:
        return
    codes = exploration.shown.codes[exploration.projected]
    agreement = projection.agreement["features"]
    by_class = {code: agreement[codes == code].mean() for code in sorted(set(codes.tolist()))}
    text = _(
        "By their {features} features, {share} of an image's nearest neighbours have its class "
        "({chance} would by chance); the fewest, {least}, those of {name}.",
        features=exploration.features,
        share=percent(float(agreement.mean())),
        chance=percent(chance_agreement(codes)),
        least=percent(float(min(by_class.values()))),
        name=exploration.shown.classes[min(by_class, key=by_class.__getitem__)],
    )
    yield Finding("note", text)


def _labels(exploration: Exploration) -> Iterator[Finding]:
    safety = exploration.label_safety
    if safety is None:
        return
    classes = exploration.shown.classes
    found = [result for result in safety.results if result.effect.exchanges]
    for result in found:
        pair = result.effect.exchanges[0]
        text = _(
            "May change the label: {title} ({one} ↔ {other}).",
            title=result.title,
            one=classes[pair.one],
            other=classes[pair.other],
        )
        yield Finding("warning", text)
    if not found and any(effect.judged for effect in safety.results[0].effect.classes):
        yield Finding("good", _("No augmentation was seen to turn one class into another."))


def _not_shown(exploration: Exploration) -> Iterator[Finding]:
    hidden = len(exploration.data) - len(exploration.shown)
    if hidden:
        text = ngettext(
            "{n} test image is counted here, but not looked at: who chooses a method by test "
            "images has none left to test it on.",
            "{n} test images are counted here, but not looked at: who chooses a method by test "
            "images has none left to test it on.",
            hidden,
        )
        yield Finding("note", text)
    if n := len(exploration.data.bad_files):
        text = ngettext(
            "{n} file could not be read and was left out.",
            "{n} files could not be read and were left out.",
            n,
        )
        yield Finding("note", text)
