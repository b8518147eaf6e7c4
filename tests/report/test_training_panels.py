"""The laws of the panels about trainings: curves, gaps and the comparison of two."""

import json
import re

import numpy as np
import pytest

from tests.report._fake_run import METHODS, FakeMethod, write_fake_run
from tests.report._page import Page, numbers
from vistazo.report.means import mean_of, mean_with_sd
from vistazo.report.panels.curves import curves
from vistazo.report.panels.training_pair import training_pair
from vistazo.report.run import read_run
from vistazo.report.writing import write_report

TRAINED = (
    METHODS[3],
    FakeMethod("cnn:one", 0.9, epochs=4),
    FakeMethod("cnn:two", 0.6, epochs=4),
    FakeMethod("cnn:three", 0.3, epochs=4),
)
COLUMNS = {
    "epoch": [1, 2, 3],
    "train_loss": [1.1, 0.7, 0.45],
    "validation_loss": [0.95, 0.6, 0.8],
    "train_accuracy": [0.55, 0.85, 0.98],
    "validation_accuracy": [0.77, 0.7, 0.65],
    "learning_rate": [0.01, 0.001, 0.0000123456],
    "seconds": [2.0, 1.5, 1.0],
}


@pytest.fixture
def run_of(tmp_path):
    """Write a run whose methods have these columns, one list per method and one per fold."""

    def write(*trainings, folds=1, best_epoch=2, stopped=None):
        comparison = write_fake_run(
            tmp_path, ("cat", "dog", "hen"), 90, methods=TRAINED[: 1 + len(trainings)], folds=folds
        )
        by_name = {method["name"]: method for method in comparison["methods"]}
        for fake, columns in zip(TRAINED[1:], trainings, strict=False):
            for history in by_name[fake.name]["history"]:
                history |= {"columns": columns, "best_epoch": best_epoch, "stopped": stopped}
        (tmp_path / "comparison.json").write_text(json.dumps(comparison), encoding="utf-8")
        return tmp_path

    return write


def _section(folder, panel, language="en"):
    (report,) = write_report(folder, language=language)
    html = report.read_text(encoding="utf-8")
    return re.search(rf'<section id="{panel}".*?</section>', html, re.DOTALL)[0]


def _charts(section):
    """Return the lines of each chart over epochs by look: values read off its two axes."""
    charts = {}
    for svg in re.findall(r'<svg class="chart.*?</svg>', section, re.DOTALL):
        if "polyline" not in svg:
            continue
        rows = re.findall(r'class="y" x="40" y="([\d.]+)">([\d.]+)<', svg)
        pixels, ticks = np.array(rows, float)[[0, -1]].T
        epochs = re.findall(r'class="x" x="([\d.]+)" y="212">(\d+)<', svg)
        x_pixels, x_ticks = np.array(epochs, float)[[0, -1]].T
        lines = charts.setdefault(re.search("<title>(.*?)</title>", svg)[1], {})
        for look, points in re.findall(r'<polyline class="(.*?)(?: lone)?" points="(.*?)"', svg):
            x, y = np.array([point.split(",") for point in points.split()], float).T
            values = ticks[0] + (y - pixels[0] + 3.5) * np.ptp(ticks) / -np.ptp(pixels)
            where = x_ticks[0] + (x - x_pixels[0]) * np.ptp(x_ticks) / np.ptp(x_pixels)
            lines.setdefault(look, []).append((where, values))
    return charts


def test_lines_are_the_columns(run_of):
    """Read off the axes of the page, every line has the epochs and values of its column."""
    charts = _charts(_section(run_of(COLUMNS), "curves"))
    assert charts.keys() == {"Loss", "Accuracy"}
    for title, quantity in (("Loss", "loss"), ("Accuracy", "accuracy")):
        for look, split in (("training", "train"), ("validation", "validation")):
            ((epochs, values),) = charts[title][look]
            np.testing.assert_allclose(epochs, [1, 2, 3], atol=0.01)
            np.testing.assert_allclose(values, COLUMNS[f"{split}_{quantity}"], atol=0.003)


def test_what_is_no_number_is_a_gap(run_of):
    """A missing loss splits its line in two; a lone value is drawn as a dot."""
    broken = COLUMNS | {"validation_loss": [0.95, None, 0.6]}
    section = _section(run_of(broken), "curves")
    assert section.count('class="validation lone"') == 2
    lines = _charts(section)["Loss"]["validation"]
    assert [len(values) for _epochs, values in lines] == [2, 2]
    for (epochs, values), epoch, value in zip(lines, (1, 3), (0.95, 0.6), strict=True):
        np.testing.assert_allclose(epochs, [epoch] * 2, atol=0.01)
        np.testing.assert_allclose(values, [value] * 2, atol=0.003)


def test_one_epoch_is_enough(run_of):
    """A training of a single epoch has its dots, its tick and a row without a deviation."""
    once = {name: values[:1] for name, values in COLUMNS.items()}
    folder = run_of(once, best_epoch=1)
    section = _section(folder, "curves")
    assert re.findall(r'class="x" x="[\d.]+" y="212">(\d+)<', section) == ["1", "1"]
    (fold,) = curves(read_run(folder)).data["trainings"][0].folds
    assert (fold.epochs, fold.seconds) == (1, "2.00")


def test_row_of_a_fold_is_that_of_its_kept_epoch(run_of):
    """Accuracies and their gap are of the kept epoch, though both are highest elsewhere;
    seconds are a mean over epochs and the learning rate is the last.
    """
    row = Page(_section(run_of(COLUMNS), "curves")).tables["trainings"][1]
    assert row[:11] == [
        *("0", "0", "3", "2", "0.700", "0.600", "0.850", "0.700"),
        *("+0.150 ▲", "1.50 ± 0.50", "0.0000123"),
    ]


@pytest.mark.parametrize(
    ("stopped", "words"),
    [("patience", "no longer improving"), ("nan", "loss not a number"), (None, "–"), ("x", "x")],
)
def test_why_a_training_ended_is_said_in_words(run_of, stopped, words):
    """Each known reason has its words, another is shown as it is, none is a dash."""
    folder = run_of(COLUMNS, stopped=stopped)
    assert Page(_section(folder, "curves")).tables["trainings"][1][11] == words


def test_older_runs_have_no_training_accuracy(run_of):
    """Without training accuracy the gap is a dash everywhere, and the rest is there."""
    old = {name: values for name, values in COLUMNS.items() if name != "train_accuracy"}
    folder = run_of(old, old)
    section = _section(folder, "curves")
    assert _charts(section)["Accuracy"].keys() == {"validation"}
    assert Page(section).tables["trainings"][1][6:9] == ["–", "0.700", "–"]
    pair = Page(_section(folder, "training-pair")).tables["training-pair"]
    assert [row[1:] for row in pair[1:]] == [["–", "0.700", "–", "0.600"]] * 2


def test_methods_without_any_column_draw_nothing(run_of):
    """A history of nothing but epochs gives a row of dashes and no chart."""
    section = _section(run_of({"epoch": [1, 2]}), "curves")
    assert "<svg" not in section
    assert Page(section).tables["trainings"][1][4:] == ["–"] * 8


def test_two_best_trained_methods_are_compared(run_of):
    """The pair are the two best that were trained; with fewer than two there is none."""
    run = read_run(run_of(COLUMNS, COLUMNS, COLUMNS))
    panel = training_pair(run)
    best = [method.name for method in run.summary.ranked if method.history][:2]
    assert [side.name for side in panel.data["sides"]] == best
    assert training_pair(read_run(run_of(COLUMNS))) is None


def test_six_panels_are_those_of_the_two_trainings(run_of):
    """Accuracy of both, kept accuracy as bars from zero, and loss and gap of each, on axes that
    they share.
    """
    other = COLUMNS | {"validation_accuracy": [0.6, 0.8, 0.9], "train_loss": [3.0, 2.0, 1.0]}
    folder = run_of(COLUMNS, other)
    section = _section(folder, "training-pair")
    charts = _charts(section)
    looks = {"cnn:one": "validation", "cnn:two": "validation second"}
    sides = training_pair(read_run(folder)).data["sides"]
    assert {side.name: side.look for side in sides} == looks
    for (name, look), columns in zip(looks.items(), (COLUMNS, other), strict=True):
        for title, curve_look, column in (
            ("Validation accuracy", look, "validation_accuracy"),
            (f"Loss of {name}", "training", "train_loss"),
            (f"Loss of {name}", look, "validation_loss"),
            (f"Overfitting of {name}", "training", "train_accuracy"),
            (f"Overfitting of {name}", look, "validation_accuracy"),
        ):
            ((_epochs, values),) = charts[title][curve_look]
            np.testing.assert_allclose(values, columns[column], atol=0.01)
    widths = [float(w) for w in re.findall(r'<rect class="bar.*?width="([\d.]+)"', section)]
    assert widths == [300 * 0.7, 300 * 0.8]
    for chart in ("loss_chart", "gap_chart"):
        assert getattr(sides[0], chart).x == getattr(sides[1], chart).x
        assert getattr(sides[0], chart).y == getattr(sides[1], chart).y
    for side, (low, high) in zip(sides, ((0.7, 0.85), (0.8, 0.85)), strict=True):
        (gap,) = side.gap_chart.gaps
        chart = side.gap_chart
        assert (gap.x, gap.validation, gap.training) == (chart.x(2), chart.y(low), chart.y(high))
    assert [(side.gap, side.large) for side in sides] == [("+0.150", True), ("+0.050", False)]


@pytest.mark.parametrize("folds", [1, 10])
def test_any_number_of_folds_is_compared(run_of, folds):
    """There is one line and one mark per fold, and the table has mean and deviation of them."""
    folder = run_of(COLUMNS, COLUMNS, folds=folds)
    section = _section(folder, "training-pair")
    assert [len(lines) for lines in _charts(section)["Loss of cnn:one"].values()] == [folds] * 2
    assert section.count('<line class="gap ') == 2 * folds
    wanted = "0.700" if folds == 1 else "0.700 ± 0.000"
    assert Page(section).tables["training-pair"][1][2] == wanted


def test_means_leave_out_what_is_missing():
    """Mean and sample deviation are those of the values there are; a deviation has no sign."""
    values = [0.5, None, 0.7, float("nan"), 0.9]
    assert mean_of(values) == pytest.approx(np.mean([0.5, 0.7, 0.9]))
    deviation = np.std([0.5, 0.7, 0.9], ddof=1)
    assert mean_with_sd(values, lambda v: f"+{v:.4f}") == f"+0.7000 ± {deviation:.4f}"
    assert (mean_of([None]), mean_with_sd([None])) == (None, "–")


@pytest.mark.parametrize("panel", ["curves", "training-pair"])
def test_languages_show_the_same_numbers(run_of, panel):
    """Tables hold the same numbers in English and, with a decimal comma, in Spanish."""
    folder = run_of(COLUMNS, COLUMNS, folds=2)
    english = Page(_section(folder, panel)).tables
    spanish = Page(_section(folder, panel, "es")).tables
    for name, rows in english.items():
        assert numbers(str(rows)) == numbers(str(spanish[name]), "es")
        assert numbers(str(rows))


def test_markdown_has_the_same_tables(run_of):
    """Every row of both tables is in the Markdown report, cell by cell."""
    folder = run_of(COLUMNS, COLUMNS, folds=2)
    (report,) = write_report(folder, formats=("md",))
    lines = report.read_text(encoding="utf-8").splitlines()
    written = [[cell.strip() for cell in line.split("|")[1:-1]] for line in lines if "|" in line]
    for panel, table in (("curves", "trainings"), ("training-pair", "training-pair")):
        rows = Page(_section(folder, panel)).tables[table]
        assert len(rows) >= 3
        for row in rows:
            assert row in written


def test_charts_need_no_colour(run_of):
    """Training is dashed, and the second method's marks are square: in gray they differ too."""
    section = _section(run_of(COLUMNS, COLUMNS), "training-pair")
    marks = re.findall(r'<(rect|circle) class="best (.*?)"', section)
    assert {look: tag for tag, look in marks} == {
        "validation": "circle",
        "validation second": "rect",
    }
    (report,) = write_report(run_of(COLUMNS, COLUMNS))
    assert re.search(r"\.chart \.training \{[^}]*stroke-dasharray", report.read_text("utf-8"))
