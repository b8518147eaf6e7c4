"""Sentences on what a method has from elsewhere: its lead over each of its controls."""

from vistazo.i18n import N_
from vistazo.report.finding import Finding
from vistazo.report.measurements import Method
from vistazo.report.pair_sentences import on_means, on_pair
from vistazo.report.summary import Summary

_GAIN = {
    "untested": N_(
        "{a} has {metric} {score_a}; the same network untrained, {b}, has {score_b}: the gain "
        "was not tested."
    ),
    "better": N_(
        "What {a} learned elsewhere is worth {metric} {difference} here, over the same network "
        "untrained; adjusted p: {p}."
    ),
    "not shown": N_(
        "What {a} learned elsewhere is not shown to be worth anything here: {metric} {difference} "
        "over the same network untrained; adjusted p: {p}."
    ),
}
_GAIN_ON_SCRATCH = {
    "untested": N_(
        "{a} has {metric} {score_a}; the same network trained from scratch on images of {side} px, "
        "{b}, has {score_b}: the gain was not tested."
    ),
    "better": N_(
        "What {a} learned elsewhere is worth {metric} {difference} here, over the same network "
        "trained from scratch on images of {side} px; adjusted p: {p}."
    ),
    "not shown": N_(
        "What {a} learned elsewhere is not shown to be worth anything here: {metric} {difference} "
        "over the same network trained from scratch on images of {side} px; adjusted p: {p}."
    ),
}
_GAIN_OF_PRETRAINING = {
    "untested": N_(
        "{a} has {metric} {score_a}; the same network without the pretraining, {b}, has {score_b}:"
        " the gain was not tested."
    ),
    "better": N_(
        "What {a} learned from the images before their labels is worth {metric} {difference} here,"
        " over the same network without it; adjusted p: {p}."
    ),
    "not shown": N_(
        "What {a} learned from the images before their labels is not shown to be worth anything"
        " here: {metric} {difference} over the same network without it; adjusted p: {p}."
    ),
}

_GAIN_OF_OUTSIDE = {
    "untested": N_(
        "{a} has {metric} {score_a}; the same network without the backbone from elsewhere, {b}, "
        "has {score_b}: the gain was not tested."
    ),
    "better": N_(
        "What {a} learned from other images is worth {metric} {difference} here, over the same "
        "network without it, {b}; adjusted p: {p}."
    ),
    "not shown": N_(
        "What {a} learned from other images is not shown to be worth anything here: {metric} "
        "{difference} over the same network without it, {b}; adjusted p: {p}."
    ),
}
_OVER_FROZEN = {
    "untested": N_(
        "{a} has {metric} {score_a}; a linear classifier on the features of the same network, "
        "random and frozen, {b}, has {score_b}: the gain was not tested."
    ),
    "better": N_(
        "{a} is worth {metric} {difference} over a linear classifier on the features of the same "
        "network, random and frozen; adjusted p: {p}."
    ),
    "not shown": N_(
        "{a} is not shown to be worth more than a linear classifier on the features of the same "
        "network, random and frozen: {metric} {difference}; adjusted p: {p}."
    ),
}
_OVER_SCRATCH = {
    "untested": N_(
        "{a} has {metric} {score_a}; the same network trained from scratch, {b}, has {score_b}: "
        "the gain was not tested."
    ),
    "better": N_(
        "{a} is worth {metric} {difference} over the same network trained from scratch; adjusted "
        "p: {p}."
    ),
    "not shown": N_(
        "{a} is not shown to be worth more than the same network trained from scratch: {metric} "
        "{difference}; adjusted p: {p}."
    ),
}
_OF_TEST_IMAGES = {
    "untested": N_(
        "{a} saw the images that are scored, without their labels, and has {metric} {score_a}; "
        "without them, as {b}, it has {score_b}: the effect was not tested."
    ),
    "better": N_(
        "That {a} saw the images that are scored, without their labels, is worth {metric} "
        "{difference}: new images will not have that; adjusted p: {p}."
    ),
    "not shown": N_(
        "That {a} saw the images that are scored, without their labels, is not shown to change "
        "anything: {metric} {difference}; adjusted p: {p}."
    ),
}
_BY_KIND = {
    "random-frozen": _OVER_FROZEN,
    "random-trained": _OVER_SCRATCH,
    "inductive": _OF_TEST_IMAGES,
}


def gain_of(summary: Summary, method: Method, control: Method, kind: str = "random") -> Finding:
    """Say what a method has over a control of it, of a kind of ``CONTROLS``."""
    verdict = summary.between(method.name, control.name)
    side = control.parameters.get("input_side")
    texts = _BY_KIND.get(kind) or _without_what_was_learned(method, control)
    if verdict is None or verdict.outcome is None:
        return Finding("note", on_means(summary, texts["untested"], method, control, side=side))
    if verdict.outcome == "better":
        return Finding("good", on_pair(summary, texts["better"], verdict, side=side))
    return Finding("warning", on_pair(summary, texts["not shown"], verdict, side=side))


def _without_what_was_learned(method: Method, control: Method) -> dict[str, str]:
    if control.parameters.get("freeze") == "none":  # it was itself trained, on smaller images
        return _GAIN_ON_SCRATCH
    if "pretraining" not in control.parameters:
        return _GAIN
    outside = method.parameters.get("backbone") is not None
    return _GAIN_OF_OUTSIDE if outside else _GAIN_OF_PRETRAINING
