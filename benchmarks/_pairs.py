"""Ours and a peer in turn, A B A B, so that whatever else the machine does meets both."""

import json
import platform
import time
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vistazo.environment import describe_machine

RESULTS = Path(__file__).parent / "results"


def timed(work: Callable[[], Any], n_items: int) -> tuple[Any, tuple[float, float]]:
    """Return what the work returns, and items a second by wall and by processor time."""
    wall, processor = time.perf_counter(), time.process_time()
    result = work()
    elapsed = time.perf_counter() - wall, time.process_time() - processor
    return result, (n_items / elapsed[0], n_items / elapsed[1])


def median_ratio(speeds: NDArray[np.float64], seed: int = 0) -> dict[str, float]:
    """Return the median of the ratios of pairs (n_pairs, 2) with a 95 % bootstrap interval."""
    ratios = speeds[:, 0] / speeds[:, 1]
    draws = np.random.default_rng(seed).choice(ratios, (10_000, len(ratios)))
    low, high = np.quantile(np.median(draws, axis=1), (0.025, 0.975))
    return {"median": float(np.median(ratios)), "low": float(low), "high": float(high)}


def publish(
    name: str, peer: str, speeds: NDArray[np.float64], packages: tuple[str, ...], **facts: Any
) -> None:
    """Print a result and keep it as ``results/<name>.json``, with versions and machine.

    Parameters
    ----------
    speeds : ndarray of float64, shape (n_pairs, 2, 2)
        Items a second: pairs; ours and the peer; wall and processor time.
    """
    wall, processor = speeds[..., 0], speeds[..., 1]
    publish_facts(
        name,
        peer,
        packages,
        pairs=len(speeds),
        per_second={
            "ours": float(np.median(wall[:, 0])),
            peer: float(np.median(wall[:, 1])),
        },
        ratio=median_ratio(wall),
        ratio_of_cpu_time=median_ratio(processor),
        **facts,
    )


def publish_facts(name: str, peer: str, packages: tuple[str, ...], **facts: Any) -> None:
    """Print facts and keep them as ``results/<name>.json``, with versions and machine."""
    machine = describe_machine()
    result = {
        "peer": peer,
        **facts,
        "versions": {"python": platform.python_version()} | {p: version(p) for p in packages},
        "cpu": machine["cpu"],
        "cores": machine["cores"],
    }
    text = json.dumps(result, indent=2)
    print(text)
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / f"{name}.json").write_text(text + "\n", encoding="utf-8")
