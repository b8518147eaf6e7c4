"""Tensors from a file of a person's own, of which nothing is believed."""

import functools
import io
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from vistazo.errors import DataError
from vistazo.files import sha256
from vistazo.i18n import N_, _
from vistazo.reasons import reason_of

if TYPE_CHECKING:
    from torch import Tensor

_INNER = ("state_dict_ema", "model_ema", "state_dict", "model")
"""Where checkpoints of a training keep the weights, the averaged ones first."""
_WRAPPERS = ("_orig_mod.", "module.")
"""What ``torch.compile`` and training on several devices put before each name."""


def file_sha256(path: Path) -> str:
    """Return the SHA-256 of a file, hashed again only where it changed.

    Raises
    ------
    DataError
        ``E-WEIGHTS-FILE``.
    """
    try:
        state = path.stat()
        return _sha256(path, state.st_mtime_ns, state.st_size)
    except OSError as error:
        raise unusable(path, reason_of(error)) from error


def read_tensors(path: Path, digest: str) -> "dict[str, Tensor]":
    """Return the tensors of a safetensors file, or of one that ``torch.save`` wrote.

    What is read is what was checked: the file is read once. Nothing in it is run; of a
    checkpoint of a training the weights are taken.

    Parameters
    ----------
    path : Path
    digest : str
        Its SHA-256.

    Raises
    ------
    DataError
        ``E-WEIGHTS-FILE`` for what is no whole file of finite tensors; ``E-WEIGHTS-CHANGED``.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise unusable(path, reason_of(error)) from error
    if sha256(content) != digest:
        raise changed(path, sha256(content), digest)
    try:
        tensors = _plain(_parsed(path, content))
    except DataError:
        raise
    except Exception as error:  # hostile bytes: the parsers may raise anything
        # torch's own advice for a pickle that it refuses is to open it unsafely
        reason = str(error).partition("\n")[0].partition(". ")[0].rstrip(".")
        raise unusable(path, reason or type(error).__name__) from error
    broken = [name for name, tensor in tensors.items() if not tensor.isfinite().all()]
    if broken:
        raise unusable(path, _("'{name}' is not finite (NaN or infinity)", name=broken[0]))
    return tensors


def unusable(path: Path, reason: str) -> DataError:
    """Return the error for a file that holds no weights that can be used."""
    return DataError(
        "E-WEIGHTS-FILE",
        N_("{path} cannot be used as a file of weights: {reason}. Nothing was loaded."),
        N_(
            "Give a .safetensors file, or a .pth file that holds tensors alone; where it should"
            " be one, copy it again from its source."
        ),
        path=path,
        reason=reason,
    )


def changed(path: Path, found: str, expected: str) -> DataError:
    """Return the error for a file that is not the one that was meant."""
    return DataError(
        "E-WEIGHTS-CHANGED",
        N_("{path} holds other weights than those meant: its SHA-256 is {found}, not {expected}."),
        N_("Put the file with that SHA-256 there, or train again with these weights."),
        path=path,
        found=found,
        expected=expected,
    )


@functools.lru_cache(maxsize=64)
def _sha256(path: Path, _changed: int, _n_bytes: int) -> str:
    return sha256(path.read_bytes())


def _parsed(path: Path, content: bytes) -> Any:
    if path.suffix == ".safetensors":
        from safetensors.torch import load

        return load(content)
    import torch

    return torch.load(io.BytesIO(content), map_location="cpu", weights_only=True)


def _plain(found: Any) -> "dict[str, Tensor]":
    """Return the tensors among what a file held, under the names of the network itself."""
    from torch import Tensor

    if isinstance(found, Mapping):
        inner = next((found[key] for key in _INNER if isinstance(found.get(key), Mapping)), found)
        if inner and all(isinstance(tensor, Tensor) for tensor in inner.values()):
            return {_unwrapped(str(name)): tensor for name, tensor in inner.items()}
    raise ValueError(_("it holds something else than tensors by name"))


def _unwrapped(name: str) -> str:
    while name.startswith(_WRAPPERS):
        name = next(name.removeprefix(w) for w in _WRAPPERS if name.startswith(w))
    return name
