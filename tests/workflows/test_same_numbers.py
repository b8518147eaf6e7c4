"""One seed, any number of processes, killed or not: the same bytes."""

import os
import signal
import subprocess
import sys
import time

import numpy as np
import pytest

from tests.conftest import stripes

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def archive(tmp_path_factory):
    pixels, labels = stripes(n_per_class=30)
    path = tmp_path_factory.mktemp("data") / "stripes.npz"
    np.savez(path, images=pixels, labels=labels)
    return path


def command(archive, out, processes):
    return [
        sys.executable, "-m", "vistazo", "compare", str(archive), "--methods", "hog-svm,cnn",
        "--folds", "3", "--epochs", "4", "--set", "cnn.recipe.batch_size=8",
        "--processes", str(processes), "--out", str(out), "--no-model",
    ]  # fmt: skip


def run(archive, out, processes):
    subprocess.run(command(archive, out, processes), check=True, capture_output=True)
    return (out / "predictions.csv").read_bytes()


@pytest.fixture(scope="module")
def expected(archive, tmp_path_factory):
    return run(archive, tmp_path_factory.mktemp("one") / "run", 1)


def test_two_processes_give_the_same_bytes_as_one(archive, expected, tmp_path):
    """The number of processes changes no prediction."""
    assert run(archive, tmp_path / "run", 2) == expected


def test_killed_and_started_again_gives_the_same_bytes(archive, expected, tmp_path):
    """After ``kill -9``, the same command finishes the run; finished cells are kept."""
    out = tmp_path / "run"
    process = subprocess.Popen(
        command(archive, out, 2), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    deadline = time.monotonic() + 600
    while len(list(out.glob("cells/*/cell.json"))) < 5 and time.monotonic() < deadline:
        time.sleep(0.02)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    kept = {p: p.stat().st_mtime_ns for p in out.glob("cells/*/cell.json")}
    assert len(kept) >= 5
    assert not (out / "predictions.csv").exists(), "it was killed too late to prove anything"
    assert run(archive, out, 2) == expected
    assert all(path.stat().st_mtime_ns == when for path, when in kept.items())


def test_a_damaged_cell_is_computed_again(archive, expected, tmp_path):
    """A cell whose numbers do not match their hash does not count."""
    out = tmp_path / "run"
    run(archive, out, 1)
    (out / "predictions.csv").unlink()
    damaged = next(out.glob("cells/cnn*/predictions.npz"))
    content = bytearray(damaged.read_bytes())
    content[len(content) // 2] ^= 1
    damaged.write_bytes(content)
    assert run(archive, out, 1) == expected


def test_workers_end_with_a_killed_parent(archive, tmp_path):
    """A killed command leaves no process behind that works on for nobody."""
    out = tmp_path / "run"
    process = subprocess.Popen(
        command(archive, out, 2), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    deadline = time.monotonic() + 600
    while not list(out.glob("cells/*/cell.json")) and time.monotonic() < deadline:
        time.sleep(0.02)
    workers = children(process.pid)
    assert workers
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    deadline = time.monotonic() + 300
    while any(alive(pid) for pid in workers) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert not [pid for pid in workers if alive(pid)]


def children(pid):
    listing = subprocess.run(["ps", "-o", "pid=", "--ppid", str(pid)], capture_output=True)
    return [int(word) for word in listing.stdout.split()]


def alive(pid):
    state = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True)
    return bool(state.stdout.strip()) and not state.stdout.startswith("Z")
