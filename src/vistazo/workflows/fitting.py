"""One method fitted on every row that is no test row, and kept as a model."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

from vistazo import persistence
from vistazo.data.dataset import ImageDataset
from vistazo.environment import limited_threads
from vistazo.randomness import derive_seed, seeded
from vistazo.training.checkpoint_place import checkpointing


def fit_and_save(
    method: Any,
    data: ImageDataset,
    folder: Path,
    *,
    seed: int,
    threads: int,
    on_precompute: Callable[[int, int], None] = lambda done, total: None,
) -> Path:
    """Fit a method, in place, and write it as ``model/`` into a run folder.

    A training that was ended before goes on where its checkpoint in the folder is.

    Parameters
    ----------
    method : ImageClassifier
        Unfitted.
    data : ImageDataset
    folder : Path
        The run folder.
    seed : int
        What the person gave.
    threads : int
    on_precompute : callable
        Told how many images are through a network that is not trained, and of how many.

    Returns
    -------
    Path
        The model folder.
    """
    rows = data.rows("train", "validation")
    checkpoints = folder / "checkpoint"
    method.precompute(data.images[rows], threads=threads, progress=on_precompute)
    with limited_threads(threads), checkpointing(checkpoints):
        seeded(method, derive_seed(seed, "refit") % 2**31).fit(data.images[rows], data.labels[rows])
    model = persistence.save(method, folder / "model", data=data, replace=True)
    shutil.rmtree(checkpoints, ignore_errors=True)
    return model


def is_model(folder: Path) -> bool:
    """Return whether a folder holds a model: it comes into being whole, in one step."""
    return (folder / "SHA256SUMS").exists()
