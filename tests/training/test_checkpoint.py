"""A training that is ended and started again gives the same numbers to the last bit."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import torch

from tests.training._small import generator, network, objective, weights
from vistazo import files
from vistazo.errors import DataError, SetupError, VistazoWarning
from vistazo.training.checkpoint_place import checkpointing
from vistazo.training.history import listening
from vistazo.training.loop import train
from vistazo.training.recipe import TrainingRecipe
from vistazo.training.training import Training

EVERYTHING = {
    "epochs": 5, "batch_size": 8, "patience": None, "learning_rate": 0.01,
    "schedule": "one-cycle", "ema_decay": 0.9, "augmentation": "light", "mixup": 0.4,
    "clip_norm": 1.0, "l1": 1e-4,
}  # fmt: skip
RECIPES = [
    EVERYTHING,
    {"epochs": 4, "batch_size": 16, "patience": 2, "optimizer": "sgd", "schedule": "plateau"},
    {"epochs": 4, "batch_size": 16, "optimizer": "rmsprop", "momentum": 0.5, "cutmix": 1.0},
    {"epochs": 3, "batch_size": 16, "learning_rate": "auto", "balanced_sampling": True},
]


class Ended(Exception):
    pass


def run(settings, folder=None, every=0.0, stop_at=None, monkeypatch=None):
    """Train with dropout; end after a number of steps, however deep in an epoch."""
    recipe = TrainingRecipe(**settings)
    net = network(dropout=0.3)
    torch.manual_seed(11)
    if stop_at is not None:
        step, left = Training.step, [stop_at]

        def step_or_end(self):
            if not left[0]:
                raise Ended
            left[0] -= 1
            step(self)

        monkeypatch.setattr(Training, "step", step_or_end)
    with checkpointing(folder, every):
        try:
            history = train(net, objective(recipe), recipe, generator())
        finally:
            monkeypatch and monkeypatch.undo()
    return weights(net), history


def timeless(history):
    columns = {name: values for name, values in history.columns.items() if name != "seconds"}
    return columns, history.best_epoch, history.stopped, history.range_test


@pytest.mark.parametrize("settings", RECIPES)
@pytest.mark.parametrize("share", [0.1, 0.3, 0.5, 0.95])
def test_ended_after_any_step_and_continued(settings, share, tmp_path, monkeypatch):
    """Weights, history and best epoch equal those of a training that was never ended."""
    whole, expected = run(settings)
    n_steps = len(expected) * -(-40 // settings["batch_size"])
    stop_at = max(1, int(share * n_steps))
    with pytest.raises(Ended):
        run(settings, tmp_path, stop_at=stop_at, monkeypatch=monkeypatch)
    steps = []
    step = Training.step
    monkeypatch.setattr(Training, "step", lambda self: (steps.append(1), step(self)))
    again, history = run(settings, tmp_path)
    assert timeless(history) == timeless(expected)
    for name, tensor in whole.items():
        assert torch.equal(again[name], tensor), name
    assert len(steps) == n_steps - stop_at, "it began at the start again"


def test_another_training_in_the_same_folder_begins_at_its_own_start(tmp_path, monkeypatch):
    """A checkpoint is only taken by the training that it is of: same data, recipe, weights."""
    with pytest.raises(Ended):
        run(RECIPES[1], tmp_path, stop_at=4, monkeypatch=monkeypatch)
    other = RECIPES[1] | {"l2": 0.1}
    expected, _ = run(other)
    found, _ = run(other, tmp_path)
    assert all(torch.equal(found[name], tensor) for name, tensor in expected.items())


def damage(path):
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def test_a_damaged_checkpoint_gives_way_to_the_one_before(tmp_path, monkeypatch):
    """One flipped bit is noticed; the state before it leads to the same weights."""
    whole, _ = run(RECIPES[0])
    with pytest.raises(Ended):
        run(RECIPES[0], tmp_path, stop_at=9, monkeypatch=monkeypatch)
    (newest,) = tmp_path.glob("*.checkpoint")
    damage(newest)
    with pytest.warns(VistazoWarning, match="damaged"):
        again, _ = run(RECIPES[0], tmp_path)
    assert all(torch.equal(again[name], tensor) for name, tensor in whole.items())


def test_where_all_are_damaged_nothing_is_guessed_or_deleted(tmp_path, monkeypatch):
    """The error says so and the files stay."""
    with pytest.raises(Ended):
        run(RECIPES[0], tmp_path, stop_at=9, monkeypatch=monkeypatch)
    before = sorted(tmp_path.iterdir())
    for path in before:
        damage(path)
    with pytest.raises(DataError, match="E-CHECKPOINT"):
        run(RECIPES[0], tmp_path)
    assert sorted(tmp_path.iterdir()) == before


def test_a_full_disk_leaves_the_checkpoint_before_it(tmp_path, monkeypatch):
    """The error names the disk, and what had been written still continues the training."""
    whole, _ = run(RECIPES[0])
    real, count = files.os.fsync, [0]

    def fsync(handle):
        count[0] += 1
        if count[0] == 6:
            raise OSError(28, "No space left on device")
        real(handle)

    monkeypatch.setattr(files.os, "fsync", fsync)
    with pytest.raises(SetupError, match="E-DISK"):
        run(RECIPES[0], tmp_path)
    monkeypatch.undo()
    again, _ = run(RECIPES[0], tmp_path)
    assert all(torch.equal(again[name], tensor) for name, tensor in whole.items())


def test_ctrl_c_ends_between_two_steps_and_saves(tmp_path):
    """A request that comes in the middle of a step is heard after it, and nothing is lost."""
    whole, _ = run(RECIPES[0])
    recipe, net = TrainingRecipe(**RECIPES[0]), network(dropout=0.3)
    torch.manual_seed(11)

    def ask(history):
        if len(history) == 2:
            os.kill(os.getpid(), signal.SIGINT)

    before = signal.signal(signal.SIGINT, signal.default_int_handler)  # ignored in the background
    try:
        with checkpointing(tmp_path, every=3600), listening(ask), pytest.raises(KeyboardInterrupt):
            train(net, objective(recipe), recipe, generator())
    finally:
        signal.signal(signal.SIGINT, before)
    assert list(tmp_path.glob("*.checkpoint"))
    again, history = run(RECIPES[0], tmp_path)
    assert len(history) == 5
    assert all(torch.equal(again[name], tensor) for name, tensor in whole.items())


def newest(folder):
    """Return when a checkpoint was last written; files come and go meanwhile."""
    times = [0]
    for path in folder.glob("*.checkpoint"):
        with contextlib.suppress(FileNotFoundError):
            times.append(path.stat().st_mtime_ns)
    return max(times)


SCRIPT = """
import sys
from pathlib import Path
import torch
from tests.training.test_checkpoint import EVERYTHING, run
settings = EVERYTHING | {"epochs": 60, "batch_size": 4}
kept, _ = run(settings, Path(sys.argv[1]))
torch.save(kept, sys.argv[2])
"""


@pytest.mark.slow
def test_killed_at_random_moments(tmp_path):
    """However often ``kill -9`` falls, also into a writing, the end is the same to the last bit."""
    seed = int.from_bytes(os.urandom(4), "big")
    print("seed", seed)
    pauses = torch.rand(12, generator=torch.Generator().manual_seed(seed)).tolist()
    root = Path(__file__).parents[2]
    folder, ended = tmp_path / "checkpoints", tmp_path / "weights.pt"
    command = [sys.executable, "-c", SCRIPT, str(folder), str(ended)]
    kills = 0
    for pause in pauses:
        process = subprocess.Popen(command, cwd=root)
        while not list(folder.glob("*")) and process.poll() is None:
            time.sleep(0.01)
        # what it takes to start differs by machine: the pause counts from its first writing on
        before = newest(folder)
        while process.poll() is None and newest(folder) == before:
            time.sleep(0.005)
        time.sleep(pause)
        if process.poll() is not None:
            break
        process.kill()
        process.wait()
        kills += 1
    subprocess.run(command, cwd=root, check=True)
    whole, _ = run(EVERYTHING | {"epochs": 60, "batch_size": 4})
    again = torch.load(ended, weights_only=True)
    assert kills > 0
    assert all(torch.equal(again[name], tensor) for name, tensor in whole.items())
