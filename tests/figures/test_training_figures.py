"""The laws of figures of trainings: what is drawn is what was given."""

import math
import subprocess
import sys

import numpy as np
import pytest
from matplotlib.cbook import is_math_text

from tests.figures._axes import drawn, told
from vistazo.figures import compare_trainings, train_validation_gap, training_curves
from vistazo.i18n import set_language

HISTORY = {
    "epoch": [1, 2, 3, 4],
    "train_loss": [1.2, 0.8, 0.5, 0.3],
    "validation_loss": [1.1, 0.7, 0.6, 0.65],
    "train_accuracy": [0.5, 0.7, 0.85, 0.95],
    "validation_accuracy": [0.6, 0.72, 0.7, 0.66],
    "best_epoch": 3,
}
OTHER = HISTORY | {"validation_accuracy": [0.3, 0.4, 0.5, 0.93], "best_epoch": 4}


def test_curves_are_the_columns():
    """Both lines of both axes have the values given, and the mark is on the kept epoch."""
    axes = training_curves(HISTORY)
    for ax, quantity in zip(axes, ("loss", "accuracy"), strict=True):
        lines = drawn(ax)
        for label, split in (("training", "train"), ("validation", "validation")):
            np.testing.assert_array_equal(
                lines[label], [HISTORY["epoch"], HISTORY[f"{split}_{quantity}"]]
            )
        kept = HISTORY[f"validation_{quantity}"][2]
        np.testing.assert_array_equal(lines["kept: epoch 3"], [[3], [kept]])
        assert ax.get_xlabel()
        assert ax.get_ylabel()


def test_nan_is_a_gap_in_the_line():
    """A loss that is not a number is drawn as nan, at its epoch, and nothing fails."""
    history = HISTORY | {"validation_loss": [1.1, math.nan, None, 0.65]}
    loss, _accuracy = training_curves(history)
    loss.figure.draw_without_rendering()
    np.testing.assert_array_equal(drawn(loss)["validation"][1], [1.1, math.nan, math.nan, 0.65])
    assert "kept: epoch 3" not in drawn(loss)


def test_missing_columns_leave_out_their_lines():
    """Of a history without training accuracy only validation is drawn; of none, nothing."""
    old = {name: values for name, values in HISTORY.items() if name != "train_accuracy"}
    loss, accuracy = training_curves(old)
    assert drawn(loss).keys() == {"training", "validation", "kept: epoch 3"}
    assert drawn(accuracy).keys() == {"validation", "kept: epoch 3"}
    assert [drawn(ax) for ax in training_curves({"epoch": [1, 2]})] == [{}, {}]
    assert "unknown" in told(train_validation_gap(old))


def test_one_epoch_is_drawn():
    """A single epoch has its values, a tick at 1 and no other tick in view."""
    one = {name: values[:1] for name, values in HISTORY.items() if name != "best_epoch"}
    loss, _accuracy = training_curves(one | {"best_epoch": 1})
    np.testing.assert_array_equal(drawn(loss)["training"], [[1], [1.2]])
    low, high = loss.get_xlim()
    assert [tick for tick in loss.get_xticks() if low <= tick <= high] == [1]


def test_axes_that_are_given_are_drawn_on():
    """Figures are drawn on the axes that are given, and pyplot is never imported."""
    code = """
import sys, vistazo.figures as f
assert "matplotlib" not in sys.modules
from matplotlib.figure import Figure
axes = Figure().subplots(1, 3)
history = {"train_loss": [1.0], "validation_accuracy": [0.5]}
assert f.training_curves(history, axes[:2]) == tuple(axes[:2])
assert f.train_validation_gap(history, axes[2]) is axes[2]
f.compare_trainings(history, history, ("a", "b")).savefig("/dev/null", format="png")
assert "matplotlib.pyplot" not in sys.modules
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_gap_is_drawn_and_told_at_the_kept_epoch():
    """The gap spans both accuracies of the kept epoch and its value is written and flagged,
    though the highest accuracies are in other epochs.
    """
    axes = train_validation_gap(HISTORY)
    shade, span = axes.collections
    np.testing.assert_allclose(span.get_segments(), [[[3, 0.7], [3, 0.85]]])
    _x, y = shade.get_paths()[0].vertices.T
    assert (y.min(), y.max()) == (0.5, 0.95)
    assert "+0.150 at epoch 3, above 0.1" in told(axes)
    assert "+0.020 at epoch 4" in told(train_validation_gap(OTHER))
    assert "above" not in told(train_validation_gap(OTHER))


def test_comparison_has_six_panels_of_these_trainings():
    """Each panel has the values of its training, and accuracies of the epochs kept."""
    figure = compare_trainings(HISTORY, OTHER, ("one", "two"))
    both, loss, gap, bars, other_loss, other_gap = figure.axes
    for name, history in (("one", HISTORY), ("two", OTHER)):
        np.testing.assert_array_equal(drawn(both)[name][1], history["validation_accuracy"])
    assert [bar.get_height() for bar in bars.patches] == [0.7, 0.93]
    assert [text.get_text() for text in bars.texts] == ["0.700", "0.930"]
    assert [label.get_text() for label in bars.get_xticklabels()] == ["one", "two"]
    for panel, history in ((loss, HISTORY), (other_loss, OTHER)):
        np.testing.assert_array_equal(drawn(panel)["training"][1], history["train_loss"])
        np.testing.assert_array_equal(drawn(panel)["validation"][1], history["validation_loss"])
    assert "one" in told(gap)
    assert "+0.150 at epoch 3" in told(gap)
    assert "two" in told(other_gap)
    assert "+0.020 at epoch 4" in told(other_gap)
    assert gap.get_ylim() == other_gap.get_ylim()
    assert loss.get_xlim() == other_loss.get_xlim()


def test_comparison_without_accuracies_draws_no_bar_value():
    """A training whose accuracy is not known has a dash in place of its number."""
    bars = compare_trainings({"train_loss": [1.0, 0.5]}, HISTORY, ("one", "two")).axes[3]
    assert [text.get_text() for text in bars.texts] == ["–", "0.700"]


def test_names_are_no_formulas():
    """A name with dollar signs is shown as it is."""
    figure = compare_trainings(HISTORY, OTHER, ("a $x^2$", "b$"))
    figure.draw_without_rendering()
    texts = [label.get_text() for label in figure.axes[3].get_xticklabels()]
    assert not any(map(is_math_text, texts))
    assert [text.replace(r"\$", "$") for text in texts] == ["a $x^2$", "b$"]


@pytest.mark.parametrize(("language", "tick"), [("en", "0.7"), ("es", "0,7")])
def test_numbers_are_in_the_readers_language(language, tick):
    """Ticks and values have a decimal comma in Spanish."""
    set_language(language)
    axes = train_validation_gap(HISTORY)
    axes.figure.draw_without_rendering()
    assert tick in [label.get_text() for label in axes.get_yticklabels()]
    assert f"+{tick[:2]}150" in told(axes)
