"""What a training answers to wrong settings, to a loss that explodes, and to being ended."""

import json
import os
import shlex
import signal
import subprocess
import sys
from dataclasses import dataclass

import pytest

from tests.faults._running import clean_environment, vistazo, write_tiny
from vistazo.persistence import load

on_posix = pytest.mark.skipif(os.name == "nt", reason="Windows has neither signals nor limits")

NOWHERE = "no-such-data"
"""Data that do not exist: where something else is answered, it was found before reading."""
N_STEPS = 72
"""Steps of ``TRAINING``: 90 images in batches of 16, twelve times."""
TRAINING = (
    *("tiny.npz", "--epochs", "12", "--threads", "1"),
    *("--set", "cnn.recipe.batch_size=16", "--set", "cnn.recipe.patience=none"),
    *("--set", "cnn.recipe.augmentation=light", "--set", "cnn.recipe.dropout=0.3"),
)
COMPARISON = (
    *("compare", *TRAINING, "--methods", "cnn,nearest-mean", "--no-floors", "--folds", "2"),
    *("--processes", "1", "--no-model", "--out", "run"),
)
"""Its network takes 36 steps on each of the two folds."""
EXPLODING = (
    *("--epochs", "30", "--threads", "1"),
    *("--set", "cnn.recipe.weight_decay=3000", "--set", "cnn.recipe.patience=none"),
)
"""Each step multiplies the weights by -2, until no number is left of the loss."""


@pytest.fixture(autouse=True)
def data(tmp_path):
    return write_tiny(tmp_path / "tiny.npz", per_class=50)


@pytest.mark.parametrize(
    ("setting", "named"),
    [
        ("epochs=0", ("'epochs' is 0", "≥ 1")),
        ("batch_size=0", ("'batch_size' is 0", "≥ 1")),
        ("learning_rate=0", ("'learning_rate' is 0", "> 0 | auto")),
        ("momentum=1", ("'momentum' is 1", "0 ≤ x < 1")),
        ("label_smoothing=1", ("'label_smoothing' is 1", "0 ≤ x < 1")),
        ("clip_norm=0", ("'clip_norm' is 0", "> 0")),
        ("time_limit=-1", ("'time_limit' is -1", "> 0")),
        ("augmentation=rotation=999", ("rotation", "999", "180")),
    ],
)
def test_a_value_out_of_range_is_refused_before_reading(setting, named, answer, tmp_path):
    """A value outside its range is named with the range; nothing is read or written."""
    result = answer("train", NOWHERE, "--set", f"cnn.recipe.{setting}")
    result.refuses("E-VALUE", 2, *named)
    assert [path.name for path in tmp_path.iterdir()] == ["tiny.npz"]


@pytest.mark.parametrize(
    ("setting", "code", "named"),
    [
        ("optimizr=sgd", "E-NAME", ("cnn.recipe.optimizr", "Did you mean 'cnn.recipe.optimizer'")),
        ("optimizer=lion", "E-VALUE", ("'lion'", "adam | adamw | sgd | rmsprop")),
        ("augmentation=ligth", "E-NAME", ("'ligth'", "Did you mean 'light'")),
        ("augmentation=rotatoin=9", "E-NAME", ("'rotatoin'", "Did you mean 'rotation'")),
    ],
)
def test_what_does_not_exist_gets_the_nearest(setting, code, named, answer, tmp_path):
    """An unknown setting or policy is named with the one that was meant; nothing is written."""
    answer("train", NOWHERE, "--set", f"cnn.recipe.{setting}").refuses(code, 2, *named)
    assert [path.name for path in tmp_path.iterdir()] == ["tiny.npz"]


def test_images_too_small_for_the_network(answer):
    """The network is named with the side that it needs and the option that gives it."""
    result = answer("train", "tiny.npz", "--size", "8", "--method", "cnn:lenet-5", "--quiet")
    result.refuses("E-NET-SIZE", 3, "lenet-5", "12×12", "8×8", "--size 12")


def test_in_a_comparison_only_the_network_fails(answer, tmp_path):
    """Images too small for one method leave the others their place in the table; exit code 4."""
    result = answer(*COMPARISON, "--size", "8")
    assert result.code == 4
    assert "cnn:fashion-cnn could not be evaluated: fashion-cnn needs images" in result.err
    described = json.loads((tmp_path / "run" / "comparison.json").read_text())
    assert described["winner"] == "nearest-mean"
    assert (tmp_path / "run" / "STATUS").read_text() == "done\n"


def test_a_loss_that_is_no_number_at_once(answer, tmp_path):
    """Without one good epoch there is no model, and the learning rate is named."""
    rate = ("--set", "cnn.recipe.learning_rate=1e30")
    result = answer("train", *TRAINING, *rate, "--out", "run")
    assert result.code == 3
    assert result.err.endswith("[E-TRAIN-NAN]\n")
    assert "learning rate (now 1e+30) is too high" in result.err
    assert "Traceback" not in result.err
    assert (tmp_path / "run" / "STATUS").read_text() == "failed\n"
    assert not (tmp_path / "run" / "model").exists()


def test_a_loss_that_is_no_number_later(answer, tmp_path):
    """The weights of the last good epoch are kept as a model, and that is said."""
    result = answer("train", "tiny.npz", *EXPLODING, "--out", "run")
    assert result.code == 0, result.err
    assert "the weights of epoch 1 were kept" in result.err
    assert "[E-TRAIN-NAN]" in result.err
    history = json.loads((tmp_path / "run" / "history.json").read_text())
    assert None in history["train_loss"][1:]
    network = load(tmp_path / "run" / "model").estimator
    assert (network.best_epoch_, network.stopped_) == (1, "nan")
    assert network.history_ == history


def test_a_loss_that_is_no_number_later_in_a_comparison(answer, tmp_path):
    """A network whose loss explodes is compared by its last good weights."""
    words = ("compare", "tiny.npz", "--methods", "cnn", "--no-floors", "--folds", "2")
    result = answer(*words, "--processes", "1", "--no-model", *EXPLODING, "--out", "run")
    assert result.code == 0, result.err
    (method,) = json.loads((tmp_path / "run" / "comparison.json").read_text())["methods"]
    assert {fold["stopped"] for fold in method["history"]} == {"nan"}


def test_one_image_is_no_batch_for_batch_normalisation(answer, tmp_path):
    """Batches of one image are refused where their spread is needed, and taken elsewhere."""
    one = ("--set", "cnn.recipe.batch_size=1", "--limit", "20", "--epochs", "1", "--quiet")
    for kind, code in (("batch", 2), ("group", 0)):
        norms = ("--set", f"cnn.recipe.normalization={kind}")
        result = answer("train", "tiny.npz", *one, *norms, "--out", kind)
        assert result.code == code, result.err
        assert ("A batch of one image has no spread" in result.err) == (kind == "batch")


def test_a_time_limit_ends_a_training_after_an_epoch(answer, tmp_path):
    """The epochs until then make a model, and why it ended is said."""
    words = ("train", "tiny.npz", "--threads", "1", "--epochs", "100000", "--time-limit", "1s")
    result = answer(*words, "--set", "cnn.recipe.patience=none", "--out", "run")
    assert result.code == 0, result.err
    assert "because of its time limit" in result.err
    history = json.loads((tmp_path / "run" / "history.json").read_text())
    *before, _last = history["seconds"]
    assert sum(before) <= 1 < sum(history["seconds"])


def test_epochs_beat_those_of_the_networks_own_recipe(answer, tmp_path):
    """What the command line says goes before the recipe that a network is meant for."""
    words = ("train", "tiny.npz", "--threads", "1", "--method", "cnn:course-cnn-torch")
    assert answer(*words, "--epochs", "1", "--out", "run").code == 0
    assert len(json.loads((tmp_path / "run" / "history.json").read_text())["epoch"]) == 1
    assert "batch_size: 32" in (tmp_path / "run" / "config.yaml").read_text()


@pytest.mark.parametrize("option", [("--epochs", "3"), ("--time-limit", "5m")])
def test_a_method_without_epochs_says_so(option, answer):
    """Options for networks are told to change nothing in a method that is none."""
    result = answer("train", "tiny.npz", "--method", "nearest-mean", *option)
    assert result.code == 0
    assert "nearest-mean is no network: --epochs and --time-limit change nothing." in result.err
    assert "interrupted" not in result.err
    assert "is no network" not in answer("train", "tiny.npz", "--method", "nearest-mean").err


def test_a_rate_that_was_found_is_told_before_the_epochs_it_is_used_in(answer):
    """The chosen learning rate stands above the table, with a comma in Spanish."""
    words = ("train", *TRAINING, "--set", "cnn.recipe.learning_rate=auto", "--lang", "es")
    lines = answer(*words, "--epochs", "1").err.splitlines()
    (found,) = [place for place, line in enumerate(lines) if " 1/1*" in line]
    rate = lines[found].split()[5]
    assert float(rate.replace(",", ".")) > 0
    assert "." not in rate
    assert rate in lines[found - 2]


END = """
import atexit, os, resource, signal, sys
from vistazo.cli.main import main
from vistazo.training.checkpoint_place import checkpointing
from vistazo.training.training import Training

checkpointing.__wrapped__.__defaults__ = ({every},)
step, made = Training.step, [0]

def step_or_end(self):
    if made[0] == {after}:
        {action}
    made[0] += 1
    step(self)

Training.step = step_or_end
atexit.register(lambda: print("steps:", made[0], file=sys.stderr))
main(sys.argv[1:])
"""
FULL = "resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))"
"""From now on no file can be longer: a disk with room for nothing but notes."""


@dataclass(frozen=True)
class Ended:
    """How a command ended."""

    code: int
    err: str

    @property
    def steps(self):
        """How many steps of trainings it made."""
        return int(self.err.rpartition("steps: ")[2])


def run(*words, cwd, after=-1, action="pass", every=20.0):
    """Run a command in a process in which something happens before a step; 0 is the first."""
    script = END.format(after=after, action=action, every=every)
    done = subprocess.run(
        [sys.executable, "-c", script, *words],
        cwd=cwd,
        env=clean_environment(),
        capture_output=True,
        text=True,
        timeout=600,
    )
    return Ended(done.returncode, done.stderr)


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """The weights of a training that was never ended, as they are in its model's file."""
    folder = tmp_path_factory.mktemp("whole")
    write_tiny(folder / "tiny.npz", per_class=50)
    done = vistazo("train", *TRAINING, "--out", "run", cwd=folder)
    assert done.code == 0, done.err
    return (folder / "run" / "model" / "weights.safetensors").read_bytes()


def finishes(again, folder, whole, steps):
    """Check that a training made the steps it lacked, and no others, up to the same weights."""
    assert again.code == 0, again.err
    assert again.steps == steps
    assert (folder / "STATUS").read_text() == "done\n"
    assert (folder / "model" / "weights.safetensors").read_bytes() == whole
    assert not (folder / "checkpoint").exists()


@pytest.mark.slow
@on_posix
@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_training_that_is_stopped_goes_on_by_the_command_it_prints(number, code, tmp_path, whole):
    """Ctrl-C and SIGTERM wait for the end of the step; the printed command makes the others."""
    action = f"os.kill(os.getpid(), {int(number)})"
    ended = run("train", *TRAINING, cwd=tmp_path, after=40, action=action)
    assert ended.code == code
    assert "Traceback" not in ended.err
    assert ended.steps == 41
    assert (tmp_path / "runs/train/tiny.npz/STATUS").read_text() == "stopped\n"
    (said,) = [line for line in ended.err.splitlines() if line.startswith("  vistazo")]
    words = shlex.split(said)[1:]
    assert words == ["train", *TRAINING, "--out", "runs/train/tiny.npz"]
    again = run(*words, cwd=tmp_path)
    assert "Continuing the interrupted training in epoch 7." in again.err
    finishes(again, tmp_path / "runs/train/tiny.npz", whole, N_STEPS - 41)


@pytest.mark.slow
@on_posix
def test_a_training_that_is_killed_goes_on_by_the_same_command(tmp_path, whole):
    """What is killed leaves its last checkpoint; the command had said how to go on from it."""
    action = "os.kill(os.getpid(), signal.SIGKILL)"
    ended = run("train", *TRAINING, cwd=tmp_path, after=40, action=action, every=0.0)
    assert ended.code == -signal.SIGKILL
    folder = tmp_path / "runs/train/tiny.npz"
    assert "the same command with --out runs/train/tiny.npz continues it." in ended.err
    assert (folder / "STATUS").read_text() == "running\n"
    again = run("train", *TRAINING, "--out", "runs/train/tiny.npz", cwd=tmp_path)
    finishes(again, folder, whole, N_STEPS - 40)


@pytest.mark.slow
@on_posix
def test_a_disk_that_is_full_leaves_the_checkpoint_before(tmp_path, whole):
    """A checkpoint that cannot be written ends the training; with room it goes on from the last."""
    words = ("train", *TRAINING, "--out", "run")
    ended = run(*words, cwd=tmp_path, after=40, action=FULL, every=0.0)
    assert ended.code == 5
    assert "[E-RUN-WRITE]" in ended.err
    assert "Traceback" not in ended.err
    folder = tmp_path / "run"
    assert (folder / "STATUS").read_text() == "failed\n"
    kinds = sorted(path.suffix for path in (folder / "checkpoint").iterdir())
    assert kinds == [".before", ".checkpoint"]
    # the 41st step was made, and then could not be written
    finishes(run(*words, cwd=tmp_path), folder, whole, N_STEPS - 40)


@pytest.mark.slow
@on_posix
def test_a_comparison_killed_inside_a_training_goes_on_inside_it(tmp_path):
    """Finished cells are kept, the one under way makes the steps it lacks, no number differs."""
    (tmp_path / "whole").mkdir()
    write_tiny(tmp_path / "whole" / "tiny.npz", per_class=50)
    never_ended = run(*COMPARISON, cwd=tmp_path / "whole")
    assert never_ended.code == 0, never_ended.err
    n_steps = never_ended.steps
    action = "os.kill(os.getpid(), signal.SIGKILL)"
    after = n_steps // 2 + 10  # in the second fold
    ended = run(*COMPARISON, cwd=tmp_path, after=after, action=action, every=0.0)
    assert ended.code == -signal.SIGKILL
    cells = tmp_path / "run" / "cells"
    assert len(list(cells.glob("cnn-*/cell.json"))) == 1
    assert len(list(cells.glob("cnn-*/checkpoint/*.checkpoint"))) == 1
    again = run(*COMPARISON, cwd=tmp_path)
    assert again.code == 0, again.err
    assert again.steps == n_steps - after
    assert again.err.count("kept from before") == 3
    assert not list(cells.glob("*/checkpoint"))
    expected = (tmp_path / "whole" / "run" / "predictions.csv").read_bytes()
    assert (tmp_path / "run" / "predictions.csv").read_bytes() == expected
