"""A cell: one method on one split, fitted and asked, once."""

import hashlib
import json
import pickle
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.base import clone

from vistazo.data.images import Images
from vistazo.environment import limited_threads
from vistazo.evaluation.parameters import describe
from vistazo.evaluation.protocol import Split
from vistazo.randomness import derive_seed, seeded


@dataclass(frozen=True)
class Cell:
    """The unit of work: independent of every other, and named by what decides its result.

    Parameters
    ----------
    method : str
        Name in the comparison.
    estimator : scikit-learn classifier
        Unfitted; takes ``Images``.
    split : Split
    seed : int
        The protocol's.
    threads : int
        Processor threads the cell may use: results depend on it in the last bits.
    data : str
        Fingerprint of the data.
    """

    method: str
    estimator: Any
    split: Split
    seed: int
    threads: int
    data: str

    @property
    def key(self) -> str:
        """SHA-256 of everything that decides the result."""
        content = json.dumps(
            {
                "data": self.data,
                "parameters": describe(self.estimator),
                "repeat": self.split.repeat,
                "fold": self.split.fold,
                "seed": self.seed,
                "threads": self.threads,
            },
            sort_keys=True,
        )
        digest = hashlib.sha256(content.encode())
        digest.update(self.split.train.astype("<i8").tobytes())
        digest.update(self.split.test.astype("<i8").tobytes())
        digest.update(self.split.unlabelled.astype("<i8").tobytes())  # nothing where there are none
        return digest.hexdigest()

    @property
    def folder(self) -> str:
        """Name of the folder that holds the result."""
        name = "".join(c if c.isalnum() or c in "-." else "-" for c in self.method.lower())
        return f"{name}-r{self.split.repeat}-f{self.split.fold}-{self.key[:12]}"


@dataclass(frozen=True)
class CellResult:
    """What a cell predicted, how long it took, what it learned on the way.

    Parameters
    ----------
    predicted : ndarray of int64, shape (n_test,)
        Positions in the data set's classes, in the order of ``split.test``.
    probabilities : ndarray of float64, shape (n_test, n_classes), or None
        9 significant digits, as they are written to ``predictions.csv``.
    train_predicted : ndarray of int64, shape (n_train,)
    inner_rows, inner_predicted : ndarray of int64, shape (n_inner,), or None
        Rows (positions in ``split.train``) that chose its settings or, held out, its epoch.
    inner_held_out : bool
        Whether the final model never trained on those rows.
    seconds : dict
        ``fit`` and ``predict`` (of all test rows), on the monotonic clock.
    history : dict or None
        ``columns``, ``best_epoch``, ``stopped`` and ``range_test`` of a training.
    pretraining : dict or None
        What was measured before and after a pretraining inside the fit, its alarms, and of each
        tensor name, shape and SHA-256 before it and after it.
    n_parameters, n_trainable, size_bytes : int or None
        Of the fitted model: all its parameters, those that were trained where some were not, and
        the size of its pickle, which is measured, never stored.
    """

    predicted: NDArray[np.int64]
    probabilities: NDArray[np.float64] | None
    train_predicted: NDArray[np.int64]
    inner_rows: NDArray[np.int64] | None = None
    inner_predicted: NDArray[np.int64] | None = None
    inner_held_out: bool = False
    seconds: Mapping[str, float] = field(default_factory=dict)
    history: Mapping[str, Any] | None = None
    pretraining: Mapping[str, Any] | None = None
    n_parameters: int | None = None
    n_trainable: int | None = None
    size_bytes: int | None = None


def run_cell(
    cell: Cell,
    train: Images,
    labels: NDArray[np.str_],
    test: Images,
    classes: tuple[str, ...],
    unlabelled: NDArray[np.uint8] | None = None,
) -> CellResult:
    """Fit a copy of the cell's estimator on a fold's training rows and ask it for the rest.

    The labels of the test rows are not an argument: nothing that is fitted here can
    depend on them.

    Parameters
    ----------
    cell : Cell
    train : Images
        The rows ``cell.split.train``.
    labels : ndarray of str, shape (n_train,)
    test : Images
        The rows ``cell.split.test``.
    classes : tuple of str
        Every class of the data set, in the order of the probability columns.
    unlabelled : ndarray of uint8, shape (n_unlabelled, height, width, channels), optional
        More images for a method that learns from images alone.
    """
    more = {} if unlabelled is None else {"unlabelled": unlabelled}
    with limited_threads(cell.threads):
        estimator = seeded(clone(cell.estimator, safe=False), _seed(cell))
        # what it takes to load a library is no part of a fit
        if callable(check := getattr(estimator, "check", None)):
            check()
        started = time.monotonic()
        estimator.fit(train, labels, **more)
        fitted = time.monotonic()
        predicted = _codes(estimator.predict(test), classes)
        asked = time.monotonic()
        probabilities = _probabilities(estimator, test, classes)
        inner = getattr(estimator, "inner_predictions_", None)
        history = _history(estimator)
        return CellResult(
            predicted,
            probabilities,
            train_predicted=_codes(estimator.predict(train), classes),
            inner_rows=None if inner is None else inner.rows,
            inner_predicted=None if inner is None else _codes(inner.predicted, classes),
            inner_held_out=inner is not None and inner.held_out,
            seconds={"fit": max(fitted - started, _trained(history)), "predict": asked - fitted},
            history=history,
            pretraining=getattr(estimator, "pretraining_", None),
            n_parameters=getattr(estimator, "n_parameters_", None),
            n_trainable=getattr(estimator, "n_trainable_", None),
            size_bytes=_size(estimator),
        )


def _seed(cell: Cell) -> int:
    return derive_seed(cell.seed, "fit", cell.split.repeat, cell.split.fold) % 2**31


def _codes(labels: NDArray[Any], classes: tuple[str, ...]) -> NDArray[np.int64]:
    position = {name: code for code, name in enumerate(classes)}
    return np.array([position[str(label)] for label in labels.tolist()], np.int64)


def _probabilities(
    estimator: Any, test: Images, classes: tuple[str, ...]
) -> NDArray[np.float64] | None:
    if not hasattr(estimator, "predict_proba"):
        return None
    columns = _codes(np.asarray(estimator.classes_), classes)
    result = np.zeros((len(test), len(classes)))
    result[:, columns] = estimator.predict_proba(test)
    return as_written(result)


def as_written(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return numbers as they read back from 9 significant digits."""
    texts = np.char.mod("%.9g", values)
    return texts.astype(np.float64)


def _history(estimator: Any) -> dict[str, Any] | None:
    # other libraries keep what they like under the first of these names
    if not all(hasattr(estimator, name) for name in ("history_", "best_epoch_", "stopped_")):
        return None
    return {
        "columns": estimator.history_,
        "best_epoch": estimator.best_epoch_,
        "stopped": estimator.stopped_,
        "range_test": estimator.range_test_,
    }


def _trained(history: dict[str, Any] | None) -> float:
    # a training that was continued began before this process
    return float(sum(history["columns"].get("seconds", ()))) if history else 0.0


def _size(estimator: Any) -> int | None:
    try:
        return len(pickle.dumps(estimator))
    except (pickle.PicklingError, TypeError, AttributeError):
        return None


def cells_of(
    methods: Mapping[str, Any], splits: list[Split], *, seed: int, threads: int, data: str
) -> Iterator[Cell]:
    """Yield the cells of a comparison in the order they are best run.

    Split by split, so that early results cover all methods; within a split the last method
    first: floors come first in a table and cost least, and whoever ends last should be short.
    """
    for split in splits:
        for name, estimator in reversed(list(methods.items())):
            yield Cell(name, estimator, split, seed, threads, data)
