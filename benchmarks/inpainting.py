"""The course notebook's pretext on CIFAR-10: Vistazo against Keras, epoch by epoch in turn."""

import argparse
import time
from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from benchmarks._keras_inpainting import BATCH, FRACTION, RATE, KerasInpainting
from benchmarks._keras_recipe import InItsOwnProcess
from benchmarks._pairs import median_ratio, publish_facts
from vistazo import catalog
from vistazo.data import named
from vistazo.environment import keep_freed_memory
from vistazo.pretext.inpainting import Inpainting
from vistazo.pretraining.objective import PretextObjective
from vistazo.training.batches import in_order, resident
from vistazo.training.recipe import TrainingRecipe
from vistazo.training.training import Training

N_TRAIN, N_HELD_OUT = 4000, 1000


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks inpainting", description=__doc__)
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--epochs", type=int, default=5)
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args(arguments)
    torch.set_num_threads(options.threads)
    data = named.load("cifar10")
    pixels = data.images.pixels[data.rows("train")]
    runs = [one_seed(pixels, seed, options) for seed in range(options.seeds)]
    seconds = np.array([pair for run in runs for pair in run["seconds"]])
    publish_facts(
        "inpainting",
        "the notebook's pretext in Keras",
        ("torch", "keras", "tensorflow_cpu", "numpy"),
        seconds_per_epoch_ratio=median_ratio(seconds),
        held_out_mse={
            "ours": [run["ours"] for run in runs],
            "keras": [run["keras"] for run in runs],
        },
        images=f"{N_TRAIN} CIFAR-10 images, {N_HELD_OUT} held out, masked alike for both",
        epochs=options.epochs,
        threads=options.threads,
        runs=runs,
    )


def one_seed(pixels: NDArray[np.uint8], seed: int, options: argparse.Namespace) -> dict[str, Any]:
    """Train both with one seed; the first epoch of each counts as any other."""
    chance = np.random.default_rng(seed)
    rows = chance.permutation(len(pixels))[: N_TRAIN + N_HELD_OUT]
    train, held_out = pixels[rows[:N_TRAIN]], pixels[rows[N_TRAIN:]]
    whole: list[NDArray[np.float32]]
    whole = [(part / 255).astype(np.float32) for part in (train, held_out)]
    masked = [p * (chance.random(p.shape) > FRACTION).astype(np.float32) for p in whole]
    given = list(zip(masked, whole, strict=True))
    ours = Ours(train, seed)
    peer = InItsOwnProcess(KerasInpainting, *given, seed, options.threads)
    seconds = [(ours.epoch(given[1]), peer.epoch()) for _epoch in range(options.epochs)]
    peer.close()
    result = {"seconds": seconds, "ours": ours.scores[-1], "keras": peer.scores[-1]}
    print(result, flush=True)
    return result


class Ours:
    """Our network, task and loop on given images."""

    def __init__(self, train: NDArray[np.uint8], seed: int) -> None:
        keep_freed_memory()
        torch.manual_seed(seed)
        backbone = catalog.load("architectures", "inpainting-cnn")((32, 32, 3))
        task = Inpainting(mask="values", fraction=FRACTION, loss_on="all")
        network = task.network(backbone, (32, 32, 3)).to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        images = resident(train, torch.device("cpu"))
        # what is held out has the peer's masks, so our own validation looks at next to nothing
        objective = PretextObjective(task, images, images[:2], BATCH)
        recipe = TrainingRecipe(epochs=10_000, batch_size=BATCH, learning_rate=RATE, patience=None)
        generator = torch.Generator().manual_seed(seed)
        self.training = Training(network, objective, recipe, generator, RATE)
        self.scores: list[float] = []

    def epoch(self, held_out: tuple[NDArray[np.float32], NDArray[np.float32]]) -> float:
        """Train one epoch, measure the error held out, and return the seconds of both."""
        started = time.perf_counter()
        done = len(self.training.history)
        while len(self.training.history) == done:
            self.training.step()
        masked, whole = (torch.from_numpy(part).permute(0, 3, 1, 2) for part in held_out)
        network = self.training.network.eval()
        with torch.inference_mode():
            parts = in_order(len(whole), 256)
            errors = [(network(masked[p]) - whole[p]).square().sum().item() for p in parts]
        self.scores.append(sum(errors) / whole.numel())
        return time.perf_counter() - started
