"""Sentences on two methods: which is better, by how much, how sure that is."""

from vistazo.i18n import N_, _
from vistazo.report.finding import Finding
from vistazo.report.measurements import Method, Verdict
from vistazo.report.metric_names import larger_is_better, title
from vistazo.report.notation import difference, p_value, setting, with_interval
from vistazo.report.summary import Summary

_PAIR = {
    "better": N_("{a} is better than {b}: {metric} {difference}, adjusted p: {p}."),
    "worse": N_("{a} is worse than {b}: {metric} {difference}, adjusted p: {p}."),
    "equivalent": N_(
        "{a} and {b} are equivalent: {metric} {difference}, within the ±{rope} "
        "that counts as no difference in practice."
    ),
    "undecided": N_(
        "Whether {a} is better than {b} is undecided: {metric} {difference}, adjusted p: {p}."
    ),
    None: N_("{a} against {b}, not tested: {metric} {difference}."),
}
_AGAINST_FLOOR = {
    "worse": N_("{a} is worse than the best floor, {b}: {metric} {difference}, adjusted p: {p}."),
    "equivalent": N_(
        "{a} is no better than the best floor, {b}: {metric} {difference}, within the ±{rope} "
        "that counts as no difference in practice."
    ),
    "undecided": N_(
        "{a} is not shown to beat the best floor, {b}: {metric} {difference}, adjusted p: {p}."
    ),
}


def comparison_of(summary: Summary, a: Method, b: Method) -> Finding:
    """Say which of two methods is better, or that it is not known."""
    verdict = summary.between(a.name, b.name)
    if verdict is None:
        text = N_("{a} has {metric} {score_a}, {b} has {score_b}; the difference was not tested.")
        return Finding("note", on_means(summary, text, a, b))
    text = on_pair(summary, _PAIR[verdict.outcome], verdict)
    return Finding("good" if verdict.outcome == "better" else "note", text)


def below_floor(summary: Summary, method: Method, floor: Method) -> Finding | None:
    """Say that a method is not shown to beat a floor; None where it is, or was not tested."""
    verdict = summary.between(method.name, floor.name)
    word = verdict.outcome if verdict else None
    if verdict and word in _AGAINST_FLOOR:
        return Finding("warning", on_pair(summary, _AGAINST_FLOOR[word], verdict))
    if word is None and not is_ahead(summary, method, floor):
        text = N_("{a} does not reach the best floor, {b}: {metric} {score_a} against {score_b}.")
        return Finding("warning", on_means(summary, text, method, floor))
    return None


def on_pair(summary: Summary, text: str, verdict: Verdict, **values: object) -> str:
    """Return a sentence on the difference of two methods."""
    return _(
        text,
        a=verdict.a,
        b=verdict.b,
        metric=title(verdict.metric),
        difference=difference(verdict.estimate),
        p=p_value(verdict.p_adjusted),
        rope=setting(summary.protocol.rope),
        **values,
    )


def on_means(summary: Summary, text: str, a: Method, b: Method, **values: object) -> str:
    """Return a sentence on the scores of two methods."""
    metric = summary.protocol.metric
    return _(
        text,
        a=a.name,
        b=b.name,
        metric=title(metric),
        score_a=with_interval(a.estimate(metric)),
        score_b=with_interval(b.estimate(metric)),
        **values,
    )


def is_ahead(summary: Summary, a: Method, b: Method) -> bool:
    """Return whether a method has the better score, however sure that is."""
    metric = summary.protocol.metric
    score_a, score_b = a.estimate(metric).value, b.estimate(metric).value
    if score_a is None or score_b is None or score_a == score_b:
        return False
    return (score_a > score_b) == larger_is_better(metric)
