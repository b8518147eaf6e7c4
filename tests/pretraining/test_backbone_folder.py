"""A backbone in a folder: itself again, or an error."""

import json
import shutil

import pytest
import torch

from tests.conftest import stripes
from vistazo.data.images import plain
from vistazo.data.unlabelled_images import UnlabelledImages
from vistazo.errors import DataError, UsageError, VistazoWarning
from vistazo.pretext.rotation import Rotation
from vistazo.pretraining.backbone_folder import load_backbone, read_manifest
from vistazo.training.recipe import TrainingRecipe
from vistazo.workflows.pretraining_run import run_pretraining

PIXELS = stripes(n_per_class=8)[0]
IMAGES = UnlabelledImages("toy", plain(PIXELS), tuple(map(str, range(len(PIXELS)))))


@pytest.fixture(scope="module")
def pretrained(tmp_path_factory):
    recipe = TrainingRecipe(epochs=1, batch_size=8, precision="float32", patience=None)
    out = tmp_path_factory.mktemp("pretrained") / "r"
    return run_pretraining(
        IMAGES, Rotation(), "rotation", recipe=recipe, threads=1, out=out
    ).backbone


@pytest.fixture
def folder(pretrained, tmp_path):
    return shutil.copytree(pretrained, tmp_path / "backbone")


def test_it_is_the_same_network_again(folder):
    """With what it learned from."""
    backbone, manifest = load_backbone(folder)
    again, _manifest = load_backbone(folder)
    images = torch.rand(2, 1, 20, 20)
    with torch.no_grad():
        assert torch.equal(backbone(images), again(images))
    assert manifest.task == {"name": "rotation"}
    assert manifest.image_shape == (20, 20, 1)
    assert manifest.data["n_images"] == round(0.9 * len(PIXELS))
    assert not backbone.training


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda m: m | {"architecture": "lenet-5", "image_shape": [32, 32, 1]}, "E-BACKBONE"),
        (lambda m: m | {"architecture": "none-such"}, "E-NAME"),
        (lambda m: m | {"schema": "vistazo.model/1"}, "E-BACKBONE"),
        (lambda m: m | {"extra": 1}, "E-BACKBONE"),
        (lambda m: m | {"image_shape": [20, 20, 2]}, "E-BACKBONE"),
        (lambda m: m | {"sha256": "0" * 64}, "E-WEIGHTS-CHANGED"),
        (lambda m: [], "E-BACKBONE"),
    ],
)
def test_what_the_manifest_may_not_say(folder, change, code):
    """Another network, other numbers, another kind of folder."""
    path = folder / "manifest.json"
    path.write_text(json.dumps(change(json.loads(path.read_text("utf-8")))), "utf-8")
    with pytest.raises((DataError, UsageError), match=code):
        load_backbone(folder)


def test_what_the_folder_may_not_hold(folder, tmp_path):
    """Nothing, no weights, or damaged ones."""
    with pytest.raises(DataError, match="E-BACKBONE"):
        read_manifest(tmp_path / "nowhere")
    weights = folder / "weights.safetensors"
    content = weights.read_bytes()
    weights.write_bytes(content[:-4] + b"\0\0\0\1")
    with pytest.raises(DataError, match="E-WEIGHTS-CHANGED"):
        load_backbone(folder)
    weights.unlink()
    with pytest.raises(DataError, match="E-WEIGHTS-FILE"):
        load_backbone(folder)


def test_an_alarm_is_told_again(folder):
    """Whoever takes a collapsed backbone is warned."""
    path = folder / "manifest.json"
    content = json.loads(path.read_text("utf-8")) | {"alarms": ["spread"]}
    path.write_text(json.dumps(content), "utf-8")
    with pytest.warns(VistazoWarning, match="spread"):
        load_backbone(folder)
