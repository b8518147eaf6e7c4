"""The laws of what a training left behind."""

import math
from types import SimpleNamespace

import numpy as np
import pytest

from vistazo.errors import UsageError
from vistazo.figures.record import is_large, training_record

COLUMNS = {
    "epoch": [1, 2, 3],
    "train_accuracy": [0.6, 0.8, 0.99],
    "validation_accuracy": [0.5, 0.75, 0.7],
    "validation_loss": [0.9, None, 0.6],
}


@pytest.mark.parametrize(
    "training",
    [
        COLUMNS | {"best_epoch": 2},
        {"columns": COLUMNS, "best_epoch": 2},
        SimpleNamespace(history_=COLUMNS, best_epoch_=2),
        SimpleNamespace(columns=COLUMNS, best_epoch=2),
    ],
    ids=["columns", "mapping", "fitted", "history"],
)
def test_every_form_of_a_training_is_the_same_record(training):
    """Columns, a comparison's entry, a fitted network and a history give the same values."""
    record = training_record(training)
    assert record.best_epoch == 2
    assert record.columns.keys() == COLUMNS.keys()
    for name, values in COLUMNS.items():
        np.testing.assert_array_equal(record.column(name), np.array(values, float))


def test_gap_is_of_the_kept_epoch_alone():
    """The gap is taken at the kept epoch, though both accuracies are highest elsewhere."""
    accuracies = {"train_accuracy": [0.7, 0.8, 0.99], "validation_accuracy": [0.9, 0.75, 0.7]}
    assert training_record(accuracies | {"best_epoch": 2}).gap == pytest.approx(0.8 - 0.75)


def test_gap_needs_both_accuracies_at_a_known_epoch():
    """There is no gap without either accuracy, without a kept epoch, or where one is nan."""
    whole = COLUMNS | {"best_epoch": 2}
    assert training_record(whole).gap is not None
    for missing in ("train_accuracy", "validation_accuracy", "best_epoch"):
        assert training_record({k: v for k, v in whole.items() if k != missing}).gap is None
    assert training_record(whole | {"best_epoch": 9}).gap is None
    assert training_record(whole | {"train_accuracy": [0.6, math.nan, 0.9]}).gap is None


def test_what_is_missing_is_nan():
    """None, infinity, the end of a shorter column and a column there is not are nan."""
    record = training_record({"a": [1.0, None, math.inf], "b": [2.0]})
    np.testing.assert_array_equal(record.column("a"), [1, math.nan, math.nan])
    np.testing.assert_array_equal(record.column("b"), [2, math.nan, math.nan])
    np.testing.assert_array_equal(record.column("c"), [math.nan] * 3)
    np.testing.assert_array_equal(record.epochs, [1, 2, 3])


def test_gap_is_marked_above_a_tenth_as_it_is_written():
    """A gap written 0.100 is not above 0.1, whatever its last bits; 0.101 is."""
    assert [is_large(gap) for gap in (None, 0.1, 0.8 - 0.7, 0.101, -0.3)] == [
        False,
        False,
        False,
        True,
        False,
    ]


@pytest.mark.parametrize("training", [object(), None, 3, {"columns": 3}, {"a": ["x"]}, {"a": 1}])
def test_what_holds_no_history_is_refused(training):
    """Anything that is no training is E-HISTORY."""
    with pytest.raises(UsageError) as error:
        training_record(training)
    assert error.value.code == "E-HISTORY"
