"""Cells on disk: one folder each, complete or absent, found again by their key."""

import io
import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np

from vistazo.evaluation.cells import Cell, CellResult
from vistazo.files import sha256, write_bytes, write_json

_ARRAYS = ("predicted", "probabilities", "train_predicted", "inner_rows", "inner_predicted")


class CellStore:
    """The ``cells/`` folder of a run.

    A cell's ``cell.json`` is written last and carries the hash of its numbers: a folder
    without it, or whose numbers do not match it, does not count.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def write(self, cell: Cell, result: CellResult) -> None:
        """Keep a result."""
        buffer = io.BytesIO()
        arrays = {name: getattr(result, name) for name in _ARRAYS}
        np.savez_compressed(buffer, **{n: a for n, a in arrays.items() if a is not None})
        content = buffer.getvalue()
        folder = self.folder / cell.folder
        write_bytes(folder / "predictions.npz", content)
        facts = {
            "key": cell.key,
            "method": cell.method,
            "repeat": cell.split.repeat,
            "fold": cell.split.fold,
            "inner_held_out": result.inner_held_out,
            "seconds": dict(result.seconds),
            "history": result.history,
            "pretraining": result.pretraining,
            "n_parameters": result.n_parameters,
            "n_trainable": result.n_trainable,
            "size_bytes": result.size_bytes,
            "sha256": sha256(content),
        }
        write_json(folder / "cell.json", facts)
        shutil.rmtree(self.checkpoints(cell), ignore_errors=True)

    def checkpoints(self, cell: Cell) -> Path:
        """Return the folder in which a cell's trainings are kept while they run."""
        return self.folder / cell.folder / "checkpoint"

    def read(self, cell: Cell) -> CellResult | None:
        """Return the result kept for a cell, or None where there is no whole one."""
        folder = self.folder / cell.folder
        try:
            facts: dict[str, Any] = json.loads((folder / "cell.json").read_text("utf-8"))
            content = (folder / "predictions.npz").read_bytes()
        except (OSError, ValueError):
            return None
        if facts.get("key") != cell.key or facts.get("sha256") != sha256(content):
            return None
        with np.load(io.BytesIO(content), allow_pickle=False) as stored:
            arrays: dict[str, Any] = {name: stored.get(name) for name in _ARRAYS}
        kept = (
            *("inner_held_out", "seconds", "history", "pretraining"),
            *("n_parameters", "n_trainable", "size_bytes"),
        )
        return CellResult(**arrays, **{name: facts[name] for name in kept if name in facts})
