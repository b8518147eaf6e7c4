"""SimCLR with fast-cnn at 28 px against the same with views drawn image by image in workers."""

import argparse
import resource
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image
from torch import Tensor
from torch.nn import functional

from benchmarks._pairs import median_ratio, publish_facts
from vistazo import catalog
from vistazo.data import named
from vistazo.environment import keep_freed_memory
from vistazo.pretext.simclr import SimCLR
from vistazo.pretrained._timm import _repair_torchvision
from vistazo.pretraining.objective import PretextObjective
from vistazo.training.batches import resident
from vistazo.training.recipe import TrainingRecipe
from vistazo.training.training import Training

BATCH, RATE, TEMPERATURE, SHAPE = 256, 2e-3, 0.2, (28, 28, 1)


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks simclr", description=__doc__)
    parser.add_argument("--pairs", type=int, default=9)
    parser.add_argument("--images", type=int, default=2560)
    parser.add_argument("--workers", type=int, default=2)
    options = parser.parse_args(arguments)
    torch.set_num_threads(1)
    keep_freed_memory()
    pixels = named.load("fashion-mnist-10k").images.pixels[: options.images]
    ours, peer = Ours(pixels), Tutorial(pixels, options.workers)
    ours.epoch()
    peer.epoch()
    speeds = np.array(
        [
            [len(pixels) / _processor_seconds(one.epoch) for one in (ours, peer)]
            for _pair in range(options.pairs)
        ]
    )
    publish_facts(
        "simclr",
        "views by torchvision, image by image, in workers of a DataLoader",
        ("torch", "torchvision", "numpy", "pillow"),
        pairs=options.pairs,
        per_cpu_second={
            "ours": float(np.median(speeds[:, 0])),
            "peer": float(np.median(speeds[:, 1])),
        },
        ratio_of_cpu_time=median_ratio(speeds),
        images=len(pixels),
        batch_size=BATCH,
        workers=options.workers,
    )


def _processor_seconds(work: Callable[[], None]) -> float:
    """Return what the work takes of all processors, that of ended child processes included."""

    def spent() -> float:
        kinds = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
        return sum(u.ru_utime + u.ru_stime for u in map(resource.getrusage, kinds))

    before = spent()
    work()
    return spent() - before


def _network() -> torch.nn.Module:
    torch.manual_seed(0)
    network = SimCLR().network(catalog.load("architectures", "fast-cnn")(SHAPE), SHAPE)
    return network.to(memory_format=torch.channels_last)  # type: ignore[call-overload, no-any-return]


class Ours:
    """Our task and our loop."""

    def __init__(self, pixels: NDArray[np.uint8]) -> None:
        images = resident(pixels, torch.device("cpu"))
        # nothing is validated on either side, or next to nothing
        objective = PretextObjective(SimCLR(), images, images[:2], BATCH)
        recipe = TrainingRecipe(
            epochs=10_000, batch_size=BATCH, learning_rate=RATE, optimizer="adam", patience=None
        )
        generator = torch.Generator().manual_seed(0)
        self.training = Training(_network(), objective, recipe, generator, RATE)

    def epoch(self) -> None:
        done = len(self.training.history)
        while len(self.training.history) == done:
            self.training.step()


class TwoViews(torch.utils.data.Dataset[tuple[Tensor, Tensor]]):
    """Two views of each image, drawn as tutorials draw them."""

    def __init__(self, pixels: NDArray[np.uint8]) -> None:
        transforms = _transforms()
        self.pixels = pixels
        self.view = transforms.Compose(
            [
                transforms.RandomResizedCrop(28, scale=(0.25, 1.0)),
                transforms.RandomHorizontalFlip(),
                transforms.ColorJitter(brightness=0.3, contrast=0.4),
                transforms.ToTensor(),
            ]
        )

    def __len__(self) -> int:
        return len(self.pixels)

    def __getitem__(self, row: int) -> tuple[Tensor, Tensor]:
        image = Image.fromarray(self.pixels[row, :, :, 0])
        return self.view(image), self.view(image)


class Tutorial:
    """The same network, loss and optimizer, with a DataLoader in front."""

    def __init__(self, pixels: NDArray[np.uint8], workers: int) -> None:
        self.data, self.workers = TwoViews(pixels), workers
        self.network = _network()
        self.optimizer = torch.optim.Adam(self.network.parameters(), lr=RATE, fused=True)

    def epoch(self) -> None:
        self.network.train()
        # workers end with the epoch, so that their time can be counted
        loader = torch.utils.data.DataLoader(
            self.data, BATCH, shuffle=True, num_workers=self.workers
        )
        for one, other in loader:
            both = torch.cat([one, other]).to(memory_format=torch.channels_last)
            loss = _nt_xent(self.network(both))
            self.optimizer.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            self.optimizer.step()


def _nt_xent(said: Tensor) -> Tensor:
    said = functional.normalize(said)
    alike = said @ said.T / TEMPERATURE
    alike.fill_diagonal_(-torch.inf)
    n_images = len(said) // 2
    return functional.cross_entropy(alike, torch.arange(2 * n_images).roll(n_images))


def _transforms() -> Any:
    _repair_torchvision()
    from torchvision import transforms

    return transforms
