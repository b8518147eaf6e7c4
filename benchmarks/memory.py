"""The most memory of a comparison over five folds in two processes."""

import argparse
import os
import threading
from collections.abc import Sequence
from pathlib import Path

from benchmarks._pairs import publish_facts
from vistazo.data import named
from vistazo.evaluation.protocol import Protocol
from vistazo.workflows.comparison_run import run_comparison
from vistazo.workflows.naming import FLOORS, chosen_methods


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks memory", description=__doc__)
    parser.add_argument("--epochs", type=int, default=2)
    parser.add_argument("--out", default="runs/memory")
    options = parser.parse_args(arguments)
    methods = chosen_methods(["hog-svm", "cnn:fashion-cnn"], epochs=options.epochs)
    with PeakMemory() as memory:
        data = named.load("fashion-mnist-10k")
        run_comparison(
            data,
            methods,
            protocol=Protocol(folds=5),
            processes=2,
            floors=frozenset(FLOORS),
            out=options.out,
        )
    publish_facts(
        "memory",
        "none",
        ("torch", "numpy", "scikit-learn"),
        peak_pss_gb=memory.peak / 1e9,
        images=len(data),
        epochs=options.epochs,
        with_report_and_model=True,
    )


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
