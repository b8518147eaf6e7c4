"""The laws of what single panels compute."""

import json

import pytest

from tests.report._fake_run import METHODS, write_fake_run
from vistazo.report.panels.curves import curves
from vistazo.report.panels.data import data
from vistazo.report.panels.leaderboard import leaderboard
from vistazo.report.panels.optimism import optimism
from vistazo.report.panels.verdicts import verdicts
from vistazo.report.run import read_run


@pytest.fixture
def run_with(tmp_path):
    """Write a run folder whose comparison a function has changed, and read it."""

    def write(change=lambda comparison: None, **how):
        comparison = write_fake_run(tmp_path, ("cat", "dog", "hen"), 90, **how)
        change(comparison)
        (tmp_path / "comparison.json").write_text(json.dumps(comparison), encoding="utf-8")
        return read_run(tmp_path)

    return write


def test_optimism_is_marked_when_large(run_with):
    """The gap is resubstitution minus outer score, and marked from five points on."""

    def change(comparison):
        for method, seen in zip(comparison["methods"], (0.95, 0.94, 0.5), strict=False):
            method["optimism"] = {"resubstitution": seen, "inner": None, "outer": 0.9}

    panel = optimism(run_with(change, methods=METHODS[3:6]))
    found = {
        row.scores.resubstitution: (round(row.gap, 6), row.large) for row in panel.data["rows"]
    }
    assert found == {0.95: (0.05, True), 0.94: (0.04, False), 0.5: (-0.4, False)}


@pytest.mark.parametrize(
    ("networks", "told"),
    [
        ((), ""),
        ((True,), "chose the epoch a network kept"),
        ((False,), "while settings were chosen"),
        ((True, False), "settings were chosen or, of a network, that were set aside"),
    ],
)
def test_inner_scores_say_what_their_images_decided(run_with, networks, told):
    """Those of a network chose its epoch; those of other methods, their settings."""
    history = [{"repeat": 0, "fold": 1, "columns": {"epoch": [1]}, "best_epoch": 1}]

    def change(comparison):
        for number, method in enumerate(comparison["methods"]):
            chosen = number < len(networks)
            method["optimism"] = {
                "resubstitution": 0.9,
                "inner": 0.8 if chosen else None,
                "outer": 0.7,
            }
            method["history"] = history if chosen and networks[number] else []

    panel = optimism(run_with(change, methods=METHODS[3:6]))
    assert bool(panel.data["inner"]) == bool(told)
    assert told in panel.data["inner"]


def test_optimism_of_a_loss_is_a_lower_loss(run_with):
    """Where lower is better, a lower score on seen images is optimism."""

    def change(comparison):
        comparison["protocol"]["metric"] = "log_loss"
        for method in comparison["methods"]:
            method["optimism"] = {"resubstitution": 0.1, "inner": None, "outer": 0.7}

    rows = optimism(run_with(change, methods=METHODS[4:6])).data["rows"]
    assert [(round(row.gap, 6), row.large) for row in rows] == [(0.6, True)] * 2


def test_curves_show_the_epoch_that_was_kept(run_with):
    """Points run to the right with the epochs and up with the values; the dot is the best one's."""
    histories = []

    def change(comparison):
        history = {"epoch": [1, 2, 3], "train_loss": [0.9, 0.5, 0.4]}
        history |= {"validation_loss": [0.8, 0.6, None], "validation_accuracy": [0.5, 0.7, 0.6]}
        histories.append({"repeat": 0, "fold": 1, "columns": history, "best_epoch": 2})
        comparison["methods"][0]["history"] = histories

    panel = curves(run_with(change, methods=METHODS[4:5]))
    (training,) = panel.data["trainings"]
    loss, accuracy = training.charts
    train, validation = loss.lines
    points = [tuple(map(float, point.split(","))) for point in train.points.split()]
    assert [x for x, _y in points] == sorted(x for x, _y in points)
    assert [y for _x, y in points] == sorted(y for _x, y in points)  # pixels grow downwards
    assert len(validation.points.split()) == 2
    assert f"{validation.best[0]},{validation.best[1]}" == validation.points.split()[1]
    assert (
        f"{accuracy.lines[0].best[0]},{accuracy.lines[0].best[1]}"
        == (accuracy.lines[0].points.split()[1])
    )
    (kept,) = training.folds
    assert (kept.epochs, kept.best_epoch, kept.values["validation_accuracy"]) == (3, 2, 0.7)


def test_bad_files_are_grouped_by_cause(run_with):
    """Each cause has its count and its first three files."""
    bad = [(f"{i}.png", "E-B", "cut") for i in range(5)] + [("x.txt", "E-A", "no image")]
    causes = data(run_with(bad_files=tuple(bad))).data["causes"]
    assert [(code, n, [file.path for file in files]) for code, n, files in causes] == [
        ("E-A", 1, ["x.txt"]),
        ("E-B", 5, ["0.png", "1.png", "2.png"]),
    ]


def test_pairs_with_the_winner_come_first(run_with):
    """The pairs of the winner are its own, the rest follow; an axis never leaves out the ROPE."""
    run = run_with()
    panel = verdicts(run).data
    winner, n = run.summary.winner, len(run.summary.ranked)
    assert [pair.a for pair in panel["with_winner"]] == [winner] * (n - 1)
    assert len(panel["others"]) == (n - 1) * (n - 2) // 2
    assert panel["axis"].low <= -panel["rope"] <= panel["rope"] <= panel["axis"].high


def test_bars_start_at_zero(run_with):
    """The leaderboard's axis holds zero, where its bars start, and every interval."""
    axis = leaderboard(run_with(methods=METHODS[4:6])).data["axis"]
    assert axis.low == 0 < axis.high


def test_missing_parts_leave_their_panels_out(run_with):
    """Without histories, verdicts or optimism there are no such panels."""

    def change(comparison):
        comparison["verdicts"] = []
        for method in comparison["methods"]:
            method |= {"history": [], "optimism": None}

    run = run_with(change)
    assert (curves(run), verdicts(run), optimism(run)) == (None, None, None)
