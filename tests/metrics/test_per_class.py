"""Scores per class against scikit-learn, and the coverage of their intervals."""

import json

import numpy as np
import pytest
import sklearn.metrics as oracle

from vistazo.metrics.label_scores import confusion_matrix
from vistazo.metrics.per_class import per_class

NAMES = ("precision", "recall", "specificity", "f1")


@pytest.mark.parametrize("seed", range(5))
def test_values(seed):
    """Each value is scikit-learn's for that class against the rest."""
    print("seed", seed)
    draws = np.random.default_rng(seed)
    actual = draws.integers(0, 5, 200)
    predicted = np.where(draws.random(200) < 0.6, actual, draws.integers(0, 5, 200))
    matrix = confusion_matrix(actual, predicted, 5)
    np.testing.assert_array_equal(matrix, oracle.confusion_matrix(actual, predicted))
    expected = oracle.precision_recall_fscore_support(actual, predicted)
    one_vs_rest = oracle.multilabel_confusion_matrix(actual, predicted)
    for code, row in enumerate(per_class(matrix, "abcde")):
        precision, recall, f1, support = (column[code] for column in expected)
        (tn, fp), _ = one_vs_rest[code]
        assert row["class"] == "abcde"[code]
        assert row["support"] == support
        values = [row[name]["value"] for name in NAMES]
        assert values == pytest.approx([precision, recall, tn / (tn + fp), f1])
        assert all(row[n]["low"] < row[n]["value"] < row[n]["high"] for n in NAMES)


def test_repeats_add_no_certainty():
    """The same images predicted alike three times give the rows of once, ready for JSON."""
    matrix = np.array([[8, 2, 0], [1, 5, 4], [0, 0, 10]])
    once = per_class(matrix, "abc")
    assert per_class(3 * matrix, "abc", repeats=3) == once
    assert json.loads(json.dumps(once)) == once


def test_undefined():
    """A class never seen and never predicted has specificity 1 and nothing else."""
    *_, row = per_class(np.array([[5, 1, 0], [0, 4, 0], [0, 0, 0]]), "abc")
    nothing = {"value": None, "low": None, "high": None}
    assert [row[name] for name in ("precision", "recall", "f1")] == [nothing] * 3
    assert row["specificity"]["value"] == 1
    assert row["support"] == 0


def test_coverage():
    """Limits of 95 % hold the true value in 95 % of simulated test sets, within 2 %."""
    seed = 20
    print("seed", seed)
    shares = np.array([[0.40, 0.05, 0.05], [0.04, 0.20, 0.06], [0.01, 0.03, 0.16]])
    truth = per_class(np.rint(shares * 100).astype(int), "abc")
    draws = np.random.default_rng(seed)
    matrices = draws.multinomial(150, shares.ravel(), size=600).reshape(-1, 3, 3)
    found = [per_class(matrix, "abc") for matrix in matrices]
    for name in NAMES:
        covered = [
            row[name]["low"] <= true[name]["value"] <= row[name]["high"]
            for rows in found
            for row, true in zip(rows, truth, strict=True)
        ]
        assert np.mean(covered) == pytest.approx(0.95, abs=0.02), name
