"""What a training minimises: a batch in, a loss out."""

from abc import ABC, abstractmethod

from torch import Tensor, nn
from torch.nn import functional

from vistazo.training.batches import in_order, to_network


class Objective(ABC):
    """The contract of everything the loop can minimise.

    Laws
    ----
    - ``n_images`` rows exist; ``loss`` takes row numbers of a batch and returns a scalar
      with a gradient.
    - ``validate`` changes nothing and draws no random numbers.
    """

    n_images: int

    @abstractmethod
    def loss(self, network: nn.Module, rows: Tensor) -> Tensor:
        """Return the mean loss of a batch."""

    @abstractmethod
    def validate(self, network: nn.Module) -> dict[str, float]:
        """Return ``loss`` and ``accuracy`` on the images set aside."""


class Supervised(Objective):
    """Cross-entropy between the network's logits and the labels.

    Parameters
    ----------
    images, validation_images : Tensor of uint8, shape (n_images, channels, height, width)
    targets, validation_targets : Tensor of int64, shape (n_images,)
    """

    def __init__(
        self, images: Tensor, targets: Tensor, validation_images: Tensor, validation_targets: Tensor
    ) -> None:
        self.n_images = len(images)
        self.images = images
        self.targets = targets
        self.validation_images = validation_images
        self.validation_targets = validation_targets

    def loss(self, network: nn.Module, rows: Tensor) -> Tensor:
        """Return the mean cross-entropy of a batch, in nats."""
        return functional.cross_entropy(network(to_network(self.images[rows])), self.targets[rows])

    def validate(self, network: nn.Module) -> dict[str, float]:
        """Return mean cross-entropy and accuracy on the images set aside."""
        loss, correct = 0.0, 0
        for part in in_order(len(self.validation_images), 512):
            logits = network(to_network(self.validation_images[part]))
            target = self.validation_targets[part]
            loss += functional.cross_entropy(logits, target, reduction="sum").item()
            correct += int((logits.argmax(1) == target).sum())
        n_images = len(self.validation_images)
        return {"loss": loss / n_images, "accuracy": correct / n_images}
