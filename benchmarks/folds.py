"""Five folds as two processes of one thread, against one after the other with two threads."""

import argparse
import os
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks._pairs import median_ratio, publish_facts
from vistazo.data import named
from vistazo.evaluation.protocol import Protocol
from vistazo.workflows.compare import compare
from vistazo.workflows.naming import chosen_methods


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks folds", description=__doc__)
    parser.add_argument("--pairs", type=int, default=5)
    parser.add_argument("--epochs", type=int, default=2)
    options = parser.parse_args(arguments)
    data = named.load("fashion-mnist-10k")
    seconds, peaks, scores = [], [], []
    for _ in range(options.pairs):
        one = run(data, options.epochs, processes=2, threads=1)
        other = run(data, options.epochs, processes=1, threads=2)
        seconds.append((other["seconds"], one["seconds"]))
        peaks.append(one["peak_bytes"])
        scores.append(one["predicted"])
    same = all(np.array_equal(scores[0], later) for later in scores[1:])
    publish_facts(
        "folds",
        "folds in sequence with 2 threads",
        ("torch", "numpy", "joblib"),
        times_as_fast=median_ratio(np.array(seconds)),
        peak_pss_gb=float(np.median(peaks)) / 1e9,
        same_predictions_every_time=same,
        images=len(data),
        epochs=options.epochs,
        pairs=options.pairs,
    )


def run(data: Any, epochs: int, *, processes: int, threads: int) -> dict[str, Any]:
    methods = chosen_methods(["hog-svm", "cnn:fashion-cnn"], epochs=epochs)
    with PeakMemory() as memory:
        started = time.perf_counter()
        comparison = compare(
            methods, data, protocol=Protocol(folds=5), processes=processes, threads=threads
        )
        seconds = time.perf_counter() - started
    cells = comparison.cells("cnn:fashion-cnn")
    predicted = np.concatenate([result.predicted for _, result in cells])
    return {"seconds": seconds, "peak_bytes": memory.peak, "predicted": predicted}


class PeakMemory:
    """The most memory of this process and its children, pages in common counted once (PSS)."""

    def __init__(self) -> None:
        self.peak = 0
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> "PeakMemory":
        self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._over.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._over.wait(0.25):
            self.peak = max(self.peak, sum(map(_pss, _family())))


def _family() -> list[int]:
    """Return the numbers of this process and all below it."""
    parents = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                parent = (entry / "stat").read_text().rpartition(")")[2].split()[1]
                parents[int(entry.name)] = int(parent)
            except OSError:
                continue
    family = [os.getpid()]
    for pid in family:
        family += [child for child, parent in parents.items() if parent == pid]
    return family


def _pss(pid: int) -> int:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:")), 0)
