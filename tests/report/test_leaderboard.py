"""The laws of the leaderboard, as rows and in a terminal."""

import io

import pytest
from rich.console import Console

from tests.report._fake_run import METHODS, FakeMethod, write_fake_run
from vistazo.report.leaderboard import leaderboard_rows, leaderboard_text


@pytest.fixture
def comparison(tmp_path):
    methods = (
        *METHODS,
        FakeMethod("cnn:vgg-16", 0.9, error="too large"),
        FakeMethod("[red]mine[/red] \x1b[31m<b>" + "x" * 60, 0.7),
    )
    return write_fake_run(tmp_path / "run", ("cat", "dog", "hen"), 120, methods=methods)


def _printed(comparison, width):
    output = io.StringIO()
    console = Console(file=output, width=width, force_terminal=False)
    console.print(leaderboard_text(comparison, width))
    return output.getvalue()


def test_rows_are_sorted_by_the_metric(comparison):
    """Rows follow the protocol's metric from the best; failed methods come last, unranked."""
    rows = leaderboard_rows(comparison)
    scores = [row.score.value for row in rows if row.error is None]
    assert scores == sorted(scores, reverse=True)
    assert [row.rank for row in rows] == [*range(1, len(scores) + 1), None]
    assert [row.name for row in rows if row.winner] == [comparison["winner"]]
    assert rows[-1].error == "too large"


@pytest.mark.parametrize("width", [40, 80, 200])
def test_terminal_table_fits(comparison, width):
    """No line is wider than the terminal, and scores stay whole on one line each."""
    text = _printed(comparison, width)
    assert max(map(len, text.splitlines())) <= width
    for method in comparison["methods"]:
        if method["error"] is None:
            assert f"{method['metrics']['balanced_accuracy']['mean']:.3f}" in text


def test_wide_terminal_shows_more(comparison):
    """Two hundred columns hold whole names, intervals, groups and other metrics."""
    lines = {line.split()[0]: line.split() for line in _printed(comparison, 200).splitlines()[1:]}
    for row in leaderboard_rows(comparison):
        if row.error is None and " " not in row.name:
            numbers = [row.score.value, row.score.low, row.score.high]
            numbers += [row.metrics[name] for name in ("accuracy", "macro_f1", "mcc")]
            shown = [word.strip("[],").replace("−", "-") for word in lines[row.name]]
            for value in numbers:
                assert f"{value:.3f}" in shown
            assert row.group in shown


def test_names_are_text_in_a_terminal(comparison):
    """Markup in a name is printed as it is, and control characters never reach the terminal."""
    text = _printed(comparison, 200)
    assert "[red]mine[/red]" in text
    assert "\x1b" not in text
