"""The weight ledger: for each tensor of a network, where its numbers came from."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal, Self

import torch
from torch import Tensor, nn

from vistazo.architectures import Backbone
from vistazo.architectures._published import load_published
from vistazo.errors import DataError
from vistazo.i18n import N_
from vistazo.pretrained import Weights
from vistazo.pretrained._from_file import FileWeights
from vistazo.pretrained._timm_files import as_timm_names_them, tell_of_twin

_SHOWN = 10
"""Names of tensors that an error gives."""
AS_PUBLISHED = N_("Nothing is computed with it. Give the file as its publisher has it.")


Origin = Literal["file", "pretrained", "random", "left out"]


@dataclass(frozen=True)
class TensorRecord:
    """What became of one tensor.

    Parameters
    ----------
    name : str
        In the published file, or in the network where no file was read.
    shape : tuple of int
    origin : {"file", "pretrained", "random", "left out"}
        ``pretrained`` is what a pretraining inside the fit made of it; ``random`` is as it was
        drawn; ``left out`` is what the network has no more, as the head.
    before, after : str
        SHA-256 of its bytes in the network before and after loading; empty where left out.
    trained : str
        SHA-256 of its bytes once it was trained here; empty where it stayed as it was loaded.
    """

    name: str
    shape: tuple[int, ...]
    origin: Origin
    before: str = ""
    after: str = ""
    trained: str = ""


@dataclass(frozen=True)
class Ledger:
    """Where the numbers of a network came from.

    Parameters
    ----------
    weights : str
        Their name.
    file : str
        The name of the file, without its folder; empty where the network is random.
    sha256 : str
        Of the file.
    licence : str
        Of the weights; empty where nobody says.
    tensors : tuple of TensorRecord
        Those of the network first.
    member : str
        Of an ensemble, whose network it is; empty where there is one network.
    """

    weights: str
    file: str
    sha256: str
    licence: str
    tensors: tuple[TensorRecord, ...]
    member: str = ""

    @property
    def share(self) -> float:
        """Share of the network's tensors that came from the file, in [0, 1]."""
        own = [tensor for tensor in self.tensors if tensor.origin != "left out"]
        return sum(tensor.origin == "file" for tensor in own) / len(own)

    def after_training(self, found: Mapping[str, str]) -> Self:
        """Return the ledger once some of the tensors were trained here.

        Parameters
        ----------
        found : mapping of str to str
            By name, the SHA-256 that tensors have now; empty where another layer took their place.
        """
        return replace(self, tensors=tuple(_once_trained(one, found) for one in self.tensors))


def load_weights(backbone: Backbone, weights: Weights) -> Ledger:
    """Give a network, as it is before any training, its weights; return what became of each.

    Raises
    ------
    SetupError, DataError
        As ``weights.state_dict()`` and :func:`~vistazo.architectures._published.load_published`.
    DataError
        ``E-WEIGHTS-LOST`` where a tensor did not arrive; ``E-WEIGHTS-UNTRAINED`` where the file
        holds what the network was before any training.
    """
    network = backbone.published
    before, (drawn, constant) = digests(network), _beginnings(network)
    digest, state = weights.sha256, weights.state_dict()
    heads = weights.heads if isinstance(weights, FileWeights) else None
    try:
        left_out = load_published(backbone, state, heads=heads)
    except DataError as error:
        renamed = as_timm_names_them(weights.architecture, state)
        if renamed is None:
            raise _unfitting(error, weights) from error
        state = renamed
        left_out = load_published(backbone, state, heads=heads)
    own, after = network.state_dict(), digests(network)
    arrived = [name for name in own if name in state]
    lost = [n for n in arrived if after[n] != _digest(state[n].to(own[n].dtype))]
    if lost:
        raise refused(
            "E-WEIGHTS-LOST",
            N_("Tensors that did not arrive in the network ({count}): {names}."),
            AS_PUBLISHED,
            lost,
        )
    same = {name for name in own if before[name] == after[name]}
    # of those that begin constant, such as scales of normalisations, some may end so; not all
    untrained = [n for n in drawn if n in same] or constant * same.issuperset(constant)
    if untrained:
        raise refused(
            "E-WEIGHTS-UNTRAINED",
            N_(
                "The weights in {path} equal their random initialisation. Tensors that are as"
                " before any training ({count}): {names}."
            ),
            N_(
                "Nothing is computed with it: over an untrained network the gain would be 0. Give"
                " the file as its publisher has it."
            ),
            untrained,
            path=weights.path(),
        )
    if isinstance(weights, FileWeights):
        tell_of_twin(weights)
    tensors = _records(own, {*arrived}, before, after)
    tensors += tuple(TensorRecord(n, tuple(state[n].shape), "left out") for n in sorted(left_out))
    return Ledger(weights.name, weights.path().name, digest, weights.licence, tensors)


def random_ledger(name: str, backbone: Backbone, before: Mapping[str, str]) -> Ledger:
    """Return the ledger of a network without published weights.

    Parameters
    ----------
    name : str
    backbone : Backbone
    before : mapping of str to str
        The :func:`digests` before its statistics were set.
    """
    network = backbone.published
    tensors = _records(network.state_dict(), set(), before, digests(network))
    return Ledger(name, "", "", "", tensors)


def digests(network: nn.Module) -> dict[str, str]:
    """Return the SHA-256 of the bytes of each tensor, by its name."""
    return {name: _digest(tensor) for name, tensor in network.state_dict().items()}


def _once_trained(one: TensorRecord, found: Mapping[str, str]) -> TensorRecord:
    now = found.get(one.name, one.after)
    if one.origin == "left out" or now == one.after:
        return one
    return replace(one, trained=now) if now else replace(one, origin="left out")


def _records(
    own: Mapping[str, Tensor],
    arrived: set[str],
    before: Mapping[str, str],
    after: Mapping[str, str],
) -> tuple[TensorRecord, ...]:
    return tuple(
        TensorRecord(n, tuple(t.shape), "file" if n in arrived else "random", before[n], after[n])
        for n, t in own.items()
    )


def _beginnings(network: nn.Module) -> tuple[list[str], list[str]]:
    """Return the names of the parameters that begin drawn, and of those that begin constant."""
    drawn: list[str] = []
    constant: list[str] = []
    for name, parameter in network.named_parameters():
        if parameter.requires_grad and parameter.numel() > 1:
            even = bool((parameter == parameter.flatten()[0]).all())
            (constant if even else drawn).append(name)
    return drawn, constant


def _digest(tensor: Tensor) -> str:
    flat = tensor.detach().cpu().contiguous().reshape(-1)
    return hashlib.sha256(flat.view(torch.uint8).numpy().data).hexdigest()


def refused(code: str, message: str, hint: str, names: list[str], **values: object) -> DataError:
    """Return an error about tensors, with the first of their names."""
    shown = ", ".join(names[:_SHOWN]) + (", …" if len(names) > _SHOWN else "")
    return DataError(code, message, hint, count=len(names), names=shown, **values)


def _unfitting(error: DataError, weights: Weights) -> DataError:
    """Return the error of tensors that do not match with the file and the network named."""
    return DataError(
        "E-WEIGHTS-NAMES",
        N_(
            "{path} does not fit '{name}': it has {fitting} of the {needed} tensors that the"
            " network needs. What does not match ({count}): {list}."
        ),
        N_("Nothing was loaded. Name the network that the file is for, or give another file."),
        path=weights.path(),
        name=weights.name,
        **error.values,
    )
