"""Compare methods under one protocol."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from vistazo.catalog import unknown
from vistazo.data.dataset import ImageDataset, require_dataset
from vistazo.environment import cores, describe_machine
from vistazo.errors import DataError, UsageError
from vistazo.evaluation.cell_store import CellStore
from vistazo.evaluation.cells import Cell, CellResult, cells_of
from vistazo.evaluation.comparison import Comparison
from vistazo.evaluation.protocol import Protocol
from vistazo.i18n import N_
from vistazo.methods import ImageClassifier
from vistazo.transfer.feature_engine import TORCH, described
from vistazo.workflows.adapting import adapted
from vistazo.workflows.kept_together import kept_together

Precomputing = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Progress:
    """How far a comparison has come, told after every cell.

    Parameters
    ----------
    cell : Cell
        The one that ended.
    seconds : float or None
        What fitting and predicting took; None where it failed or was kept from before.
    error : str or None
        Why it failed.
    done, total : int
        Cells.
    remaining : float
        Expected seconds to the end.
    """

    cell: Cell
    seconds: float | None
    error: str | None
    done: int
    total: int
    remaining: float


def compare(
    methods: Mapping[str, Any],
    data: ImageDataset,
    *,
    protocol: Protocol | None = None,
    positive_class: str | None = None,
    threads: int = 1,
    processes: int | None = None,
    out: Path | str | None = None,
    floors: frozenset[str] = frozenset(),
    on_precompute: Precomputing = lambda method, done, total: None,
    on_progress: Callable[[Progress], None] = lambda progress: None,
) -> Comparison:
    """Fit and ask every method on every split of the data.

    Parameters
    ----------
    methods : dict of str to classifier
        Image classifiers of this package, any scikit-learn classifier or pipeline (it gets
        images if its tags say so, else flat pixels in [0, 1]), or a torch module (trained
        by the default recipe).
    data : ImageDataset
        Copies of an image are put into one group, unless the protocol ignores them.
    protocol : Protocol, optional
        Five stratified folds, once, by default.
    positive_class : str, optional
        With two classes, the one whose sensitivity is meant; by default the last.
    threads : int, default=1
        Threads of each fit. Part of the result's identity: more threads change last bits.
    processes : int, optional
        Fits at once; by default as many as the processors allow. Changes no number.
    out : path, optional
        Folder in which finished cells are kept and found again.
    floors : frozenset of str
        Names among ``methods`` that are floors.
    on_precompute : callable
        Told which method lets images through a network once for all fits, how many it has, and of
        how many.
    on_progress : callable
        Told after every cell.

    Returns
    -------
    Comparison

    Raises
    ------
    DataError
        ``E-DATA-ONECLASS``, ``E-DATA-LEAK``, ``E-DATA-GROUPS``, ``E-DATA-FEW``,
        ``E-DATA-NOFOLDS`` before anything is fitted; ``E-ALL-FAILED`` where no method finished.
    """
    from vistazo.engines import local

    require_dataset(data)
    protocol = (protocol or Protocol()).for_data(data)
    positive_class = find_positive_class(data, positive_class)
    decided = adapted(methods, data)
    data = kept_together(data, protocol)
    splits = protocol.splits(data)
    cells = list(
        cells_of(decided, splits, seed=protocol.seed, threads=threads, data=data.fingerprint)
    )
    store = CellStore(Path(out) / "cells") if out is not None else None
    processes = processes or max(1, cores() // threads)
    tally = _Tally(cells, processes, on_progress)
    missing = []
    for cell in cells:
        kept = store.read(cell) if store else None
        if kept is None:
            missing.append(cell)
        else:
            tally.add(cell, kept, kept=True)
    environment: dict[str, Any] = {"threads": threads, "processes": processes}
    if seconds := _precompute(missing, data, on_precompute):
        engines = {name: getattr(decided[name], "engine", TORCH) for name in seconds}
        environment |= {"precomputed": seconds, "feature_engine": described(engines)}
    for cell, result in local.run(
        missing,
        data,
        processes=min(processes, max(len(missing), 1)),
        checkpoints=store.checkpoints if store else None,
    ):
        if isinstance(result, local.Failure):
            tally.fail(cell, result.reason)
            continue
        if store:
            store.write(cell, result)
        tally.add(cell, result)
    environment = {**describe_machine(), **environment}
    return Comparison(
        data,
        protocol,
        splits,
        decided,
        tally.results,
        tally.failures,
        floors,
        positive_class,
        environment,
    )


def _precompute(
    cells: list[Cell], data: ImageDataset, on_precompute: Precomputing
) -> dict[str, float]:
    """Return the seconds that each method took for what no fold changes."""
    took: dict[str, float] = {}
    if not cells:
        return took
    split = cells[0].split  # the rows of every other one are the same
    images = data.images[np.sort(np.concatenate([split.train, split.test]))]
    for name, method in {cell.method: cell.estimator for cell in cells}.items():
        if not isinstance(method, ImageClassifier):
            continue
        started = time.perf_counter()
        seen: list[int] = []

        def tell(done: int, total: int, name: str = name, seen: list[int] = seen) -> None:
            seen.append(done)
            on_precompute(name, done, total)

        method.precompute(images, threads=cores(), progress=tell)
        if seen:
            took[name] = round(time.perf_counter() - started, 3)
    return took


def find_positive_class(data: ImageDataset, asked: str | None) -> str | None:
    """Return the class that counts as positive: only two classes have one."""
    if asked is not None and asked not in data.classes:
        raise unknown("classes", asked, list(data.classes))
    if len(data.classes) < 2:
        raise DataError(
            "E-DATA-ONECLASS",
            N_("There is only one class ({name}; images: {count}); a classifier needs two."),
            N_("If images of several classes are mixed, put each class in its own folder."),
            name=", ".join(data.classes),
            count=len(data),
        )
    if len(data.classes) == 2:
        return asked or data.classes[-1]
    if asked is not None:
        raise UsageError(
            "E-POSITIVE",
            N_("A positive class ('{name}') needs two classes; there are {count}."),
            N_("Leave --positive-class out, or keep two classes with --classes."),
            name=asked,
            count=len(data.classes),
        )
    return None


class _Tally:
    """Collects results and foresees the end from what each method took so far."""

    def __init__(
        self, cells: list[Cell], processes: int, on_progress: Callable[[Progress], None]
    ) -> None:
        self.results: dict[tuple[str, int, int], CellResult] = {}
        self.failures: dict[str, str] = {}
        self._open = {cell.key: cell.method for cell in cells}
        self._total = len(cells)
        self._processes = processes
        self._took: dict[str, list[float]] = {}
        self._on_progress = on_progress

    def add(self, cell: Cell, result: CellResult, *, kept: bool = False) -> None:
        self.results[cell.method, cell.split.repeat, cell.split.fold] = result
        seconds = sum(result.seconds.values())
        self._took.setdefault(cell.method, []).append(seconds)
        self._tell(cell, None if kept else seconds, None)

    def fail(self, cell: Cell, reason: str) -> None:
        self.failures.setdefault(cell.method, reason)
        self._tell(cell, None, reason)

    def _tell(self, cell: Cell, seconds: float | None, error: str | None) -> None:
        self._open.pop(cell.key, None)
        known = [s for took in self._took.values() for s in took]
        typical = sum(known) / len(known) if known else 0.0
        remaining = 0.0
        for method in self._open.values():
            took = self._took.get(method)
            remaining += sum(took) / len(took) if took else typical
        done = self._total - len(self._open)
        remaining /= self._processes
        self._on_progress(Progress(cell, seconds, error, done, self._total, remaining))
