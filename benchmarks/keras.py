"""The course notebook's CNN: Vistazo against its Keras recipe, epoch by epoch in turn."""

import argparse
from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from sklearn.model_selection import train_test_split

from benchmarks._keras_recipe import InItsOwnProcess, KerasRecipe
from benchmarks._ours import Ours
from benchmarks._pairs import median_ratio, publish_facts
from vistazo.data import named
from vistazo.methods._networks import recipe_of
from vistazo.training.recipe import TrainingRecipe

EPOCHS = 15


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks keras", description=__doc__)
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args(arguments)
    torch.set_num_threads(options.threads)
    data = named.load("fashion-mnist-10k")
    runs = [one_seed(data, seed, options.threads) for seed in range(options.seeds)]
    publish_facts(
        "keras",
        "the notebook's recipe in Keras",
        ("torch", "keras", "tensorflow_cpu", "numpy", "scikit-learn"),
        seconds_per_epoch_ratio=_ratio(runs, "ours_seconds", "keras_seconds"),
        validation_accuracy={
            "fashion-cnn": _mean(runs, "ours_accuracy"),
            "keras": _mean(runs, "keras_accuracy"),
        },
        # one epoch's value jumps by a point or two: the mean of five says more
        validation_accuracy_of_the_last_five_epochs={
            "fashion-cnn": _mean(runs, "ours_last_five"),
            "keras": _mean(runs, "keras_last_five"),
        },
        fast_cnn={
            "time_to_the_accuracy_of_keras": _ratio(runs, "fast_reached", "keras_total"),
            "its_whole_time": _ratio(runs, "fast_total", "keras_total"),
            "accuracy_at_its_end": _mean(runs, "fast_accuracy"),
        },
        threads=options.threads,
        split="8,000 / 2,000, stratified",
        runs=runs,
    )


def one_seed(data: Any, seed: int, threads: int) -> dict[str, Any]:
    """Train all three with one seed; the first epoch of each counts as any other."""
    rows, watched = train_test_split(
        np.arange(len(data)), test_size=0.2, stratify=data.codes, random_state=42 + seed
    )
    pixels, codes = data.images.pixels, data.codes
    train, validation = (pixels[rows], codes[rows]), (pixels[watched], codes[watched])
    scaled = [(images.astype(np.float32) / 255, labels) for images, labels in (train, validation)]
    recipe = TrainingRecipe(
        epochs=EPOCHS, augmentation="document-000", patience=None, restore_best_weights=False
    )
    ours = Ours("fashion-cnn", recipe, train, validation, seed)
    peer = InItsOwnProcess(KerasRecipe, scaled[0], scaled[1], seed, threads)
    for _ in range(EPOCHS):
        ours.epoch()
        peer.epoch()
    peer.close()
    limit, wanted = sum(peer.seconds), peer.scores[-1]
    fast, fast_accuracy = fast_cnn(train, validation, seed)
    reached = next(
        (sum(fast.seconds[: i + 1]) for i, a in enumerate(fast.accuracy) if a >= wanted), np.inf
    )
    result = {
        "ours_seconds": ours.seconds,
        "keras_seconds": peer.seconds,
        "ours_accuracy": ours.accuracy[-1],
        "keras_accuracy": wanted,
        "ours_last_five": float(np.mean(ours.accuracy[-5:])),
        "keras_last_five": float(np.mean(peer.scores[-5:])),
        "keras_total": limit,
        "fast_reached": reached,
        "fast_total": sum(fast.seconds),
        "fast_seconds": fast.seconds,
        "fast_accuracies": fast.accuracy,
        "fast_accuracy": fast_accuracy,
    }
    print({k: v for k, v in result.items() if not isinstance(v, list)}, flush=True)
    return result


def fast_cnn(train: Any, validation: Any, seed: int) -> tuple[Ours, float]:
    """Train fast-cnn with the recipe it is meant for; return it with its final accuracy."""
    recipe = recipe_of("fast-cnn").set_params(restore_best_weights=False)
    fast = Ours("fast-cnn", recipe, train, validation, seed)
    for _ in range(recipe.epochs):
        fast.epoch()
    return fast, fast.final_accuracy()


def _ratio(runs: list[dict[str, Any]], ours: str, peer: str) -> dict[str, float]:
    pairs = np.array([np.ravel(run[name]) for run in runs for name in (ours, peer)])
    return median_ratio(np.column_stack([pairs[0::2].ravel(), pairs[1::2].ravel()]))


def _mean(runs: list[dict[str, Any]], name: str) -> dict[str, float]:
    values = np.array([run[name] for run in runs])
    return {"mean": float(values.mean()), "sd": float(values.std(ddof=1))}
