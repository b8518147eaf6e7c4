"""What may hold back a transfer method that loses, or that its weights were not made for."""

from collections.abc import Iterator

from vistazo.evaluation.controls import control_name
from vistazo.i18n import _
from vistazo.report.finding import Finding
from vistazo.report.measurements import Method
from vistazo.report.observation_sentences import GRAVE, advice, what
from vistazo.report.pair_sentences import is_ahead
from vistazo.report.summary import Summary


def doubts(summary: Summary) -> Iterator[Finding]:
    """Say what can be said against such methods, and how to measure what it costs."""
    for method in summary.contenders:
        if method.observations is None:
            continue
        grave = [o for o in method.observations if o.code in GRAVE]
        if not grave and not _loses(summary, method):
            continue
        for observation in method.observations:
            text = _(
                "{method}: {what} {advice}",
                method=method.name,
                what=what(observation),
                advice=advice(observation),
            )
            yield Finding("warning" if observation in grave else "note", text)
        if "pretraining" in method.parameters:
            continue  # a diagnosis varies what is done to a published network
        text = _(
            "To measure what holds {method} back, run: vistazo diagnose RUN --method {method}, "
            "with the folder of this report in the place of RUN.",
            method=method.name,
        )
        yield Finding("note", text)


def _loses(summary: Summary, method: Method) -> bool:
    """Tell whether a method is not ahead of its control, or behind one that brought nothing.

    Such are methods that learned here alone, floors and networks from scratch among them.
    """
    rivals = [m for m in summary.ranked if m.observations is None]
    if any(_is_behind(summary, method, rival) for rival in rivals):
        return True
    control = next((m for m in summary.ranked if m.name == control_name(method.name)), None)
    if control is None:
        return False
    return _is_behind(summary, method, control) or (
        _outcome(summary, method, control) == "equivalent"
    )


def _is_behind(summary: Summary, method: Method, other: Method) -> bool:
    outcome = _outcome(summary, method, other)
    # one test part has no verdict: what is left is the order
    return outcome == "worse" or (outcome is None and is_ahead(summary, other, method))


def _outcome(summary: Summary, method: Method, other: Method) -> str | None:
    verdict = summary.between(method.name, other.name)
    return verdict.outcome if verdict else None
