"""What a training minimises: a batch in, named numbers out."""

import hashlib
from abc import ABC, abstractmethod
from collections.abc import Iterable

import torch
from torch import Tensor, nn


class Objective(ABC):
    """The contract of everything the loop can minimise.

    Laws
    ----
    - ``n_images`` rows exist; ``measure`` takes row numbers of a batch and returns the mean of
      each quantity over it, among them ``loss``, a scalar with a gradient.
    - ``validate`` gives the same quantities on the images set aside; it changes nothing and
      draws no random numbers.
    - All chance comes from the generator that is handed over.
    """

    n_images: int
    device: torch.device

    @abstractmethod
    def measure(
        self, network: nn.Module, rows: Tensor, generator: torch.Generator
    ) -> dict[str, Tensor]:
        """Return ``loss`` and what else is to be known of a batch."""

    @abstractmethod
    def validate(self, network: nn.Module) -> dict[str, float]:
        """Return the same quantities on the images set aside."""

    @abstractmethod
    def tensors(self) -> Iterable[Tensor]:
        """Return the data, by which a training is known again."""

    def order(self, generator: torch.Generator) -> Tensor:
        """Return the row numbers of an epoch."""
        return torch.randperm(self.n_images, generator=generator)

    def fingerprint(self) -> str:
        """Return the SHA-256 of the data."""
        digest = hashlib.sha256()
        for tensor in self.tensors():
            digest.update(repr((tensor.shape, tensor.dtype)).encode())
            digest.update(tensor.cpu().contiguous().numpy().data)
        return digest.hexdigest()
