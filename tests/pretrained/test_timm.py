"""timm's weights: their preprocessing, their names, where they are, and what is said without."""

import json
import subprocess
import sys

import pytest
import torch

from tests.transfer._zoo import saved, trained
from vistazo.errors import DataError, SetupError, UsageError
from vistazo.pretrained import _timm, _timm_hub
from vistazo.pretrained._timm import timm_module
from vistazo.pretrained._timm_hub import download_weights
from vistazo.pretrained._timm_weights import timm_weights

HUB = "models--timm--test_resnet.r160_in1k"


@pytest.fixture
def hub(tmp_path, monkeypatch):
    """A hub's cache of its own, empty."""
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path / "hub"))
    return tmp_path / "hub"


@pytest.mark.parametrize(
    "name", ["resnet18", "resnet18.tv_in1k", "tf_efficientnet_lite0", "vit_tiny_patch16_224"]
)
def test_preprocessing_is_what_timm_would_do(name):
    """Size, mean, deviation, interpolation and crop are those of timm's own transformation."""
    timm = timm_module()
    with torch.device("meta"):
        expected = timm.data.resolve_model_data_config(timm.create_model(name))
    found = timm_weights(f"timm:{name}", None).preprocessing
    assert (3, found.side, found.side) == expected["input_size"]
    assert (found.mean, found.deviation) == (expected["mean"], expected["std"])
    assert found.interpolation == expected["interpolation"]
    assert found.crop_fraction == expected["crop_pct"]
    assert found.square == name.startswith("vit")


@pytest.mark.parametrize(
    ("name", "near"),
    [
        ("timm:resnet81", "timm:resnet"),
        ("timm:resnet18.nope", "timm:resnet18"),
        ("timm:", ""),
        ("timm:hf-hub:someone/else", ""),
        ("timm:local-dir:/tmp", ""),
    ],
)
def test_only_names_that_timm_knows(name, near):
    """A wrong network, a wrong tag, another place on the hub: an error with the nearest names."""
    with pytest.raises(UsageError, match=f"{near}.*E-NAME"):
        timm_weights(name, None)


def test_without_a_file_or_permission_both_ways_out_are_told(hub):
    """Nothing is downloaded and nothing is random."""
    weights = timm_weights("timm:test_resnet", None)
    for ask in (weights.path, weights.state_dict, lambda: weights.sha256):
        with pytest.raises(SetupError, match=r"--weights FILE.*--download.*E-WEIGHTS-NONE"):
            ask()
    assert not hub.exists()


def test_what_the_hub_left_is_found(hub):
    """A file in its cache needs no network and no option."""
    snapshot = hub / HUB / "snapshots" / "0123"
    snapshot.mkdir(parents=True)
    (hub / HUB / "refs").mkdir()
    (hub / HUB / "refs" / "main").write_text("0123")
    network = trained("test_resnet")
    saved(network, snapshot / "model.safetensors")
    assert download_weights("timm:test_resnet") == snapshot / "model.safetensors"
    found = timm_weights("timm:test_resnet", None).state_dict()
    assert all(torch.equal(found[n], t) for n, t in network.state_dict().items())


def test_downloading_asks_the_hub_for_the_network(hub, monkeypatch, tmp_path):
    """Safetensors first, then the older file; a hub that cannot be reached is told."""
    from huggingface_hub.errors import RemoteEntryNotFoundError

    class Missing(RemoteEntryNotFoundError):
        def __init__(self):
            pass

    asked = []

    def download(place, file):
        asked.append((place, file))
        if file == "model.safetensors":
            raise Missing
        return str(tmp_path / file)

    monkeypatch.setattr("huggingface_hub.hf_hub_download", download)
    assert download_weights("timm:test_resnet") == tmp_path / "pytorch_model.bin"
    place = "timm/test_resnet.r160_in1k"
    assert asked == [(place, "model.safetensors"), (place, "pytorch_model.bin")]

    def unreachable(place, file):
        raise ConnectionError("no route to host")

    monkeypatch.setattr("huggingface_hub.hf_hub_download", unreachable)
    with pytest.raises(SetupError, match=rf"{place}.*no route to host.*--weights.*E-DOWNLOAD"):
        download_weights("timm:test_resnet")


def test_weights_that_the_hub_does_not_have(hub):
    """Timm knows them by an address elsewhere only: a file is asked for."""
    with pytest.raises(SetupError, match=r"hub does not have it.*--weights.*E-DOWNLOAD"):
        download_weights("timm:legacy_seresnet18")


def test_what_stands_beside_a_file_is_believed(tmp_path):
    """Timm's ``config.json`` names network and tag: others are refused, its own are taken."""
    path = saved(trained("test_resnet"), tmp_path / "model.safetensors")
    beside = tmp_path / "config.json"
    named = {"architecture": "test_resnet", "pretrained_cfg": {"tag": "r160_in1k"}}
    for content in (json.dumps(named), "not json", "[]", '{"model_type": "bert"}'):
        beside.write_text(content)
        assert timm_weights("timm:test_resnet", tmp_path / path).given == tmp_path / path
    for other in ({"architecture": "resnet18"}, {"pretrained_cfg": {"tag": "mine"}}):
        beside.write_text(json.dumps({**named, **other}))
        with pytest.raises(DataError, match=r"config\.json.*E-WEIGHTS-OTHER"):
            timm_weights("timm:test_resnet", tmp_path / path)


def test_without_timm_the_extra_is_named(monkeypatch):
    """The error says what to type."""
    monkeypatch.setitem(sys.modules, "timm", None)
    timm_module.cache_clear()
    try:
        with pytest.raises(SetupError, match=r'pip install "vistazo\[zoo\]".*E-EXTRA'):
            timm_weights("timm:resnet18", None)
    finally:
        timm_module.cache_clear()


def test_torchvision_is_repaired_beside_a_torch_without_cuda_alone(monkeypatch):
    """With CUDA nothing is declared, whatever torchvision does."""
    monkeypatch.setattr(torch.version, "cuda", "13.0")
    monkeypatch.setitem(sys.modules, "torchvision", None)
    monkeypatch.setattr(_timm, "_declared_operators", lambda: pytest.fail("declared"))
    _timm._repair_torchvision()


def test_timm_can_be_imported_where_torchvision_cannot():
    """In a fresh process: timm computes, also where its torchvision fails by itself."""
    script = (
        "from vistazo.pretrained._timm import timm_module; import torch;"
        "network = timm_module().create_model('test_resnet', num_classes=0).eval();"
        "assert network(torch.zeros(1, 3, 64, 64)).shape[1] == network.num_features"
    )
    subprocess.run([sys.executable, "-W", "ignore", "-c", script], check=True)


def test_names_of_files_are_those_of_timm():
    """The hub keeps weights under the names that timm itself asks for."""
    from timm.models._hub import HF_SAFE_WEIGHTS_NAME, HF_WEIGHTS_NAME

    assert _timm_hub._FILES == (HF_SAFE_WEIGHTS_NAME, HF_WEIGHTS_NAME)
