"""What the default self-supervision is worth on Fashion-MNIST with 500 labels.

One pretraining on 10,000 images of the training file, without their labels; then draws of 500 of
them with labels, scored on the test file, beside the same network that was not pretrained.
"""

import argparse
import time
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Literal

import numpy as np
from scipy import stats

from benchmarks._pairs import publish_facts
from vistazo.data import named
from vistazo.data.stratified_rows import stratified_rows
from vistazo.data.unlabelled_images import UnlabelledImages
from vistazo.environment import limited_threads
from vistazo.methods.self_supervised import SelfSupervisedClassifier
from vistazo.pretext.simclr import SimCLR
from vistazo.workflows.pretraining_run import run_pretraining

N_IMAGES, N_LABELS = 10_000, 500
WAYS: tuple[Literal["probe", "fine-tune"], ...] = ("probe", "fine-tune")


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks self_supervision", description=__doc__
    )
    parser.add_argument("--draws", type=int, default=5)
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args(arguments)
    data = named.load("fashion-mnist")
    train, test = data.rows("train"), data.rows("test")
    rows = train[stratified_rows(data.codes[train], N_IMAGES, 0, "pretraining")]
    images = UnlabelledImages(
        "fashion-mnist", data.images[rows], tuple(data.sources[row] for row in rows)
    )
    with TemporaryDirectory() as folder, limited_threads(options.threads):
        started = time.perf_counter()
        run = run_pretraining(
            images, SimCLR(), "simclr", threads=options.threads, out=Path(folder) / "run"
        )
        seconds = time.perf_counter() - started
        draws = [_draw(data, rows, test, str(run.backbone), draw) for draw in range(options.draws)]
    publish_facts(
        "self-supervision",
        "the same network without pretraining",
        ("torch", "numpy"),
        pretraining_seconds=seconds,
        pretraining={"before": run.facts["before"], "after": run.facts["after"]},
        gain={way: _gain(draws, way) for way in WAYS},
        accuracy=draws,
        images=f"{N_IMAGES} of the training file, {N_LABELS} of them with labels; the test file",
        threads=options.threads,
    )


def _draw(
    data: Any, rows: "np.ndarray[Any, Any]", test: "np.ndarray[Any, Any]", backbone: str, draw: int
) -> dict[str, float]:
    """Return the accuracy on the test file of one draw of labels, with and without pretraining."""
    own = rows[stratified_rows(data.codes[rows], N_LABELS, draw, "labels")]
    found: dict[str, float] = {}
    for way in WAYS:
        method = SelfSupervisedClassifier(
            task="backbone", backbone=backbone, then=way, random_state=draw
        )
        for name, one in ((way, method), (f"{way}, not pretrained", method.controls()["random"])):
            one.fit(data.images[own], data.labels[own])
            found[name] = float((one.predict(data.images[test]) == data.labels[test]).mean())
    print(draw, found, flush=True)
    return found


def _gain(draws: list[dict[str, float]], way: str) -> dict[str, float]:
    """Return the mean difference over draws with the 95 % interval of the paired t."""
    gains = np.array([draw[way] - draw[f"{way}, not pretrained"] for draw in draws])
    error = stats.t.ppf(0.975, len(gains) - 1) * stats.sem(gains)
    return {"mean": gains.mean(), "low": gains.mean() - error, "high": gains.mean() + error}
