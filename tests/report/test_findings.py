"""The laws of the sentences that a comparison is told in."""

import pytest

from vistazo.report.findings import findings
from vistazo.report.summary import summarize


def _method(name, mean, *, floor=False, **more):
    score = {"mean": mean, "sd": 0.01, "low": mean - 0.02, "high": mean + 0.02}
    return {"name": name, "floor": floor, "metrics": {"balanced_accuracy": score}, **more}


def _verdict(a, b, word, difference=0.1, p=0.004):
    return {
        "a": a,
        "b": b,
        "metric": "balanced_accuracy",
        "difference": difference,
        "low": difference - 0.05,
        "high": difference + 0.05,
        "p_value": p,
        "p_adjusted": p,
        "verdict": word,
    }


def _summary(methods, verdicts=(), *, winner=None, protocol=None, dataset=None):
    return summarize(
        {
            "schema": "vistazo.comparison/1",
            "dataset": {"name": "d", "n_images": 60, "n_classes": 2, "classes": ["x", "y"]}
            | (dataset or {}),
            "protocol": {
                "folds": 5,
                "repeats": 2,
                "seed": 0,
                "grouped": False,
                "level": 0.95,
                "rope": 0.01,
                "metric": "balanced_accuracy",
                "split": "folds",
            }
            | (protocol or {}),
            "methods": methods,
            "verdicts": list(verdicts),
            "winner": winner or methods[0]["name"],
        }
    )


def _texts(summary):
    return [finding.text for finding in findings(summary)]


@pytest.mark.parametrize(
    ("word", "said"),
    [
        ("worse", "net is worse than the best floor, mean: balanced accuracy −0.100"),
        ("equivalent", "net is no better than the best floor, mean: balanced accuracy −0.100"),
        ("undecided", "net is not shown to beat the best floor, mean: balanced accuracy −0.100"),
    ],
)
def test_method_below_a_floor_comes_first(word, said):
    """What does not beat the best floor is the first sentence, whichever way round the verdict is
    stored, and tells the difference with its interval.
    """
    methods = [
        _method("svm", 0.9),
        _method("net", 0.6),
        _method("mean", 0.7, floor=True),
        _method("majority", 0.5, floor=True),
    ]
    stored = {"worse": "better"}.get(word, word)
    summary = _summary(
        methods,
        [_verdict("mean", "net", stored), _verdict("svm", "mean", "better")],
    )
    first = findings(summary)[0]
    assert first.tone == "warning"
    assert first.text.startswith(said)
    assert "[−0.150, −0.050]" in first.text or word == "equivalent"


def test_methods_above_all_floors_raise_no_warning():
    """Where every method beats the best floor nothing warns, and one sentence says it."""
    methods = [_method("svm", 0.9), _method("net", 0.8), _method("mean", 0.5, floor=True)]
    verdicts = [
        _verdict("svm", "net", "better"),
        _verdict("svm", "mean", "better", 0.4),
        _verdict("net", "mean", "better", 0.3),
    ]
    summary = _summary(methods, verdicts)
    assert "warning" not in [finding.tone for finding in findings(summary)]
    assert any("beats the best floor, mean" in text for text in _texts(summary))


def test_winning_floor_is_said_before_its_score():
    """Where a floor wins, that is said before the winner's score."""
    methods = [_method("mean", 0.7, floor=True), _method("net", 0.6)]
    said = findings(_summary(methods, [_verdict("mean", "net", "better")]))
    tones = [finding.tone for finding in said]
    assert tones[:3] == ["warning", "warning", "winner"]
    assert "A floor wins" in said[1].text


def test_winner_that_is_not_above_the_floor_is_compared_with_it_once():
    """The winner against the floor is said once, in the warning."""
    methods = [_method("net", 0.71), _method("mean", 0.7, floor=True)]
    texts = _texts(_summary(methods, [_verdict("net", "mean", "undecided", 0.01, 0.8)]))
    assert sum("+0.010" in text for text in texts) == 1


def test_winner_carries_number_interval_and_protocol():
    """The winner's sentence tells score, interval, images, folds, repeats and level."""
    (text,) = [f.text for f in findings(_summary([_method("net", 0.712)])) if f.tone == "winner"]
    assert text == (
        "net wins: balanced accuracy 0.712 [0.692, 0.732], each image predicted by models that "
        "never saw it (images: 60, folds: 5, repeats: 2; 95 % interval)."
    )


def test_given_split_counts_test_images():
    """With a given split the winner's sentence counts the test part."""
    summary = _summary([_method("net", 0.7)], protocol={"split": "given", "n_test": 17})
    assert "on the test part of the data (images: 17;" in _texts(summary)[0]


def test_single_fold_is_not_called_undecided():
    """A pair without a p-value was not tested: it is neither undecided nor better."""
    methods = [_method("net", 0.9), _method("svm", 0.8)]
    texts = _texts(_summary(methods, [_verdict("net", "svm", "undecided", p=None)]))
    assert any("net against svm, not tested: balanced accuracy +0.100" in text for text in texts)
    assert not any("undecided" in text for text in texts)


def test_undecided_is_counted_and_explained():
    """Undecided pairs are counted among all, and it is said that they are not equal."""
    methods = [_method(name, 0.9) for name in "abc"]
    verdicts = [
        _verdict("a", "b", "undecided"),
        _verdict("a", "c", "undecided"),
        _verdict("b", "c", "equivalent"),
    ]
    (text,) = [t for t in _texts(_summary(methods, verdicts)) if "does not mean equal" in t]
    assert text.startswith("Of 3 pairs of methods, 2 are undecided.")


def test_positive_class_has_its_own_numbers():
    """Of two classes the positive one has its sensitivity, specificity and AUC said."""
    estimate = {"value": 0.8, "low": 0.7, "high": 0.9}
    scores = dict.fromkeys(("precision", "f1"), estimate) | {
        "class": "y",
        "support": 30,
        "recall": {"value": 0.91, "low": 0.81, "high": 0.97},
        "specificity": {"value": 0.62, "low": 0.5, "high": 0.7},
    }
    method = _method("net", 0.8, per_class=[scores])
    method["metrics"]["macro_roc_auc"] = {"mean": 0.77, "low": 0.66, "high": 0.88}
    texts = _texts(_summary([method], dataset={"positive_class": "y"}))
    assert (
        "For y as the positive class, net has sensitivity 0.910 [0.810, 0.970], specificity "
        "0.620 [0.500, 0.700] and ROC AUC 0.770 [0.660, 0.880]." in texts
    )


def test_left_out_files_are_counted():
    """Bad files and failed methods are said."""
    methods = [_method("net", 0.8), {"name": "big", "error": "too large"}]
    texts = _texts(_summary(methods, dataset={"n_bad_files": 1}))
    assert "big could not be measured: too large" in texts
    assert "1 file could not be read and was left out." in texts


def test_lower_is_better_ranks_the_other_way():
    """By a loss, the smallest mean comes first and a floor below it is ahead."""
    methods = [_method("net", 0.5), _method("svm", 0.3), _method("mean", 0.4, floor=True)]
    for method in methods:
        method["metrics"] = {"log_loss": method["metrics"]["balanced_accuracy"]}
    summary = _summary(methods, winner="svm", protocol={"metric": "log_loss"})
    assert [method.name for method in summary.ranked] == ["svm", "mean", "net"]
    assert _texts(summary)[0].startswith("net does not reach the best floor, mean: log loss 0.500")


def test_verdict_reversed_twice_is_itself():
    """Looking at a pair from the other side turns sign, interval and word; twice gives it back."""
    summary = _summary([_method("a", 0.9), _method("b", 0.8)], [_verdict("a", "b", "better", 0.1)])
    there, back = summary.between("a", "b"), summary.between("b", "a")
    assert (back.difference, back.low, back.high) == (-0.1, -there.high, -there.low)
    assert (there.verdict, back.verdict) == ("better", "worse")
    assert back.reversed() == there


@pytest.mark.parametrize(
    ("word", "tone", "said"),
    [
        ("better", "good", "What probe:w learned elsewhere is worth balanced accuracy +0.300"),
        ("undecided", "warning", "is not shown to be worth anything here"),
        (None, "note", "the gain was not tested"),
    ],
)
def test_what_pretraining_is_worth(word, tone, said):
    """A method with a control is compared with it, whatever else there is."""
    methods = [
        _method("probe:w", 0.8),
        _method("svm", 0.7),
        _method("probe:random-w", 0.5, floor=True),
    ]
    verdicts = [_verdict("probe:w", "probe:random-w", word, 0.3)] if word else []
    found = [f for f in findings(_summary(methods, verdicts)) if said in f.text]
    assert [finding.tone for finding in found] == [tone]


def test_a_control_that_was_trained_is_told_as_one():
    """Where nothing of the control is frozen, it was trained from scratch, on images of a size."""
    control = _method("tuned:random-w", 0.5, floor=True)
    control["parameters"] = {"freeze": "none", "input_side": 64}
    methods = [_method("tuned:w", 0.8), control]
    verdicts = [_verdict("tuned:w", "tuned:random-w", "better", 0.3)]
    (said,) = [t for t in _texts(_summary(methods, verdicts)) if "learned elsewhere" in t]
    assert "+0.300" in said
    assert "trained from scratch on images of 64 px" in said


def test_the_winner_is_said_with_the_images_that_were_folded():
    """A test part that stays untouched is not among the images that were predicted."""
    summary = _summary([_method("svm", 0.9)], protocol={"n_train": 32, "n_test": 8})
    assert any("(images: 40, folds: 5" in text for text in _texts(summary))
    assert any("(images: 60, folds: 5" in text for text in _texts(_summary([_method("svm", 0.9)])))
