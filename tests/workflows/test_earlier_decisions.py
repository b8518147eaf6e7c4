"""A run that is continued keeps what it decided of its machine when it began."""

import json

import pytest
import yaml

from vistazo.errors import SetupError, UsageError
from vistazo.evaluation.protocol import Protocol
from vistazo.files import sha256
from vistazo.methods.cnn import CNNClassifier
from vistazo.methods.linear_probe import LinearProbeClassifier
from vistazo.methods.majority import MajorityClassifier
from vistazo.persistence import load
from vistazo.training.recipe import TrainingRecipe
from vistazo.transfer import feature_engine
from vistazo.workflows import train as train_module
from vistazo.workflows.comparison_run import run_comparison
from vistazo.workflows.run_folder import read_config
from vistazo.workflows.train import train

needs_onnx = pytest.mark.skipif(not feature_engine.installed(), reason="needs the extra 'onnx'")


@pytest.fixture(autouse=True)
def own_features(monkeypatch, tmp_path):
    monkeypatch.setenv("VISTAZO_CACHE", str(tmp_path / "cache"))


def probed(toy, out, **settings):
    probe = LinearProbeClassifier(input_side=64, strength=0.1, **settings)
    return run_comparison(
        toy, {"probe": probe}, out=out, protocol=Protocol(folds=2), processes=1, save_model=False
    )


def contents(folder):
    """Hashes of everything a run wrote, but for when and where."""
    named = [p for p in folder.rglob("*") if p.is_file() and not p.name.startswith(".")]
    return {p.relative_to(folder): sha256(p.read_bytes()) for p in named}


def lacking_onnx(patch):
    patch.setattr(feature_engine, "installed", lambda: False)


@needs_onnx
def test_features_by_torch_stay_so_where_the_other_engine_came_later(toy, tmp_path, monkeypatch):
    """The run goes on, and every cell is the one that it was."""
    with monkeypatch.context() as patch:
        lacking_onnx(patch)
        first = probed(toy, tmp_path / "run")
    assert read_config(first.folder)["methods"]["probe"]["engine"] == "torch"
    before = contents(first.folder / "cells")
    again = probed(toy, tmp_path / "run")
    assert contents(first.folder / "cells") == before
    assert again.comparison.methods["probe"].engine == "torch"
    with pytest.raises(UsageError, match=r"methods\.probe\.engine differ.*E-RUN-OTHER"):
        probed(toy, tmp_path / "run", engine="onnxruntime")


@needs_onnx
def test_an_engine_that_is_gone_is_named_and_nothing_is_changed(toy, tmp_path, monkeypatch):
    """Not another engine's numbers, not another run's name: the extra to install."""
    folder = probed(toy, tmp_path / "run").folder
    before = contents(folder)
    lacking_onnx(monkeypatch)
    with pytest.raises(SetupError, match=r"ONNX Runtime.*vistazo\[onnx\].*--out.*E-EXTRA"):
        probed(toy, tmp_path / "run")
    assert contents(folder) == before


@needs_onnx
def test_a_model_is_not_bound_to_an_engine(toy, tmp_path, monkeypatch):
    """One of ONNX Runtime answers without it; one from before there was a choice is loaded."""
    probe = LinearProbeClassifier(input_side=64, strength=0.1)
    run = train(probe, "linear-probe", toy, out=tmp_path / "run")
    manifest = json.loads((run.model / "manifest.json").read_text())
    assert manifest["parameters"]["engine"] == "onnxruntime"
    with monkeypatch.context() as patch:
        lacking_onnx(patch)
        load(run.model).predict(toy.images)
    del manifest["parameters"]["engine"]
    (run.model / "manifest.json").write_text(json.dumps(manifest))
    members = [p for p in sorted(run.model.iterdir()) if p.name != "SHA256SUMS"]
    sums = [f"{sha256(p.read_bytes())}  {p.name}\n" for p in members]
    (run.model / "SHA256SUMS").write_text("".join(sums))
    assert load(run.model).estimator.engine == "auto"


def test_a_precision_is_measured_once(toy, tmp_path, monkeypatch):
    """Where a second measurement would say otherwise, it is not made."""
    recipe = TrainingRecipe(epochs=1)
    network = CNNClassifier(architecture="simple-cnn", recipe=recipe)
    answers = iter(["bfloat16"])
    monkeypatch.setattr("vistazo.methods.cnn.faster_precision", lambda *_: next(answers))
    first = train(network, "cnn", toy, out=tmp_path / "run")
    assert not first.kept
    assert train(network, "cnn", toy, out=tmp_path / "run").kept
    assert recipe.precision == "auto"
    given = CNNClassifier(
        architecture="simple-cnn", recipe=TrainingRecipe(epochs=1, precision="float32")
    )
    with pytest.raises(UsageError, match=r"method\.recipe\.precision differ.*E-RUN-OTHER"):
        train(given, "cnn", toy, out=tmp_path / "run")


def test_threads_of_a_training_are_those_it_began_with(toy, tmp_path, monkeypatch):
    """On a machine with more processors it is the same run."""
    monkeypatch.setattr(train_module, "cores", lambda: 1)
    train(MajorityClassifier(), "majority", toy, out=tmp_path / "run")
    monkeypatch.setattr(train_module, "cores", lambda: 64)
    assert train(MajorityClassifier(), "majority", toy, out=tmp_path / "run").kept
    assert read_config(tmp_path / "run")["threads"] == 1
    with pytest.raises(UsageError, match=r"threads differ.*E-RUN-OTHER"):
        train(MajorityClassifier(), "majority", toy, out=tmp_path / "run", threads=2)


def test_a_device_that_is_not_here_makes_it_another_run(toy, tmp_path):
    """Advice to take any device would be wrong: the numbers of the run are of that one."""
    network = CNNClassifier(architecture="simple-cnn", recipe=TrainingRecipe(epochs=1))
    train(network, "cnn", toy, out=tmp_path / "run")
    config = read_config(tmp_path / "run")
    config["method"]["device"] = "cuda:7"
    (tmp_path / "run" / "config.yaml").write_text(yaml.safe_dump(config))
    with pytest.raises(UsageError, match=r"method\.device differ.*E-RUN-OTHER"):
        train(network, "cnn", toy, out=tmp_path / "run")
