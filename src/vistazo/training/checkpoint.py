"""A training on disk: whole at any moment, known by its hash, continued to the last bit."""

import hashlib
import json
import time
from pathlib import Path

import safetensors.torch
import torch
from torch import Tensor

from vistazo.errors import DataError, warn
from vistazo.files import sha256, write_bytes
from vistazo.i18n import N_
from vistazo.training.checkpoint_place import Place, checkpoint_place
from vistazo.training.resuming import Snapshot, restore, snapshot
from vistazo.training.training import Training

_DIGEST = 64
"""Characters of a SHA-256, which stand before the content."""


_FACTS = "facts"
"""Name of the tensor whose bytes are the JSON values."""


class Checkpoint:
    """The files of one training: the newest state and the one before.

    Parameters
    ----------
    training : Training
        At its start.
    place : Place
    """

    def __init__(self, training: Training, place: Place) -> None:
        self.key = _key(training)
        self.path = place.folder / f"{self.key[:16]}.checkpoint"
        self.before = self.path.with_suffix(".before")
        self._every = place.every
        self._written = time.monotonic()

    def restore(self, training: Training) -> None:
        """Continue where the files end; leave the training at its start where there are none.

        A file that is damaged is passed over for the one before it, with a warning.

        Raises
        ------
        DataError
            ``E-CHECKPOINT`` where all there are are damaged.
        """
        there = [path for path in (self.path, self.before) if path.exists()]
        for path in there:
            state = _read(path)
            if state is None:
                continue
            if path != there[0]:
                warn(N_("{path} is damaged; the state before it was taken."), path=self.path)
            restore(training, state)
            return
        if there:
            raise DataError(
                "E-CHECKPOINT",
                N_("{path} and what was kept before it are damaged; nothing was deleted."),
                N_("Move the folder away and start again."),
                path=self.path,
            )

    def write_when_due(self, training: Training) -> None:
        """Write where the last writing is long enough ago."""
        if time.monotonic() - self._written >= self._every:
            self.write(training)

    def write(self, training: Training) -> None:
        """Write the state; at every moment one of the two files is whole."""
        content = _packed(snapshot(training))
        fresh = self.path.with_suffix(".new")
        write_bytes(fresh, content)
        if self.path.exists():
            self.path.replace(self.before)
        fresh.replace(self.path)
        self._written = time.monotonic()


def open_checkpoint(training: Training) -> Checkpoint | None:
    """Return the checkpoint of a training at its start, or None where none is wanted."""
    place = checkpoint_place()
    return None if place is None else Checkpoint(training, place)


def _key(training: Training) -> str:
    digest = hashlib.sha256(training.objective.fingerprint().encode())
    digest.update(repr(sorted(training.recipe.get_params(deep=True).items(), key=str)).encode())
    digest.update(training.generator.get_state().numpy().data)
    for name, tensor in training.network.state_dict().items():
        digest.update(name.encode())
        digest.update(tensor.detach().cpu().contiguous().numpy().data)
    return digest.hexdigest()


def _packed(state: Snapshot) -> bytes:
    facts = torch.frombuffer(bytearray(json.dumps(state.facts).encode()), dtype=torch.uint8)
    content = safetensors.torch.save(state.tensors | {_FACTS: facts})
    return sha256(content).encode() + content


def _read(path: Path) -> Snapshot | None:
    """Return the state in a file, or None where it is damaged."""
    content = path.read_bytes()
    if sha256(content[_DIGEST:]).encode() != content[:_DIGEST]:
        return None
    tensors: dict[str, Tensor] = safetensors.torch.load(content[_DIGEST:])
    facts = json.loads(tensors.pop(_FACTS).numpy().tobytes())
    return Snapshot(tensors, facts)
