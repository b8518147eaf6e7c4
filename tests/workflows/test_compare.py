"""Comparing in memory: any classifier, failures that stay their own, numbers that add up."""

import json
from dataclasses import replace

import numpy as np
import pytest
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score, balanced_accuracy_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from torch import nn

from vistazo.errors import DataError, UsageError
from vistazo.evaluation.protocol import Protocol
from vistazo.methods.hog_svm import HOGSVMClassifier
from vistazo.methods.majority import MajorityClassifier
from vistazo.methods.nearest_mean import NearestMeanClassifier
from vistazo.workflows.adapting import OnPixels, as_image_classifier
from vistazo.workflows.compare import compare

PROTOCOL = Protocol(folds=3)


class Broken(ClassifierMixin, BaseEstimator):
    """A method of a user's that fails."""

    def fit(self, X, y):
        raise RuntimeError("my own bug")

    def predict(self, X):
        return np.array([])


def test_scores_are_those_of_scikit_learn(toy):
    """Accuracy of every fold equals scikit-learn's on the same predictions."""
    comparison = compare({"m": NearestMeanClassifier()}, toy, protocol=PROTOCOL, processes=1)
    for fold, (split, result) in enumerate(comparison.cells("m")):
        actual = toy.codes[split.test]
        scores = comparison.scores["m"]
        assert scores["accuracy"][fold] == accuracy_score(actual, result.predicted)
        expected = balanced_accuracy_score(actual, result.predicted)
        assert scores["balanced_accuracy"][fold] == pytest.approx(expected)


def test_any_classifier_can_be_compared(toy):
    """A pipeline gets flat pixels, a torch module is trained, ours is taken as it is."""
    module = nn.Sequential(nn.Flatten(), nn.Linear(400, 3))
    comparison = compare(
        {
            "pipeline": make_pipeline(StandardScaler(), LogisticRegression()),
            "module": module,
            "ours": HOGSVMClassifier(),
        },
        toy,
        protocol=PROTOCOL,
        processes=1,
    )
    assert not comparison.failures
    assert comparison.scores["pipeline"]["accuracy"][0] > 0.9
    assert isinstance(as_image_classifier(LogisticRegression()), OnPixels)
    with pytest.raises(UsageError, match="E-METHOD"):
        as_image_classifier("hog-svm")


def test_a_failing_method_leaves_the_others_alone(toy):
    """One method's exception is its own: the table marks it, the others have their numbers."""
    comparison = compare(
        {"broken": Broken(), "fine": NearestMeanClassifier()}, toy, protocol=PROTOCOL, processes=1
    )
    assert "my own bug" in comparison.failures["broken"]
    content = comparison.to_dict()
    assert [m["name"] for m in content["methods"]] == ["fine", "broken"]
    assert content["methods"][1]["error"]
    assert "my own bug" in comparison.table()
    with pytest.raises(DataError, match=r"my own bug.*E-ALL-FAILED"):
        _ = compare({"broken": Broken()}, toy, protocol=PROTOCOL, processes=1).winner


def test_progress_counts_every_cell_and_ends_at_zero(toy):
    """The listener hears of each cell once; nothing remains after the last."""
    heard = []
    compare(
        {"a": MajorityClassifier(), "b": NearestMeanClassifier()},
        toy,
        protocol=PROTOCOL,
        processes=1,
        on_progress=heard.append,
    )
    assert [p.done for p in heard] == list(range(1, 7))
    assert {p.total for p in heard} == {6}
    assert heard[-1].remaining == 0


def test_the_winner_is_the_best_and_a_tie_goes_to_the_faster(toy):
    """Highest mean first; of equals the one that fits faster."""
    comparison = compare(
        {"majority": MajorityClassifier(), "nearest": NearestMeanClassifier()},
        toy,
        protocol=PROTOCOL,
        processes=1,
    )
    assert comparison.winner == "nearest"
    assert isinstance(comparison.best(), NearestMeanClassifier)
    twins = compare(
        {"a": NearestMeanClassifier(), "b": NearestMeanClassifier()},
        toy,
        protocol=PROTOCOL,
        processes=1,
    )
    seconds = {name: twins.seconds(name)["fit"] for name in "ab"}
    assert twins.winner == min(seconds, key=seconds.get)
    (verdict,) = twins.to_dict()["verdicts"]
    assert verdict["difference"] == 0
    assert verdict["verdict"] != "better"


def test_the_content_is_json_and_names_every_metric(toy):
    """``to_dict`` is plain JSON; where a method gives no probabilities the metric is null."""
    comparison = compare(
        {"nearest": NearestMeanClassifier(), "majority": MajorityClassifier()},
        toy,
        protocol=PROTOCOL,
        processes=1,
    )
    content = json.loads(json.dumps(comparison.to_dict(), allow_nan=False))
    nearest, majority = content["methods"]
    assert nearest["metrics"]["log_loss"] is None
    assert majority["metrics"]["log_loss"]["mean"] == pytest.approx(np.log(3), abs=0.01)
    assert majority["metrics"]["top_5"] is None
    assert content["protocol"]["n_train"] == 40
    assert sum(map(sum, nearest["confusion_matrix"])) == len(toy)


def test_optimism_separates_fitted_inner_and_outer_rows(toy):
    """A method that learns by heart scores 1 on its own rows and less on others."""
    rng = np.random.default_rng(0)
    noise = replace(
        toy, images=replace(toy.images, pixels=rng.integers(0, 256, toy.images.shape, np.uint8))
    )
    content = compare(
        {"svm": HOGSVMClassifier(C=1e6)}, noise, protocol=PROTOCOL, processes=1
    ).to_dict()
    optimism = content["methods"][0]["optimism"]
    assert optimism["resubstitution"] == 1.0
    assert optimism["outer"] < 0.7
    assert optimism["inner"] is None


def test_a_given_split_is_scored_once_with_intervals_over_images(toy):
    """One test part gives one score per method, with an interval from its images."""
    split = np.array(["train"] * 40 + ["test"] * 20)
    content = compare(
        {"nearest": NearestMeanClassifier(), "majority": MajorityClassifier()},
        replace(toy, split=split),
        protocol=Protocol(split="given"),
        processes=1,
    ).to_dict()
    accuracy = content["methods"][0]["metrics"]["accuracy"]
    assert len(accuracy["per_fold"]) == 1
    assert accuracy["low"] < accuracy["mean"] <= accuracy["high"]
    assert content["verdicts"][0]["verdict"] == "better"


def test_two_classes_have_a_positive_one(toy):
    """The last class by default, or the one asked for; a third class has none."""
    rows = np.flatnonzero(toy.codes < 2)
    two = replace(toy.take(rows), classes=("across", "down"))
    methods = {"m": MajorityClassifier()}
    assert compare(methods, two, protocol=PROTOCOL, processes=1).positive_class == "down"
    asked = compare(methods, two, protocol=PROTOCOL, processes=1, positive_class="across")
    assert asked.positive_class == "across"
    assert compare(methods, toy, protocol=PROTOCOL, processes=1).positive_class is None
    with pytest.raises(UsageError, match="Did you mean 'across'"):
        compare(methods, two, protocol=PROTOCOL, processes=1, positive_class="acros")
    with pytest.raises(UsageError, match="E-POSITIVE"):
        compare(methods, toy, protocol=PROTOCOL, processes=1, positive_class="down")
