"""A pretext task on given images, as the training loop takes it."""

import hashlib
from collections.abc import Callable, Iterable

import torch
from torch import Tensor, nn

from vistazo.pretext import PretextTask
from vistazo.training.batches import batches_of, to_network
from vistazo.training.objective import Objective

VALIDATION_SEED = 20241202
"""Of what is drawn for validation: the same in every epoch, so that epochs can be compared."""


class PretextObjective(Objective):
    """What a task measures, on images to train on and on images set aside.

    Parameters
    ----------
    task : PretextTask
    images, validation_images : Tensor of uint8, shape (n_images, channels, height, width)
    batch_size : int
        Of the validation, too: some losses depend on it.
    watch : callable
        Given the network in evaluation mode, returns more numbers by name; asked after every
        epoch.
    """

    def __init__(
        self,
        task: PretextTask,
        images: Tensor,
        validation_images: Tensor,
        batch_size: int,
        watch: Callable[[nn.Module], dict[str, float]] = lambda network: {},
    ) -> None:
        self.task = task
        self.n_images, self.device = len(images), images.device
        self.images, self.validation_images = images, validation_images
        self.batch_size = batch_size
        self.watch = watch

    def measure(
        self, network: nn.Module, rows: Tensor, generator: torch.Generator
    ) -> dict[str, Tensor]:
        """Return what the task measures of a batch."""
        return self.task.measure(network, to_network(self.images[rows]), generator)

    def validate(self, network: nn.Module) -> dict[str, float]:
        """Return the same of the images set aside, and what ``watch`` says."""
        generator = torch.Generator().manual_seed(VALIDATION_SEED)
        sums: dict[str, float] = {}
        n_images = len(self.validation_images)
        for rows in batches_of(torch.arange(n_images), self.batch_size):
            images = to_network(self.validation_images[rows])
            for name, value in self.task.measure(network, images, generator).items():
                sums[name] = sums.get(name, 0.0) + value.item() * len(rows)
        return {name: total / n_images for name, total in sums.items()} | self.watch(network)

    def tensors(self) -> Iterable[Tensor]:
        """Return the images of both parts."""
        return self.images, self.validation_images

    def fingerprint(self) -> str:
        """Return the SHA-256 of the data and of the task."""
        return hashlib.sha256((super().fingerprint() + repr(self.task)).encode()).hexdigest()
