"""The weight ledger: what arrived in a network, tensor by tensor, and what is refused."""

import hashlib
import re
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file

from tests.transfer._zoo import saved, trained
from vistazo.errors import DataError, VistazoWarning
from vistazo.pretrained._timm import timm_module
from vistazo.pretrained._timm_weights import timm_weights
from vistazo.transfer import ledger
from vistazo.transfer.backbones import TimmBackbone
from vistazo.transfer.frozen import Frozen

NAME = "timm:test_resnet"


@pytest.fixture(scope="module")
def file(tmp_path_factory):
    """Weights of ``test_resnet``."""
    return saved(trained("test_resnet"), tmp_path_factory.mktemp("weights") / "w.safetensors")


def load(name, path):
    return Frozen(name, 96, str(path)).ledger


def changed(file, folder, change):
    """Return a file with other tensors."""
    state = load_file(file)
    change(state)
    save_file(state, folder / "changed.safetensors")
    return folder / "changed.safetensors"


def test_every_tensor_comes_from_the_file(file):
    """After loading each has the hash of the file's own; before, each drawn one had another."""
    found = load(NAME, file)
    state = load_file(file)
    own = {t.name: t for t in found.tensors if t.origin == "file"}
    left_out = {t.name for t in found.tensors if t.origin == "left out"}
    assert own.keys() | left_out == state.keys()
    assert left_out == {"fc.weight", "fc.bias"}
    for name, record in own.items():
        content = state[name].numpy().tobytes()
        assert record.after == hashlib.sha256(content).hexdigest()
        assert record.shape == tuple(state[name].shape)
        assert record.before != record.after or name.endswith("num_batches_tracked")
    assert found.share == 1
    assert found.sha256 == hashlib.sha256(Path(file).read_bytes()).hexdigest()


def test_a_random_twin_is_random_throughout():
    """Nothing comes from a file; only statistics were set after it was drawn."""
    found = Frozen(f"random-{NAME}", 96).ledger
    assert (found.share, found.file, found.sha256) == (0, "", "")
    assert {t.origin for t in found.tensors} == {"random"}
    moved = {t.name.rpartition(".")[2] for t in found.tensors if t.before != t.after}
    assert moved == {"running_mean", "running_var", "num_batches_tracked"}


def test_catalogue_weights_have_a_ledger_too():
    """EfficientNet-Lite0 comes from its file but for nothing."""
    found = Frozen("imagenet-efficientnet-lite0", 96).ledger
    assert found.share == 1
    assert found.sha256 == Frozen("imagenet-efficientnet-lite0", 96).weights.sha256


def rename(state):
    state["layer1.0.conv9.weight"] = state.pop("layer1.0.conv1.weight")


def add_norm(state):
    state.update({f"extra.bn.{n}": torch.ones(8) for n in ("weight", "bias", "running_mean")})


def drop_norm(state):
    for name in [n for n in state if n.startswith("bn1.")]:
        del state[name]


def reshape(state):
    state["conv1.0.weight"] = torch.ones(3, 3, 5, 5)


@pytest.mark.parametrize(
    ("change", "named"),
    [
        (
            rename,
            r"match \(2\): missing: layer1\.0\.conv1\.weight; unknown: layer1\.0\.conv9\.weight",
        ),
        (add_norm, r"match \(3\): unknown: extra\.bn\.[\w., ]+"),
        (drop_norm, r"missing: bn1\.weight, bn1\.bias, bn1\.running_mean, bn1\.running_var"),
        (reshape, r"match \(1\): another shape: conv1\.0\.weight"),
    ],
)
def test_what_does_not_match_is_named(file, change, named, tmp_path):
    """A layer by another name, normalisation too much or too little, another shape."""
    with pytest.raises(DataError, match=rf"{named}.*E-WEIGHTS-NAMES"):
        load(NAME, changed(file, tmp_path, change))


def test_another_network_is_refused_with_ten_names(file):
    """Names are cut short; the count is not."""
    with pytest.raises(DataError, match="E-WEIGHTS-NAMES") as caught:
        load("timm:test_efficientnet", file)
    shown = re.findall(r"[\w]+\.[\w.]+", caught.value.values["list"])
    assert 6 <= len(shown) <= 10
    assert caught.value.values["count"] > 50


def test_a_file_of_an_untrained_network_is_refused(tmp_path):
    """Drawn with our seed or with another: what no training has moved is told."""
    for seed, named in ((0, r"conv1\.0\.weight"), (5, r"conv1\.1\.weight")):
        torch.manual_seed(seed)
        network = timm_module().create_model("test_resnet", num_classes=0)
        path = saved(network, tmp_path / f"{seed}.safetensors")
        with pytest.raises(
            DataError,
            match=rf"{path} equal their random initialisation.* \(\d+\): {named}.*-UNTRAINED",
        ):
            load(NAME, path)


def test_tensors_that_do_not_arrive_are_noticed(file, monkeypatch):
    """A loader that silently does nothing is found by the hashes."""
    weights = timm_weights(NAME, Path(file))
    monkeypatch.setattr(ledger, "load_published", lambda backbone, state, *, heads: [])
    with pytest.raises(DataError, match=r"did not arrive.*E-WEIGHTS-LOST"):
        ledger.load_weights(TimmBackbone("test_resnet"), weights)


def test_files_of_other_makers_are_renamed_by_timm(tmp_path):
    """A vision transformer with flat patches and DeiT's wrapping is the same network."""
    network = trained("test_vit")
    state = network.state_dict()
    patches = state["patch_embed.proj.weight"]
    state["patch_embed.proj.weight"] = patches.flatten(1)
    torch.save({"model": state}, tmp_path / "deit.pth")
    frozen = Frozen("timm:test_vit", 160, str(tmp_path / "deit.pth"))
    assert torch.equal(frozen.network.published.patch_embed.proj.weight, patches)
    assert frozen.ledger.share == 1


def test_a_file_that_fits_two_networks_is_told(tmp_path):
    """TensorFlow's form of a network takes the same names and shapes: a warning, not a guess."""
    path = saved(trained("tf_mobilenetv3_small_minimal_100"), tmp_path / "w.safetensors")
    twin = "timm:tf_efficientnet_lite0"
    load("timm:tf_mobilenetv3_small_minimal_100", path)  # has no other form
    both = saved(trained("efficientnet_lite0"), tmp_path / "lite.safetensors")
    with pytest.warns(VistazoWarning, match=f"timm:efficientnet_lite0.*{twin}"):
        load("timm:efficientnet_lite0", both)
