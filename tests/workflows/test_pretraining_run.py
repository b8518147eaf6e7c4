"""``vistazo pretrain``: what a run leaves, what it never reads, what it says."""

import csv
import json

import numpy as np
import pytest
from PIL import Image

from tests.conftest import CLASSES, stripes
from tests.faults._running import vistazo
from vistazo.data.dataset import ImageDataset, row_sources
from vistazo.data.images import plain
from vistazo.errors import UsageError
from vistazo.pretext.inpainting import Inpainting
from vistazo.pretext.simclr import SimCLR
from vistazo.training.recipe import TrainingRecipe
from vistazo.workflows.pretext_naming import pretext_task
from vistazo.workflows.pretraining_run import run_pretraining

RECIPE = TrainingRecipe(epochs=2, batch_size=8, precision="float32", patience=None)
SHORT = {"recipe": RECIPE, "threads": 1}


def rows_of(path):
    with path.open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_a_run_leaves_what_shows_that_it_learned(toy, tmp_path):
    """Curves, pictures, numbers beside the baselines, a ledger, the images that were read."""
    run = run_pretraining(toy, Inpainting(), "inpainting", **SHORT, out=tmp_path / "run")
    files = {path.name for path in run.folder.iterdir()}
    assert {
        *("backbone", "config.yaml", "curves.png", "history.json", "images.csv"),
        *("pretraining.json", "reconstructions.png", "weights.csv", "STATUS", "environment.json"),
    } <= files
    assert "checkpoint" not in files
    for name in ("curves.png", "reconstructions.png"):
        assert min(Image.open(run.folder / name).size) > 200
    facts = json.loads((run.folder / "pretraining.json").read_text("utf-8"))
    assert facts == json.loads(json.dumps(dict(run.facts)))
    assert set(facts["errors"]) == {"network", "copy", "mean", "blur", "median"}
    assert "probe_accuracy" in facts["after"]
    ledger = rows_of(run.folder / "weights.csv")
    assert {row["origin"] for row in ledger} == {"pretrained"}
    assert all(row["sha256_before"] != row["sha256_after"] for row in ledger)
    read = rows_of(run.folder / "images.csv")
    parts = [row["part"] for row in read]
    assert (parts.count("trained on"), parts.count("watched")) == (54, 6)


def test_images_of_the_test_part_are_not_read(tmp_path):
    """They are in no list, and change no weight."""
    pixels, labels = stripes(n_per_class=8)
    split = np.where(np.arange(len(labels)) < 6, "test", "train")

    def backbone(changed, out):
        data = ImageDataset(
            "toy", plain(changed), labels, CLASSES, row_sources(len(labels)), split=split
        )
        run = run_pretraining(data, SimCLR(), "simclr", **SHORT, out=tmp_path / out)
        return run, (run.backbone / "weights.safetensors").read_bytes()

    run, weights = backbone(pixels, "a")
    sources = {row["source"] for row in rows_of(run.folder / "images.csv")}
    assert sources == set(row_sources(len(labels))[6:])
    changed = pixels.copy()
    changed[:6] = 255 - changed[:6]
    assert backbone(changed, "b")[1] == weights


def test_the_same_command_finds_it_done_and_another_is_refused(toy, tmp_path):
    """Nothing is trained again; nothing is overwritten."""
    first = run_pretraining(toy, SimCLR(), "simclr", **SHORT, out=tmp_path / "run")
    again = run_pretraining(toy, SimCLR(), "simclr", **SHORT, out=tmp_path / "run")
    assert (first.kept, again.kept) == (False, True)
    assert json.loads(json.dumps(dict(first.facts))) == again.facts
    with pytest.raises(UsageError, match="E-RUN-OTHER"):
        run_pretraining(toy, SimCLR(temperature=0.5), "simclr", **SHORT, out=tmp_path / "run")


@pytest.mark.parametrize(
    ("settings", "name", "value"),
    [
        (["mask=values"], "mask", "values"),
        (["inpainting.fraction=0.5"], "fraction", 0.5),
        (["recipe.epochs=3"], None, 3),
    ],
)
def test_settings_reach_the_task_and_its_recipe(settings, name, value):
    """With or without the name of the task."""
    task, recipe = pretext_task("inpainting", settings=settings, time_limit="90s")
    assert (getattr(task, name) if name else recipe.epochs) == value
    assert recipe.time_limit == 90
    assert pretext_task("rotation", epochs=4)[1].epochs == 4


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ({"name": "impainting"}, "E-NAME"),
        ({"name": "simclr", "network": "none-such"}, "E-NAME"),
        ({"name": "simclr", "settings": ["mask=values"]}, "E-NAME|E-SET"),
        ({"name": "simclr", "settings": ["temperature=0"]}, "E-VALUE"),
        ({"name": "simclr", "settings": ["recipe.mixup=0.2"]}, "E-PRETEXT-RECIPE"),
    ],
)
def test_what_cannot_be_is_found_before_any_data_are_read(words, code):
    """Names, values, and settings that need labels."""
    with pytest.raises(UsageError, match=code):
        pretext_task(**words)


@pytest.mark.slow
def test_from_the_command_line(tmp_path):
    """Labelled images, and a folder of images that lie anyhow; alarms end with 4."""
    pixels, _labels = stripes(n_per_class=8)
    (tmp_path / "photos" / "more").mkdir(parents=True)
    for row, image in enumerate(pixels):
        place = tmp_path / "photos" / ("more" if row % 2 else ".")
        Image.fromarray(image[..., 0]).save(place / f"{row}.png")
    words = ("--epochs", "2", "--set", "recipe.batch_size=8")
    run = vistazo(
        "pretrain", "photos", "--unlabelled", "--task", "inpainting", *words, "--set",
        "mask=values", "--out", "a", cwd=tmp_path,
    )  # fmt: skip
    assert run.code == 0, run.err
    assert run.out.strip().endswith("backbone")
    assert "24 images without labels" in run.err
    assert "median" in run.err
    assert "probe" not in run.err
    again = vistazo(
        "pretrain", "photos", "--unlabelled", "--task", "inpainting", *words, "--set",
        "mask=values", "--out", "a", cwd=tmp_path,
    )  # fmt: skip
    assert again.code == 0
    assert "nothing was trained again" in again.err
    collapsed = vistazo(
        "pretrain", "fashion-mnist-10k", "--limit", "100", "--task", "vicreg", "--epochs", "8",
        "--set", "variance=0", "--set", "covariance=0", "--set", "recipe.batch_size=16",
        "--out", "b", cwd=tmp_path,
    )  # fmt: skip
    assert collapsed.code == 4, collapsed.err
    assert "Alarm: views of different images" in collapsed.err
    assert "neighbours" in collapsed.err
    wrong = vistazo("pretrain", "photos", "--unlabelled", "--task", "paint", cwd=tmp_path)
    assert wrong.code == 2
    assert "E-NAME" in wrong.err
