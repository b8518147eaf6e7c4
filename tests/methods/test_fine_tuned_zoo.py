"""Fine-tuning networks of timm and weights in files: what is trained, kept and asked for."""

from pathlib import Path

import numpy as np
import pytest
import torch

from tests.architectures import _torchvision
from tests.conftest import stripes
from tests.faults._running import vistazo
from tests.transfer._zoo import saved, trained
from vistazo.errors import DataError, SetupError, UsageError
from vistazo.methods._tail_training import RECIPE
from vistazo.methods.fine_tuned import FineTunedClassifier
from vistazo.persistence import load, save
from vistazo.training.recipe import TrainingRecipe
from vistazo.workflows.naming import chosen_methods

PIXELS, LABELS = stripes(n_per_class=8)
NAME = "timm:test_resnet"


@pytest.fixture(scope="module")
def file(tmp_path_factory):
    """Weights of ``test_resnet``."""
    return saved(trained("test_resnet"), tmp_path_factory.mktemp("weights") / "w.safetensors")


def quick(name, file, freeze="all-but-1", **settings):
    """Two epochs."""
    recipe = TrainingRecipe(**(RECIPE | {"epochs": 2, "batch_size": 8}))
    return FineTunedClassifier(
        weights=name, weights_file=file, freeze=freeze, recipe=recipe, random_state=0, **settings
    )


def test_the_last_piece_of_a_network_of_timm_is_trained(file):
    """It begins as in the file, and moves; what is before it is counted and stays."""
    method = quick(NAME, file).fit(PIXELS, LABELS)
    network = trained("test_resnet")
    network.reset_classifier(0)
    n_all = sum(p.numel() for p in network.parameters())
    assert method.n_parameters_ == n_all + network.num_features * 3 + 3
    assert 0 < method.n_trainable_ < method.n_parameters_
    found = {
        name.partition("network.")[2]: tensor
        for name, tensor in method.network_.state_dict().items()
    }
    before = network.state_dict()
    weights = {n: t for n, t in found.items() if n and t.ndim == 4}
    assert weights
    assert all(0 < (t - before[n]).abs().max() < 0.1 for n, t in weights.items())


def test_a_published_file_without_timm(tmp_path):
    """The same with an architecture of Vistazo's own and torchvision's file for it."""
    path = tmp_path / "resnet18.pth"
    torch.save(_torchvision.network("resnet-18").state_dict(), path)
    method = quick("resnet-18", str(path), input_side=32).fit(PIXELS, LABELS)
    assert method.resolve((16, 16, 3), 3).weights_sha256
    assert method.n_parameters_ == 11_176_512 + 512 * 3 + 3


@pytest.mark.parametrize("name", [NAME, "timm:test_vit"])
def test_it_is_controlled_by_the_same_network_from_scratch(name, tmp_path):
    """No file is asked for, everything is trained, and images have a size that it takes."""
    path = saved(trained(name.removeprefix("timm:")), tmp_path / "w.safetensors")
    twin = quick(name, path).control()
    assert (twin.weights, twin.weights_file, twin.freeze) == (f"random-{name}", None, "none")
    twin.recipe.set_params(epochs=1, validation_fraction=0.0, patience=None)
    twin.check()
    twin.fit(PIXELS, LABELS)
    assert twin.n_trainable_ == twin.n_parameters_


def test_a_model_folder_needs_the_file(file, tmp_path):
    """It answers as before with that file, and is refused with another."""
    path = tmp_path / "w.safetensors"
    path.write_bytes(Path(file).read_bytes())
    method = quick(NAME, str(path)).resolve((16, 16, 3), 3).fit(PIXELS, LABELS)
    save(method, tmp_path / "model")
    model = load(tmp_path / "model")
    assert np.allclose(model.predict_proba(PIXELS), method.predict_proba(PIXELS))
    saved(trained("test_resnet", seed=2), path)
    with pytest.raises(DataError, match="E-WEIGHTS-CHANGED"):
        load(tmp_path / "model")


def test_what_cannot_be_is_found_before_any_data_are_read(file, tmp_path, monkeypatch):
    """No file, another network's file, more layers than there are."""
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path))
    with pytest.raises(SetupError, match="E-WEIGHTS-NONE"):
        chosen_methods([f"fine-tuned:{NAME}"])
    with pytest.raises(UsageError, match="E-NAME"):
        chosen_methods(["fine-tuned:no-such-weights"])
    with pytest.raises(UsageError, match=r"7 layers.*E-FREEZE"):
        quick(NAME, file, freeze="all-but-8").check()
    with pytest.raises(DataError, match="E-WEIGHTS-NAMES"):
        quick("timm:test_vit", file).resolve((16, 16, 3), 3)


@pytest.mark.slow
def test_from_the_command_line(file, tmp_path):
    """Compared with its twin from scratch; trained; asked."""
    words = ("--size", "32", "--limit", "40", "--weights", file)
    settings = ("--set", "fine-tuned.freeze=all-but-2", "--set", "fine-tuned.recipe.epochs=2")
    run = vistazo(
        "compare", "fashion-mnist-10k", "--methods", f"fine-tuned:{NAME}", "--folds", "2",
        "--out", "run", *words, *settings, cwd=tmp_path,
    )  # fmt: skip
    assert run.code == 0, run.err
    assert f"fine-tuned:random-{NAME}" in (tmp_path / "run" / "comparison.json").read_text("utf-8")
    assert (tmp_path / "run" / "weights.csv").exists()
    model = vistazo(
        "train", "fashion-mnist-10k", "--method", f"fine-tuned:{NAME}", "--out", "t", *words,
        *settings, cwd=tmp_path,
    )  # fmt: skip
    assert model.code == 0, model.err
