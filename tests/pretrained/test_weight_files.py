"""Files of a person's own: whole tensors by name, or refused with the reason."""

import pickle
from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file

from vistazo.errors import DataError
from vistazo.files import sha256
from vistazo.pretrained._weight_files import file_sha256, read_tensors

STATE = {"a.weight": torch.arange(600.0).reshape(20, 30), "a.bias": torch.ones(3).half()}


def written(path, state=STATE):
    if path.suffix == ".safetensors":
        save_file(state, path)
    else:
        torch.save(state, path)
    return path


def read(path):
    return read_tensors(path, file_sha256(path))


class Evil:
    def __init__(self, trace):
        self.trace = trace

    def __reduce__(self):
        return Path.touch, (self.trace,)


@pytest.mark.parametrize("name", ["w.safetensors", "w.pth", "w.bin"])
def test_what_was_written_is_read(name, tmp_path):
    """Names, shapes, kinds and numbers are those of the file."""
    found = read(written(tmp_path / name))
    assert found.keys() == STATE.keys()
    assert all(torch.equal(found[n], STATE[n]) and found[n].dtype == STATE[n].dtype for n in STATE)


@pytest.mark.parametrize("key", ["state_dict", "model", "model_ema", "state_dict_ema"])
def test_checkpoints_of_a_training_are_opened(key, tmp_path):
    """The weights inside are found, averaged ones first, without the names of their wrappers."""
    inner = {f"_orig_mod.module.{name}": tensor for name, tensor in STATE.items()}
    whole = {"epoch": 7, key: inner, "optimizer": {"lr": 0.1}}
    if key.endswith("ema"):
        whole["state_dict"] = {"other": torch.zeros(1)}
    found = read(written(tmp_path / "c.pth", whole))
    assert found.keys() == STATE.keys()


@pytest.mark.parametrize("suffix", [".pth", ".pkl", ".safetensors"])
@pytest.mark.parametrize("protocol", ["torch", "pickle"])
def test_code_in_a_file_never_runs(suffix, protocol, tmp_path):
    """A pickle that would run something is refused, and no unsafe way is advised."""
    path, trace = tmp_path / f"evil{suffix}", tmp_path / "trace"
    evil = {"weight": Evil(trace)}
    if protocol == "torch":
        torch.save(evil, path)
    else:
        path.write_bytes(pickle.dumps(evil))
    with pytest.raises(DataError, match=r"evil.*E-WEIGHTS-FILE") as caught:
        read(path)
    assert not trace.exists()
    assert "weights_only" not in str(caught.value)


@pytest.mark.parametrize("name", ["w.safetensors", "w.pth"])
@pytest.mark.parametrize("share", [0.0, 0.01, 0.5, 0.999])
def test_a_truncated_file_is_refused(name, share, tmp_path):
    """However much of it is left."""
    path = written(tmp_path / name)
    content = path.read_bytes()
    path.write_bytes(content[: int(share * len(content))])
    with pytest.raises(DataError, match=rf"{name}.*E-WEIGHTS-FILE"):
        read(path)


@pytest.mark.parametrize(
    "content", [[torch.ones(1)], {"a": 1}, {}, {"a": {"b": torch.ones(1)}}, torch.ones(2)]
)
def test_other_things_than_tensors_by_name_are_refused(content, tmp_path):
    """Lists, numbers, nothing, whole tensors: there is no network to find in them."""
    with pytest.raises(DataError, match=r"something else.*E-WEIGHTS-FILE"):
        read(written(tmp_path / "w.pth", content))


def test_numbers_that_are_not_finite_are_refused(tmp_path):
    """The tensor is named."""
    broken = {**STATE, "a.bias": torch.tensor([1.0, torch.nan])}
    with pytest.raises(DataError, match=r"a\.bias.*not finite.*E-WEIGHTS-FILE"):
        read(written(tmp_path / "w.safetensors", broken))


def test_a_missing_file_or_a_folder_is_refused(tmp_path):
    """With its path, before anything is read."""
    for path in (tmp_path / "none.pth", tmp_path):
        with pytest.raises(DataError, match=rf"{path}.*E-WEIGHTS-FILE"):
            read(path)


def test_a_file_that_changes_is_noticed(tmp_path):
    """The hash follows the content; what is read must have the hash that was asked for."""
    path = written(tmp_path / "w.safetensors")
    before = file_sha256(path)
    assert before == sha256(path.read_bytes())
    written(path, {**STATE, "more": torch.ones(2)})
    assert file_sha256(path) == sha256(path.read_bytes()) != before
    with pytest.raises(DataError, match=rf"{before}.*E-WEIGHTS-CHANGED"):
        read_tensors(path, before)
