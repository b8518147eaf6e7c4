"""Features by ONNX Runtime: as torch's, whoever is in the batch; or torch's own, and a word."""

import importlib.util

import numpy as np
import pytest
import torch

from tests.conftest import stripes
from vistazo.errors import SetupError, UsageError, VistazoWarning
from vistazo.methods.ensemble import EnsembleClassifier
from vistazo.methods.fine_tuned import FineTunedClassifier
from vistazo.methods.linear_probe import LinearProbeClassifier
from vistazo.persistence.probe import TOLERANCE
from vistazo.training.recipe import TrainingRecipe
from vistazo.transfer import extraction, feature_engine
from vistazo.transfer.extraction import decided_engine, extract
from vistazo.transfer.feature_engine import ONNX, TORCH, described, engine_of
from vistazo.transfer.frozen import Frozen
from vistazo.transfer.weights_by_name import RANDOM
from vistazo.workflows.doctor import examine

NAME = "imagenet-efficientnet-lite0"
FROZEN = Frozen(NAME, 96)
PIXELS = np.random.default_rng(0).integers(0, 256, (9, 12, 20, 1), np.uint8)
needs_onnx = pytest.mark.skipif(not feature_engine.installed(), reason="needs the extra 'onnx'")


@pytest.fixture(autouse=True)
def apart(monkeypatch, tmp_path):
    """Failures and features of a test are its own."""
    monkeypatch.setattr(feature_engine, "_failed", set())
    monkeypatch.setenv("VISTAZO_CACHE", str(tmp_path))


def without_onnx(monkeypatch):
    monkeypatch.setattr(feature_engine, "installed", lambda: False)


@needs_onnx
@pytest.mark.parametrize("name", [NAME, RANDOM + NAME])
@pytest.mark.parametrize("side", [96, 97])
def test_they_are_those_of_torch(name, side):
    """On images of odd and unequal sides they differ by less than 1e-4 of the largest."""
    from vistazo.transfer.onnx_network import onnx_network

    frozen = Frozen(name, side)
    images = frozen.prepared(torch.from_numpy(PIXELS[:2]))
    found = onnx_network(frozen, tuple(images.shape))(images)
    expected = frozen.features(torch.from_numpy(PIXELS[:2])).numpy()
    assert np.abs(found - expected).max() < 1e-4 * expected.max()
    assert len(np.unique(expected)) > 100


@needs_onnx
def test_they_do_not_depend_on_company_or_threads(monkeypatch):
    """One at a time, all together, in two threads: the same bits."""
    monkeypatch.setenv("VISTAZO_CACHE", "off")
    whole = extract(FROZEN, PIXELS, threads=2)
    assert engine_of("auto", NAME) == ONNX
    assert np.array_equal(extract(FROZEN, PIXELS[::-1])[::-1], whole)
    assert np.array_equal(np.concatenate([extract(FROZEN, one[None]) for one in PIXELS]), whole)


@needs_onnx
def test_each_engine_keeps_its_own(monkeypatch):
    """What one kept is not found by the other, and is still there afterwards."""
    counts = []
    plain = extraction._features
    monkeypatch.setattr(
        extraction, "_features", lambda *given: counts.append(len(given[1])) or plain(*given)
    )
    by_onnx = extract(FROZEN, PIXELS[:3])
    with monkeypatch.context() as patch:
        without_onnx(patch)
        by_torch = extract(FROZEN, PIXELS[:3])
        assert np.array_equal(extract(FROZEN, PIXELS[:3]), by_torch)
    assert np.array_equal(extract(FROZEN, PIXELS[:3]), by_onnx)
    assert sum(counts) == 6
    assert np.abs(by_onnx - by_torch).max() <= np.spacing(np.float16(by_torch.max()))


@needs_onnx
def test_a_model_answers_alike_with_and_without(monkeypatch):
    """The answers of a fitted probe differ by less than a stored model may."""
    pixels, labels = stripes(n_per_class=10)
    method = LinearProbeClassifier(input_side=64, strength=0.01).fit(pixels, labels)
    first = method.predict_proba(pixels)
    without_onnx(monkeypatch)
    assert np.abs(method.predict_proba(pixels) - first).max() < TOLERANCE


@needs_onnx
@pytest.mark.parametrize("wrong", ["export", "session", "numbers"])
def test_where_it_cannot_be_torch_does_it_and_it_is_said(wrong, monkeypatch):
    """One warning names the weights and the reason; the features are torch's own."""
    from vistazo.transfer import onnx_network

    with monkeypatch.context() as patch:
        without_onnx(patch)
        expected = extract(FROZEN, PIXELS[:2], keep=False)
    onnx_network._ready.cache_clear()
    if wrong == "export":
        monkeypatch.delattr(torch.onnx, "export")
    elif wrong == "session":
        monkeypatch.setattr(onnx_network, "exported", lambda *given: b"no network")
    else:
        other = onnx_network.exported
        monkeypatch.setattr(
            onnx_network, "exported", lambda _, images: other(Frozen(RANDOM + NAME, 96), images)
        )
    with pytest.warns(
        VistazoWarning, match=f"features of {NAME}: torch does it.*Error|Fail"
    ) as told:
        found = extract(FROZEN, PIXELS[:2])
    assert len(told) == 1
    assert np.array_equal(found, expected)
    assert [engine_of("auto", name) for name in (NAME, RANDOM + NAME)] == [TORCH, ONNX]
    assert np.array_equal(extract(FROZEN, PIXELS[:2]), expected)  # and nothing is said again
    assert decided_engine(FROZEN, PIXELS.shape[1:]) == TORCH
    # who asks for it by its name must not get the other's numbers
    with pytest.raises(SetupError, match=rf"{NAME}, cannot: .*engine=torch.*E-ENGINE"):
        extract(Frozen(NAME, 96, engine=ONNX), PIXELS[2:4])


def test_the_doctor_tells_the_engine(monkeypatch):
    """Its version where it is there, otherwise how to get it."""
    if importlib.util.find_spec(ONNX):
        assert dict(examine())["feature engine"].startswith(f"{ONNX} ")
    without_onnx(monkeypatch)
    assert "pip install 'vistazo[onnx]'" in dict(examine())["feature engine"]


@needs_onnx
def test_the_engine_is_decided_once_by_trying(monkeypatch):
    """What is open becomes one of both, what is given stays; twice decided is decided."""
    probe = LinearProbeClassifier(input_side=64)
    decided = probe.resolve((12, 20, 1), 2)
    assert (probe.engine, decided.engine) == ("auto", ONNX)
    assert probe.set_params(engine=TORCH).resolve((12, 20, 1), 2).engine == TORCH
    without_onnx(monkeypatch)
    assert probe.set_params(engine="auto").resolve((12, 20, 1), 2).engine == TORCH
    for ask in (decided.check, lambda: decided.resolve((12, 20, 1), 2)):
        with pytest.raises(SetupError, match=r"vistazo\[onnx\].*E-EXTRA"):
            ask()
    with pytest.raises(UsageError, match=r"auto \| torch \| onnxruntime.*E-VALUE"):
        probe.set_params(engine="tensorflow").check()


@needs_onnx
def test_fine_tuning_asks_for_an_engine_only_where_it_asks_the_probe():
    """Layers that are trained, and those before them, are torch's."""
    tuned = FineTunedClassifier(input_side=64, recipe=TrainingRecipe(precision="float32"))
    engines = {
        freeze: tuned.set_params(freeze=freeze).resolve((12, 20, 1), 2).engine
        for freeze in ("auto", "all", "all-but-2", "none")
    }
    assert engines == {"auto": ONNX, "all": ONNX, "all-but-2": TORCH, "none": TORCH}


@needs_onnx
def test_members_of_an_ensemble_share_one(monkeypatch):
    """ONNX Runtime where each has it; each member gets it; none where no member has one."""
    ensemble = EnsembleClassifier(members="linear-probe+hog-svm")
    decided = ensemble.resolve((12, 20, 1), 2)
    assert decided.engine == ONNX
    assert decided.new_members()[0].engine == ONNX
    assert EnsembleClassifier(members="hog-svm").resolve((12, 20, 1), 2).engine == "auto"
    without_onnx(monkeypatch)
    assert ensemble.resolve((12, 20, 1), 2).engine == TORCH


def test_engines_are_described_with_the_methods_that_differ():
    """One where all have the same, otherwise whose it is."""
    assert described({"a": TORCH, "b": TORCH}) == TORCH
    if importlib.util.find_spec(ONNX):
        assert described({"a": TORCH, "b": ONNX}).startswith(f"a: torch, b: {ONNX} ")
