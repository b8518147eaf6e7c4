"""One method fitted on all the data, kept as a model."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from sklearn.base import clone

from vistazo.data.dataset import ImageDataset
from vistazo.environment import cores
from vistazo.evaluation.parameters import parameters
from vistazo.evaluation.protocol import Protocol
from vistazo.files import write_json
from vistazo.methods import ImageClassifier, InnerPredictions
from vistazo.training.history import History, listening
from vistazo.workflows.compare import find_positive_class
from vistazo.workflows.earlier_decisions import as_decided_before, earlier_config
from vistazo.workflows.fitting import fit_and_save, is_model
from vistazo.workflows.kept_together import copy_notes, kept_together
from vistazo.workflows.room import check_room
from vistazo.workflows.run_folder import log_event, run_folder
from vistazo.workflows.run_outputs import write_bad_files
from vistazo.workflows.weight_ledgers import write_weights


@dataclass(frozen=True)
class TrainingRun:
    """Where a model was written, and what was seen on the images set aside.

    Parameters
    ----------
    folder, model : Path
    seconds : float
    inner_accuracy : float or None
        Accuracy on the training rows by which the method chose its settings or, where it trains
        epoch by epoch, the epoch that it kept; optimistic, no evaluation.
    chose_epoch : bool
        Whether it was the epoch.
    kept : bool
        Whether the model was there before, and nothing had to be fitted.
    notes : tuple of str
        What fitting decided that a person should know.
    """

    folder: Path
    model: Path
    seconds: float
    inner_accuracy: float | None = None
    chose_epoch: bool = False
    kept: bool = False
    notes: tuple[str, ...] = ()


def train(
    method: ImageClassifier,
    name: str,
    data: ImageDataset,
    *,
    seed: int = 0,
    threads: int | None = None,
    out: Path | str | None = None,
    on_start: Callable[[Path], None] = lambda folder: None,
    on_precompute: Callable[[int, int], None] = lambda done, total: None,
    on_epoch: Callable[[History], None] = lambda history: None,
    on_note: Callable[[str], None] = lambda note: None,
) -> TrainingRun:
    """Fit a method on every row that is not a test row, and save it.

    Parameters
    ----------
    method : ImageClassifier
    name : str
        What the method is called.
    data : ImageDataset
        Copies of an image are put into one group: what a method sets aside to watch itself
        holds none of what it trains on.
    seed : int, default=0
    threads : int, optional
        By default as many as the processors allow, or as the run in ``out`` has.
    out : path, optional
        The run folder; by default ``runs/train/<data name>``, numbered where taken. Where it
        holds this run and its model, nothing is fitted again.
    on_start : callable
        Told the run folder before the method is fitted.
    on_precompute : callable
        Told how many images are through a network that is not trained, and of how many.
    on_epoch : callable
        Told the history after every epoch of a network.
    on_note : callable
        Told what copies were found and which file of weights is read, before the method is
        fitted.
    """
    find_positive_class(data, None)
    automatic = Path("runs") / "train" / (data.name.replace("/", "-") or "data")
    if out is None or not is_model(Path(out) / "model"):
        check_room(Path(out) if out else automatic, data, 1, ())
    protocol = Protocol(seed=seed)
    data = kept_together(data, protocol)
    for note in copy_notes(data, protocol):
        on_note(note)
    before = earlier_config(out)
    method = as_decided_before(method, before.get("method"))
    method = method.resolve(data.images.image_shape, len(data.classes))
    threads = threads or _whole(before.get("threads")) or cores()
    config = {
        "verb": "train",
        "data": {"name": data.name, "fingerprint": data.fingerprint, "n_images": len(data)},
        "method": {"name": name, **parameters(method)},
        "seed": seed,
        "threads": threads,
    }
    with run_folder(Path(out) if out else None, automatic, config) as folder:
        log_event(folder, "started", verb="train", data=data.name, method=name)
        write_bad_files(folder, data)
        write_weights(folder, {name: method}, on_note)
        if is_model(folder / "model"):
            log_event(folder, "kept")
            return TrainingRun(folder, folder / "model", 0.0, kept=True)
        on_start(folder)
        started = time.monotonic()
        fitted = clone(method)
        with listening(on_epoch):
            model = fit_and_save(
                fitted, data, folder, seed=seed, threads=threads, on_precompute=on_precompute
            )
        seconds = time.monotonic() - started
        if hasattr(fitted, "history_"):
            write_json(folder / "history.json", fitted.history_)
        log_event(folder, "done", seconds=round(seconds, 1))
    inner = fitted.inner_predictions_
    return TrainingRun(
        folder,
        model,
        seconds,
        _inner_accuracy(inner, data),
        chose_epoch=inner is not None and inner.held_out,
        notes=tuple(fitted.notes()),
    )


def _whole(value: object) -> int | None:
    return value if isinstance(value, int) and value > 0 else None


def _inner_accuracy(inner: InnerPredictions | None, data: ImageDataset) -> float | None:
    if inner is None:
        return None
    labels = data.labels[data.rows("train", "validation")]
    return float(np.mean(labels[inner.rows] == inner.predicted))
