"""C-21: asked to end, a run leaves everything in order, and the command it prints continues it."""

import os
import shlex
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.faults._running import clean_environment, command, vistazo

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not Path("/proc/self").exists(), reason="looks for processes in /proc"),
]

SLOW = ("--methods", "cnn,nearest-mean", "--no-floors", "--folds", "2", "--no-model")
"""A comparison whose first method takes no time and whose second one takes minutes."""
MINUTES = ("--set", "cnn.recipe.epochs=100000", "--set", "cnn.recipe.patience=none")


def start(words, cwd):
    # a session of its own: its number finds every process that the command started
    return subprocess.Popen(
        command(*words),
        cwd=cwd,
        env=clean_environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def living(session):
    """Return the processes of a session that have not ended."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, _parent, _group, number = stat.read_text().rpartition(")")[2].split()[:4]
        except (OSError, ValueError):
            continue
        if int(number) == session and state != "Z":
            found.append(int(stat.parent.name))
    return found


def wait_for(process, text):
    """Read messages up to the line that holds a text."""
    for line in process.stderr:
        if text in line:
            return
    pytest.fail(f"{text} was never said")


def none_is_left(session):
    deadline = time.monotonic() + 120
    while living(session) and time.monotonic() < deadline:
        time.sleep(0.1)
    return not living(session)


@pytest.mark.parametrize(
    ("number", "whole_group", "processes", "code"),
    [
        (signal.SIGINT, True, "2", 130),
        (signal.SIGINT, False, "1", 130),
        (signal.SIGTERM, False, "2", 143),
        (signal.SIGHUP, True, "2", 143),
    ],
)
def test_c21_during_a_run(number, whole_group, processes, code, tiny, tmp_path):
    """C-21: one request ends the run with its cells kept; the command it prints completes it."""
    process = start(("compare", tiny, *SLOW, *MINUTES, "--processes", processes), tmp_path)
    # split by split, the last method first: one process is deep in the network by then
    kept = int(processes)
    wait_for(process, f"nearest-mean, fold {kept}")
    (os.killpg if whole_group else os.kill)(process.pid, number)
    _out, err = process.communicate(timeout=600)
    folder = Path("runs/compare/tiny.npz")
    assert process.returncode == code
    # a closed terminal ends joblib's watcher too, which complains where nobody can see it
    assert "Traceback" not in err or number == signal.SIGHUP
    assert none_is_left(process.pid)
    assert (tmp_path / folder / "STATUS").read_text() == "stopped\n"
    assert len(list((tmp_path / folder / "cells").glob("nearest-mean-*/cell.json"))) == kept
    assert not list((tmp_path / folder / "cells").glob("cnn-*/cell.json"))
    (said,) = [line for line in err.splitlines() if line.startswith("Stopped.")]
    assert str(folder) in said
    (resume,) = [line for line in err.splitlines() if line.startswith("  vistazo")]
    words = shlex.split(resume)
    assert words[:2] == ["vistazo", "compare"]
    assert words[-2:] == ["--out", str(folder)]


def test_c21_the_printed_command_completes_the_run(tiny, tmp_path):
    """C-21: the printed command finds the finished cells and leaves what a whole run leaves."""
    words = ("compare", tiny, *SLOW, "--set", "cnn.recipe.epochs=3", "--processes", "1")
    process = start(words, tmp_path)
    wait_for(process, "nearest-mean, fold 1")
    process.send_signal(signal.SIGINT)
    _out, err = process.communicate(timeout=600)
    assert process.returncode == 130
    again = vistazo(*shlex.split(err.splitlines()[-1])[1:], cwd=tmp_path)
    assert again.code == 0, again.err
    assert "kept from before" in again.err
    assert vistazo(*words, "--out", "whole", cwd=tmp_path).code == 0
    stopped, whole = tmp_path / "runs/compare/tiny.npz", tmp_path / "whole"
    assert (stopped / "STATUS").read_text() == "done\n"
    assert (stopped / "predictions.csv").read_bytes() == (whole / "predictions.csv").read_bytes()


def test_c21_before_a_run(tiny, tmp_path):
    """C-21: a request before anything is written leaves nothing, and no trace is shown."""
    script = (
        "import os, signal, sys\n"
        "from vistazo.cli.main import main\n"
        "import vistazo.data.reading\n"
        "def ask(*arguments, **options):\n"
        # as where a library that is being imported makes its dataclasses
        "    exec('os.kill(os.getpid(), signal.SIGINT)')\n"
        "vistazo.data.reading.read_images = ask\n"
        "main(sys.argv[1:])\n"
    )
    (tmp_path / "asked.py").write_text(script)
    done = subprocess.run(
        [sys.executable, "-m", "asked", "compare", str(tiny)],
        cwd=tmp_path,
        env=clean_environment(),
        capture_output=True,
        text=True,
    )
    assert (done.returncode, done.stdout) == (130, "")
    assert done.stderr == "Stopped. Nothing half-written was left.\n"
    assert not (tmp_path / "runs").exists()


def test_c21_twice(tiny, tmp_path):
    """C-21: a second request ends at once even inside compiled code, and the run can go on."""
    script = (
        "import hashlib, sys\n"
        "from vistazo.cli.main import main\n"
        "import vistazo.methods.nearest_mean as module\n"
        "def fit(self, X, y):\n"
        "    print('asleep', file=sys.stderr, flush=True)\n"
        "    hashlib.pbkdf2_hmac('sha256', b'', b'', 2**31 - 1)\n"  # minutes without a handler
        "module.NearestMeanClassifier.fit = fit\n"
        "main(sys.argv[1:])\n"
    )
    words = ("compare", str(tiny), "--methods", "nearest-mean", "--no-floors", "--processes", "1")
    process = subprocess.Popen(
        [sys.executable, "-c", script, *words, "--out", "run"],
        cwd=tmp_path,
        env=clean_environment(),
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    wait_for(process, "asleep")
    process.send_signal(signal.SIGINT)
    time.sleep(0.5)
    process.send_signal(signal.SIGINT)
    _out, err = process.communicate(timeout=600)
    assert process.returncode == 130
    assert "Traceback" not in err
    assert none_is_left(process.pid)
    assert vistazo(*words, "--out", "run", cwd=tmp_path).code == 0
    assert (tmp_path / "run" / "STATUS").read_text() == "done\n"


def test_c21_a_study_prints_the_folder_of_the_whole(tiny, tmp_path):
    """C-21: stopped in its second step, a study is continued by its own folder, not the step's."""
    (tmp_path / "two.yaml").write_text(
        "steps:\n"
        "  - {data: tiny.npz, methods: [nearest-mean], floors: no, folds: 2}\n"
        "  - {data: tiny.npz, methods: [cnn], floors: no, folds: 2,\n"
        "     settings: [cnn.recipe.epochs=100000, cnn.recipe.patience=none]}\n"
    )
    process = start(("study", "two.yaml", "--processes", "1"), tmp_path)
    wait_for(process, "Report:")
    wait_for(process, "Found 40 images")
    while not (tmp_path / "runs/study/two/2-compare/STATUS").exists():
        time.sleep(0.1)
    process.send_signal(signal.SIGTERM)
    _out, err = process.communicate(timeout=600)
    assert process.returncode == 143
    assert err.splitlines()[-1].split() == [
        "vistazo", "study", "two.yaml", "--processes", "1", "--out", "runs/study/two",
    ]  # fmt: skip
    assert (tmp_path / "runs/study/two/1-compare/STATUS").read_text() == "done\n"
    assert (tmp_path / "runs/study/two/2-compare/STATUS").read_text() == "stopped\n"
