"""Five folds as two processes of one thread, against one after the other with two threads."""

import argparse
import time
from collections.abc import Sequence
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
    seconds, scores = [], []
    for _ in range(options.pairs):
        one = run(data, options.epochs, processes=2, threads=1)
        other = run(data, options.epochs, processes=1, threads=2)
        seconds.append((other["seconds"], one["seconds"]))
        scores.append(one["predicted"])
    same = all(np.array_equal(scores[0], later) for later in scores[1:])
    publish_facts(
        "folds",
        "folds in sequence with 2 threads",
        ("torch", "numpy", "joblib"),
        times_as_fast=median_ratio(np.array(seconds)),
        same_predictions_every_time=same,
        images=len(data),
        epochs=options.epochs,
        pairs=options.pairs,
    )


def run(data: Any, epochs: int, *, processes: int, threads: int) -> dict[str, Any]:
    methods = chosen_methods(["hog-svm", "cnn:fashion-cnn"], epochs=epochs)
    started = time.perf_counter()
    comparison = compare(
        methods, data, protocol=Protocol(folds=5), processes=processes, threads=threads
    )
    seconds = time.perf_counter() - started
    cells = comparison.cells("cnn:fashion-cnn")
    predicted = np.concatenate([result.predicted for _, result in cells])
    return {"seconds": seconds, "predicted": predicted}
