"""C: what is shown fits the screen and its encoding, and a pipe gets plain lines."""

import os
import re
import shlex
import subprocess

import pytest
import rich.console

from tests.faults._running import (
    FAST,
    clean_environment,
    command,
    on_a_terminal,
    vistazo,
    write_tiny,
)
from tests.report._fake_run import METHODS, write_fake_run
from vistazo import catalog
from vistazo.cli import predictions
from vistazo.cli.epochs import EpochTable
from vistazo.cli.tables import definitions, fitting
from vistazo.i18n import current_language
from vistazo.report.leaderboard import leaderboard_text
from vistazo.training.history import History
from vistazo.workflows.predict import Prediction

VERBS = catalog.names("cli/verbs")
WIDTHS = (40, 80, 200)
CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]")
"""Every control character but the end of a line."""


@pytest.mark.parametrize("verb", VERBS)
def test_every_help_page_has_two_examples(verb, answer):
    """The help of a verb shows two commands that can be copied, and its options in our words."""
    page = answer(verb, "--help").out
    examples = re.findall(rf"^  vistazo {verb}\b.*$", page, re.M)
    assert len(examples) == 2
    assert page.startswith(f"Usage: vistazo {verb}")
    for line in ("Everywhere", "  --lang en|es", "  --help"):
        assert line in page


def test_no_words_and_help_are_the_same_page(answer):
    """``vistazo`` alone shows what there is: every verb with a line about it."""
    page = answer().out
    assert page == answer("--help").out
    for verb in VERBS:
        assert re.search(rf"^  {verb}  +\w", page, re.M)
    assert answer("--version").out.startswith("vistazo ")


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("verb", VERBS)
def test_c19_help_fits(verb, width, answer, monkeypatch):
    """C-19: no line of a help page is wider than the screen, and no option is cut."""
    monkeypatch.setitem(os.environ, "COLUMNS", str(width))
    page = answer(verb, "--help").out
    assert max(map(len, page.splitlines())) <= width
    monkeypatch.setitem(os.environ, "COLUMNS", "200")
    wide = answer(verb, "--help").out
    for option in re.findall(r"^  (--[\w-]+(?: \S+)?|[A-Z]{3,}\S*)(?=  |$)", wide, re.M):
        assert f"  {option}" in page


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize(
    "kind", ["methods", "architectures", "metrics", "formats", "checks", "studies", "datasets"]
)
def test_c19_lists_fit(kind, width, answer, monkeypatch):
    """C-19: a list is as narrow as the screen, and a program gets one line per thing."""
    whole = answer("list", kind).out.splitlines()
    names = [line.split()[0] for line in whole]
    monkeypatch.setitem(os.environ, "COLUMNS", str(width))
    lines = answer("list", kind).out.splitlines()
    assert max(map(len, lines)) <= width
    assert [line.split()[0] for line in lines if not line.startswith(" ")] == names
    assert " ".join(" ".join(lines).split()) == " ".join(" ".join(whole).split())


@pytest.mark.parametrize("width", WIDTHS)
def test_c19_the_leaderboard_fits(width, tmp_path):
    """C-19: a row of the leaderboard is one line, with the whole name of the method."""
    methods = tuple(method for method in METHODS if "efficientnet" not in method.name)
    comparison = write_fake_run(tmp_path / "run", ("cat", "dog", "owl"), 60, methods=methods)
    console = rich.console.Console(width=width, color_system=None)
    with console.capture() as shown:
        console.print(leaderboard_text(comparison, width))
    lines = shown.get().splitlines()
    assert max(map(len, lines)) <= width
    assert {line.split()[0] for line in lines[1:]} == {method.name for method in methods}


@pytest.mark.parametrize("width", WIDTHS)
def test_c19_predictions_fit(width):
    """C-19: predictions keep path, label and score at any width."""
    some = [
        Prediction("photos/holidays/2026/the-beach-at-night.jpg", "sea", 0.9, "sky", 0.1),
        Prediction("a.png", "sky", 0.75, "sea", 0.25),
        Prediction("b.txt", status="E-IMG-FORMAT"),
    ]
    lines = predictions.table(some, width).splitlines()
    assert max(map(len, lines)) <= width
    for one in some:
        assert one.path in "".join(lines)
    assert "75.0 %" in "\n".join(lines)
    whole = predictions.table(some, None).splitlines()
    assert len(whole) == 4
    assert all(word in whole[1] for word in ("night.jpg", "sea", "90.0 %", "sky", "10.0 %", "ok"))


@pytest.mark.parametrize("width", WIDTHS)
def test_c19_the_table_of_epochs_fits(width, monkeypatch, capsys):
    """C-19: an epoch is one line under its headings, with fewer columns on a narrow screen."""
    monkeypatch.setenv("COLUMNS", str(width))
    history, table = History(planned_epochs=100), EpochTable()
    for epoch in (1, 2):
        history.append(
            {
                "epoch": epoch, "train_loss": 2.31, "train_accuracy": 0.2, "validation_loss": 2.25,
                "validation_accuracy": 0.25, "learning_rate": 0.001, "seconds": 400.0,
            }
        )  # fmt: skip
        history.best_epoch = epoch
        table(history)
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 3
    assert len({len(line) for line in lines}) == 1
    assert len(lines[0]) <= width
    assert "1/100*" in lines[1]
    assert ("train loss" in lines[0]) == (width > 40)


def test_columns_are_dropped_from_the_least_telling():
    """The columns that stay are the most telling ones that fit, in their own order."""
    widths, telling = [5, 9, 3], [2, 0, 1]
    for width in range(1, 25):
        kept = fitting(widths, telling, width)
        fits = [n for n in (1, 2, 3) if sum(widths[c] + 2 for c in telling[:n]) - 2 <= width]
        assert kept == sorted(telling[: max(fits, default=1)])
    assert fitting(widths, telling, None) == [0, 1, 2]


def test_texts_move_below_their_names_where_there_is_no_room():
    """A list of names with texts has them side by side, or one below the other, never cut."""
    rows = [("a-rather-long-name", "what it is " * 5), ("b", "short")]
    assert definitions(rows, 60)[0].startswith("a-rather-long-name  what it is")
    assert definitions(rows, 30)[0] == "a-rather-long-name"
    assert definitions(rows, None) == [
        "a-rather-long-name  " + ("what it is " * 5).rstrip(),
        "b                   short",
    ]


def test_c18_a_pipe_gets_plain_lines(tiny, tmp_path):
    """C-18: results and messages in a pipe are lines without control codes; results on stdout."""
    result = vistazo("compare", tiny, *FAST, cwd=tmp_path, TERM="xterm-256color")
    assert result.code == 0
    assert not CONTROL.search(result.out.replace("\n", ""))
    assert not CONTROL.search(result.err.replace("\n", ""))
    assert "[1/2] nearest-mean, fold 1" in result.err
    assert "Balanced accuracy" in result.out
    assert "Balanced accuracy" not in result.err


@pytest.mark.slow
@pytest.mark.parametrize("variable", ["NO_COLOR", "CI", "TERM", None])
def test_c18_a_terminal_that_wants_plain_lines(variable, tiny, tmp_path):
    """C-18: NO_COLOR, CI and a dumb terminal get no control codes; any other terminal does."""
    plain = {
        "TERM": "xterm",
        **({variable: "dumb" if variable == "TERM" else "1"} if variable else {}),
    }
    code, shown = on_a_terminal("compare", tiny, *FAST, cwd=tmp_path, COLUMNS="80", **plain)
    assert code == 0
    assert "nearest-mean" in shown
    # a terminal ends lines with a carriage return
    assert bool(CONTROL.search(shown.replace("\r\n", ""))) == (variable is None)


@pytest.mark.parametrize(
    ("environment", "language"),
    [
        ({"LANG": "es_MX.UTF-8"}, "es"),
        ({"LC_ALL": "es_ES", "LANG": "en_US.UTF-8"}, "es"),
        ({"LC_MESSAGES": "es_AR.UTF-8", "LANG": "en_US.UTF-8"}, "es"),
        ({"LC_ALL": "C.UTF-8", "LANG": "es_MX.UTF-8"}, "en"),
        ({"LANG": "de_DE.UTF-8"}, "en"),
        ({"LANG": "es_MX.UTF-8", "VISTAZO_LANG": "en"}, "en"),
        ({"VISTAZO_LANG": "es_MX"}, "es"),
        ({}, "en"),
    ],
)
def test_c20_the_locale_chooses_the_language(environment, language, answer, monkeypatch):
    """C-20: VISTAZO_LANG, then the variables of the locale in their order, choose the language."""
    for name, value in environment.items():
        monkeypatch.setitem(os.environ, name, value)
    assert answer("list", "methods").code == 0
    assert current_language() == language
    answer("list", "methods", "--lang", "es")
    assert current_language() == "es"


@pytest.mark.slow
@pytest.mark.parametrize(
    "environment",
    [
        {"LANG": "es_MX.UTF-8"},
        {"LC_ALL": "C.UTF-8", "VISTAZO_LANG": "es"},
        {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0", "VISTAZO_LANG": "es"},
        {"LANG": "es_MX.UTF-8", "PYTHONIOENCODING": "ascii"},
        {"LANG": "es_MX.UTF-8", "PYTHONIOENCODING": "cp1252"},
        {"LANG": "es_MX.UTF-8", "PYTHONIOENCODING": "cp437"},
    ],
)
def test_c20_no_encoding_breaks_a_run(environment, tmp_path):
    """C-20: classes with ñ and a Spanish report work in any locale and on any code page."""
    tiny = write_tiny(tmp_path / "niños.npz", names=("cañón", "ñandú"))
    words = ("compare", tiny.name, *FAST, "--out", "señal")
    done = subprocess.run(
        command(*words), cwd=tmp_path, env=clean_environment(**environment), capture_output=True
    )
    assert done.returncode == 0, done.stderr
    assert b"Traceback" not in done.stderr
    report = (tmp_path / "señal" / "report.html").read_text("utf-8")
    assert '<html lang="es"' in report
    assert "ñandú" in report
    assert "ñandú" in (tmp_path / "señal" / "predictions.csv").read_text("utf-8")


def test_c20_names_on_the_disk_are_the_same_in_any_locale(tmp_path):
    """C-20: what is prepared has the names of its classes, and is read, in an ASCII locale too."""
    write_tiny(tmp_path / "niños.npz", names=("cañón", "ñandú"))
    ascii_only = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    for verb in (("prepare", "niños.npz", "ñ"), ("check", "ñ")):
        done = vistazo(*verb, cwd=tmp_path, **ascii_only)
        assert done.code == 0, done.err
        assert "not in the table" not in done.err
    assert len([*(tmp_path / "ñ" / "cañón").iterdir()]) == 20


@pytest.mark.parametrize("words", [["--help"], ["compare", "--help"], ["list", "metrics"]])
def test_c22_a_reader_that_leaves(words, tmp_path):
    """C-22: when whoever reads the results leaves, the command ends quietly."""
    process = subprocess.Popen(
        command(*words),
        cwd=tmp_path,
        env=clean_environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    process.stdout.close()
    assert process.stderr.read() == ""
    process.stderr.close()
    assert process.wait(timeout=600) == 0


def test_c22_a_reader_of_findings_that_leaves(tiny, tmp_path):
    """C-22: whoever reads only the first findings gives the command no exit code of its own."""
    process = subprocess.Popen(
        command("check", tiny, "--quiet"),
        cwd=tmp_path,
        env=clean_environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    process.stdout.close()
    assert process.stderr.read() == ""
    process.stderr.close()
    assert process.wait(timeout=600) == 0


@pytest.mark.parametrize("closed", [">&-", "2>&-", "<&- >&- 2>&-"])
def test_c22_a_stream_that_is_closed(closed, tmp_path):
    """C-22: what is written to a stream that the shell closed is lost, and nothing else is."""
    done = subprocess.run(
        ["sh", "-c", f"{shlex.join(command('list', 'methods'))} {closed}"],
        cwd=tmp_path,
        env=clean_environment(),
        capture_output=True,
        text=True,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert ("hog-svm" in done.stdout) == (closed == "2>&-")


@pytest.mark.slow
def test_c22_a_reader_of_the_messages_that_leaves(tiny, tmp_path):
    """C-22: when whoever reads the messages leaves, the run is stopped, not failed."""
    process = subprocess.Popen(
        command("compare", tiny, *FAST, "--out", "run"),
        cwd=tmp_path,
        env=clean_environment(),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stderr.readline() == "Found 40 images in 2 classes.\n"
    # what is said before there is a run to be stopped
    assert process.stderr.readline().startswith("  These images show differences")
    process.stderr.close()
    assert process.wait(timeout=600) == 0
    assert (tmp_path / "run" / "STATUS").read_text() == "stopped\n"
