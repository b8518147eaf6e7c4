"""What makes a comparison honest: the fold contract and the test-label canary."""

import hashlib
from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from sklearn.base import BaseEstimator, ClassifierMixin, clone

from tests.methods._quick import quick
from vistazo import catalog
from vistazo.evaluation.cells import Cell, run_cell
from vistazo.evaluation.predictions import predictions_csv
from vistazo.evaluation.protocol import Protocol
from vistazo.randomness import seeded
from vistazo.workflows.compare import compare

METHODS = catalog.names("methods")
# on so few images some learn next to nothing without labels, and say so
pytestmark = pytest.mark.filterwarnings("ignore:The pretraining")


@cache
def method(name):
    return quick(name, random_state=None, input_side=64)


def rows_of(csv_text, name):
    return [line for line in csv_text.splitlines() if f",{name}," in line]


def test_out_of_fold_rows_are_every_image_once_per_repeat(toy):
    """The union of a method's predictions is every image, once per repeat."""
    comparison = compare(
        {"a": method("majority"), "b": method("nearest-mean")},
        toy,
        protocol=Protocol(folds=4, repeats=2),
        processes=1,
    )
    lines = rows_of(predictions_csv(comparison), "a")
    for repeat in (0, 1):
        images = [line.split(",")[0] for line in lines if line.split(",")[3] == str(repeat)]
        assert sorted(images) == sorted(toy.sources)
    assert comparison.confusion("a").sum() == 2 * len(toy)


def test_adding_a_method_changes_no_other(toy):
    """A method's rows are byte-identical whatever else is compared."""
    protocol = Protocol(folds=3)
    alone = compare({"cnn": method("cnn")}, toy, protocol=protocol, processes=1)
    among = compare(
        {"metadata": method("metadata"), "cnn": method("cnn"), "hog-svm": method("hog-svm")},
        toy,
        protocol=protocol,
        processes=1,
    )
    assert rows_of(predictions_csv(alone), "cnn") == rows_of(predictions_csv(among), "cnn")


def trained_bytes(estimator, data, split):
    """Return a hash of all that was trained for a fold."""
    cell = Cell("m", estimator, split, 0, 1, "data")
    seen = {}

    class Spy(type(estimator)):
        def fit(self, X, y):
            super().fit(X, y)
            seen["state"] = self.get_state()
            seen["inner"] = self.inner_predictions_
            return self

    spy = clone(estimator)
    spy.__class__ = Spy
    cell = replace(cell, estimator=spy)
    # clone() inside the cell keeps the class, so the spy sees the fit
    run_cell(
        cell,
        data.images[split.train],
        data.labels[split.train],
        data.images[split.test],
        data.classes,
    )
    digest = hashlib.sha256()
    state = seen["state"]
    for name in sorted(state.arrays):
        digest.update(name.encode() + state.arrays[name].tobytes())
    for name in sorted(state.estimators):
        digest.update(repr(numbers_of(state.estimators[name])).encode())
    facts = {key: value for key, value in state.facts.items() if not key.endswith("history")}
    digest.update(repr(sorted(facts.items())).encode())
    if seen["inner"] is not None:
        digest.update(seen["inner"].rows.tobytes() + "|".join(seen["inner"].predicted).encode())
    return digest.hexdigest()


def numbers_of(estimator):
    """Return every learned array of an estimator, nested ones too."""
    if hasattr(estimator, "steps"):
        return [numbers_of(step) for _, step in estimator.steps]
    if hasattr(estimator, "estimators_"):
        return [numbers_of(tree) for tree in estimator.estimators_]
    if hasattr(estimator, "tree_"):
        return estimator.tree_.__getstate__()["nodes"].tobytes()
    return [
        (name, value.tobytes())
        for name, value in sorted(vars(estimator).items())
        if isinstance(value, np.ndarray)
    ]


def with_permuted_test_labels(data, split, seed=0):
    labels = data.labels.copy()
    labels[split.test] = np.random.default_rng(seed).permutation(labels[split.test])
    assert not np.array_equal(labels, data.labels)
    return replace(data, labels=labels)


@pytest.mark.parametrize("name", METHODS)
def test_permuting_a_folds_test_labels_changes_nothing_trained_for_it(toy, name):
    """Everything fitted for a fold is byte-identical whatever its test labels are."""
    split = Protocol(folds=3).splits(toy)[1]
    other = with_permuted_test_labels(toy, split)
    assert trained_bytes(method(name), toy, split) == trained_bytes(method(name), other, split)


class Leaky(ClassifierMixin, BaseEstimator):
    """A planted leak: it looks up the labels of all images, the test ones too."""

    def __init__(self, data=None, method=None):
        self.data = data
        self.method = method

    def fit(self, X, y):
        self.inner_ = clone(self.method).fit(self.data.images, self.data.labels)
        self.classes_ = self.inner_.classes_
        self.inner_predictions_ = None
        return self

    def predict(self, X):
        return self.inner_.predict(X)

    def get_state(self):
        return self.inner_.get_state()


def test_the_canary_catches_a_planted_leak(toy):
    """A method that sees test labels does not pass the canary."""
    split = Protocol(folds=3).splits(toy)[1]
    other = with_permuted_test_labels(toy, split)
    leaky = Leaky(toy, method("nearest-mean"))
    leaky_other = Leaky(other, method("nearest-mean"))
    assert trained_bytes(leaky, toy, split) != trained_bytes(leaky_other, other, split)


def test_open_seeds_are_set_and_given_ones_kept():
    """Seeds left open are set, nested ones too; a seed that was given stays."""
    from sklearn.ensemble import RandomForestClassifier
    from sklearn.pipeline import make_pipeline

    made = seeded(make_pipeline(RandomForestClassifier()), 5)
    assert made.get_params()["randomforestclassifier__random_state"] == 5
    assert seeded(RandomForestClassifier(random_state=1), 5).random_state == 1
