"""Our training loop against the same training written out by hand, in processor time."""

import argparse
from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from benchmarks._ours import Ours
from benchmarks._pairs import publish, timed
from vistazo.data import named
from vistazo.methods._networks import build_network
from vistazo.training.recipe import TrainingRecipe

BATCH = 64


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks loop", description=__doc__)
    parser.add_argument("--pairs", type=int, default=15)
    parser.add_argument("--images", type=int, default=4000)
    options = parser.parse_args(arguments)
    torch.set_num_threads(1)
    data = named.load("fashion-mnist-10k")
    n = options.images
    train = data.images.pixels[:n], data.codes[:n]
    validation = data.images.pixels[n : n + 1000], data.codes[n : n + 1000]
    recipe = TrainingRecipe(epochs=options.pairs + 1, batch_size=BATCH, patience=None)
    ours = Ours("fashion-cnn", recipe, train, validation, seed=0)
    peer = ByHand(train, validation, recipe)
    ours.epoch()
    peer.epoch()
    speeds = np.empty((options.pairs, 2, 2))
    for pair in range(options.pairs):
        _, speeds[pair, 0] = timed(ours.epoch, n)
        _, speeds[pair, 1] = timed(peer.epoch, n)
    publish("loop", "the loop by hand", speeds, ("torch", "numpy"), images=n, threads=1)


class ByHand:
    """The loop of a tutorial, on a resident tensor in channels-last memory."""

    def __init__(
        self,
        train: tuple[np.ndarray, np.ndarray],
        validation: tuple[np.ndarray, np.ndarray],
        recipe: TrainingRecipe,
    ) -> None:
        self.images, self.targets = _tensors(train)
        self.validation = _tensors(validation)
        self.network: nn.Module = build_network("fashion-cnn", (28, 28, 1), 10, recipe)
        self.optimizer = torch.optim.Adam(self.network.parameters(), lr=1e-3, fused=True)

    def epoch(self) -> float:
        self.network.train()
        total = torch.zeros(())
        for rows in torch.split(torch.randperm(len(self.images)), BATCH):
            loss = functional.cross_entropy(
                self.network(_floats(self.images[rows])), self.targets[rows]
            )
            self.optimizer.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            self.optimizer.step()
            total += loss.detach() * len(rows)
        self.network.eval()
        with torch.inference_mode():
            parts = torch.split(self.validation[0], 512)
            logits = torch.cat([self.network(_floats(part)) for part in parts])
            loss = functional.cross_entropy(logits, self.validation[1])
        return (total / len(self.images) + loss).item()


def _tensors(part: tuple[np.ndarray, np.ndarray]) -> tuple[Tensor, Tensor]:
    return torch.from_numpy(part[0]).permute(0, 3, 1, 2), torch.from_numpy(part[1])


def _floats(images: Tensor) -> Tensor:
    return images.to(torch.float32, memory_format=torch.channels_last).div_(255)
