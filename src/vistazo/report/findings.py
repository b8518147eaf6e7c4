"""What a comparison says, in sentences that carry their numbers and intervals."""

from collections.abc import Iterator

from vistazo.evaluation.controls import controls_of
from vistazo.i18n import _, ngettext
from vistazo.report.doubts import doubts
from vistazo.report.finding import Finding
from vistazo.report.gain_sentences import gain_of
from vistazo.report.measurements import Method
from vistazo.report.metric_names import title
from vistazo.report.notation import count, level_text, setting, with_interval
from vistazo.report.pair_sentences import below_floor, comparison_of
from vistazo.report.summary import Summary


def findings(summary: Summary, *, diagnosed: bool = False) -> tuple[Finding, ...]:
    """Return what the comparison says, methods that do not beat a floor first.

    Parameters
    ----------
    summary : Summary
    diagnosed : bool
        Whether the methods are configurations of one, of which a diagnosis says what is wrong.
    """
    return (
        *_not_above_floor(summary),
        *_winner(summary),
        *_gains(summary),
        *_pretrainings(summary),
        *(() if diagnosed else doubts(summary)),
        *_positive_class(summary),
        *_weakest_class(summary),
        *_undecided(summary),
        *_left_out(summary),
    )


def _not_above_floor(summary: Summary) -> Iterator[Finding]:
    floor = summary.best_floor
    for method in summary.contenders if floor else ():
        if floor and (finding := below_floor(summary, method, floor)):
            yield finding


def _winner(summary: Summary) -> Iterator[Finding]:
    winner, floor = summary.best, summary.best_floor
    if winner is None:
        yield Finding("warning", _("No method could be measured."))
        return
    if winner.floor and summary.contenders:
        text = _("A floor wins: no method scored higher here than {floor}.", floor=winner.name)
        yield Finding("warning", text)
    yield Finding("winner", _score_sentence(summary, winner))
    runner_up = next((method for method in summary.ranked if method is not winner), None)
    rivals = [runner_up] if winner.floor or runner_up is floor else [runner_up, floor]
    for rival in rivals:
        # that the winner is not above the floor has been said first
        if rival and not (rival.floor and not winner.floor and below_floor(summary, winner, rival)):
            yield comparison_of(summary, winner, rival)
    yield from _all_above_floor(summary)


def _all_above_floor(summary: Summary) -> Iterator[Finding]:
    floor, metric = summary.best_floor, summary.protocol.metric
    if floor is None or len(summary.contenders) < 2:
        return
    verdicts = [summary.between(method.name, floor.name) for method in summary.contenders]
    if all(verdict and verdict.outcome == "better" for verdict in verdicts):
        text = _(
            "Every method that is not a floor beats the best floor, {floor} ({metric} {value}).",
            floor=floor.name,
            metric=title(metric),
            value=with_interval(floor.estimate(metric)),
        )
        yield Finding("good", text)


def _gains(summary: Summary) -> Iterator[Finding]:
    methods = {method.name: method for method in summary.ranked}
    for method in summary.contenders:
        for kind, name in controls_of(method.name, methods):
            yield gain_of(summary, method, methods[name], kind)


def _pretrainings(summary: Summary) -> Iterator[Finding]:
    """Say in how many folds a pretraining taught nothing, and that the others arrived."""
    for method in summary.contenders:
        folds = method.pretraining
        collapsed = [fold for fold in folds if fold.alarms]
        if collapsed:
            text = _(
                "{method}: in {n} of {total} folds the pretraining ended with nearly the same "
                "features for all images ({alarms}).",
                method=method.name,
                n=count(len(collapsed)),
                total=count(len(folds)),
                alarms=", ".join(sorted({alarm for fold in collapsed for alarm in fold.alarms})),
            )
            yield Finding("warning", text)
        elif folds:
            text = _(
                "{method}: the tensors that began to learn the classes are those that were "
                "pretrained, in every fold (tensors: {n}, each checked by its SHA-256; folds: "
                "{total}).",
                method=method.name,
                n=count(folds[0].n_tensors),
                total=count(len(folds)),
            )
            yield Finding("note", text)


def _score_sentence(summary: Summary, winner: Method) -> str:
    protocol = summary.protocol
    values = {
        "winner": winner.name,
        "metric": title(protocol.metric),
        "value": with_interval(winner.estimate(protocol.metric)),
        "level": level_text(protocol.level),
    }
    if protocol.split == "given":
        return _(
            "{winner} wins: {metric} {value} on the test part of the data "
            "(images: {n_images}; {level} interval).",
            n_images=count(protocol.n_test),
            **values,
        )
    return _(
        "{winner} wins: {metric} {value}, each image predicted by models that never saw it "
        "(images: {n_images}, folds: {folds}, repeats: {repeats}; {level} interval).",
        n_images=count(_n_scored(summary)),
        folds=count(protocol.folds),
        repeats=count(protocol.repeats),
        **values,
    )


def _n_scored(summary: Summary) -> int:
    """Return how many images the folds hold: a test part that the data bring is in none."""
    protocol = summary.protocol
    if protocol.n_train is None or protocol.n_test is None:
        return summary.dataset.n_images
    return protocol.n_train + protocol.n_test


def _positive_class(summary: Summary) -> Iterator[Finding]:
    positive, winner = summary.dataset.positive_class, summary.best
    scores = winner.scores_of(positive) if winner and positive else None
    if winner and scores:
        text = _(
            "For {class_name} as the positive class, {winner} has sensitivity {sensitivity}, "
            "specificity {specificity} and ROC AUC {auc}.",
            class_name=scores.name,
            winner=winner.name,
            sensitivity=with_interval(scores.recall),
            specificity=with_interval(scores.specificity),
            auc=with_interval(winner.estimate("macro_roc_auc")),
        )
        yield Finding("note", text)


def _weakest_class(summary: Summary) -> Iterator[Finding]:
    winner = summary.best
    scored = [s for s in winner.per_class if s.recall.value is not None] if winner else []
    if winner and len(scored) > 2:
        weakest = min(scored, key=lambda scores: scores.recall.value or 0)
        text = _(
            "The class {winner} finds least often is {class_name}: recall {recall} "
            "(images: {support}).",
            winner=winner.name,
            class_name=weakest.name,
            recall=with_interval(weakest.recall),
            support=count(weakest.support),
        )
        yield Finding("note", text)


def _undecided(summary: Summary) -> Iterator[Finding]:
    words = [v.outcome for v in summary.verdicts if v.metric == summary.protocol.metric]
    if n := words.count("undecided"):
        text = ngettext(
            "Of {total} pairs of methods, {n} is undecided. That does not mean equal: these "
            "images cannot tell the two apart, nor rule out a difference above {rope}. "
            "More images or repeats may.",
            "Of {total} pairs of methods, {n} are undecided. That does not mean equal: these "
            "images cannot tell the two apart, nor rule out a difference above {rope}. "
            "More images or repeats may.",
            n,
            total=count(len(words)),
            rope=setting(summary.protocol.rope),
        )
        yield Finding("note", text)


def _left_out(summary: Summary) -> Iterator[Finding]:
    for method in summary.failed:
        text = _("{method} could not be measured: {error}", method=method.name, error=method.error)
        yield Finding("warning", text)
    if n := summary.dataset.n_bad_files:
        text = ngettext(
            "{n} file could not be read and was left out.",
            "{n} files could not be read and were left out.",
            n,
        )
        yield Finding("note", text)
