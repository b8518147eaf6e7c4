"""Images and their labels: cross-entropy and its variants."""

from collections.abc import Iterable

import torch
from torch import Tensor, nn
from torch.nn import functional

from vistazo.training.batches import in_order, to_network
from vistazo.training.objective import Objective
from vistazo.training.recipe import TrainingRecipe
from vistazo.transforms.mixing import Mixing


class Supervised(Objective):
    """Cross-entropy between the network's logits and the labels.

    The recipe says how images are changed and mixed, and how targets are smoothed and images
    weighted. Validation is plain: neither the images nor the loss are changed.

    Parameters
    ----------
    images, validation_images : Tensor of uint8, shape (n_images, channels, height, width)
    targets, validation_targets : Tensor of int64, shape (n_images,)
    recipe : TrainingRecipe
    n_classes : int
    """

    def __init__(
        self,
        images: Tensor,
        targets: Tensor,
        validation_images: Tensor,
        validation_targets: Tensor,
        recipe: TrainingRecipe,
        n_classes: int,
    ) -> None:
        self.n_images, self.device = len(images), images.device
        self.images = images
        self.targets = targets
        self.validation_images = validation_images
        self.validation_targets = validation_targets
        self.recipe = recipe
        self._augmentation = recipe.augmenter()
        self._mixing = Mixing(mixup=recipe.mixup, cutmix=recipe.cutmix)
        counts = torch.bincount(targets, minlength=n_classes)
        self._rarity = self.n_images / (n_classes * counts.clamp(min=1))  # (n_classes,)
        self._weights = self._rarity if recipe.class_weights else None

    def order(self, generator: torch.Generator) -> Tensor:
        """Return every row once, or as many rows with each class equally often."""
        if not self.recipe.balanced_sampling:
            return super().order(generator)
        share = self._rarity[self.targets].cpu()
        return torch.multinomial(share, self.n_images, replacement=True, generator=generator)

    def chosen(self, rows: Tensor, generator: torch.Generator) -> Tensor:  # noqa: ARG002
        """Return the images of a batch as they are kept."""
        return self.images[rows]

    def inputs(self, rows: Tensor, generator: torch.Generator) -> Tensor:
        """Return what the network gets for a batch: its images, changed as the recipe says."""
        images = to_network(self.chosen(rows, generator))
        if self._augmentation is None:
            return images
        n_images, channels, height, width = images.shape
        drawn = self._augmentation.sample(n_images, (channels, height, width), generator)
        return self._augmentation.apply(images, drawn)

    def measure(
        self, network: nn.Module, rows: Tensor, generator: torch.Generator
    ) -> dict[str, Tensor]:
        """Return the loss of a batch in nats, and the share given its class.

        With mixing, an image has two classes; the one with the larger share counts.
        """
        rows = rows.to(self.device)
        images, targets = self.inputs(rows, generator), self.targets[rows]
        if not self.recipe.mixup and not self.recipe.cutmix:
            logits = network(images)
            loss = self._loss(logits, targets)
            return {"loss": loss, "accuracy": _share_right(logits, targets)}
        n_images, _channels, height, width = images.shape
        mixed = self._mixing.sample(n_images, (height, width), generator)
        logits = network(self._mixing.apply(images, mixed))
        partner, own = targets[mixed.partner.to(self.device)], mixed.weight.to(self.device)
        loss = self._loss(logits, targets, own) + self._loss(logits, partner, 1 - own)
        larger = torch.where(own >= 0.5, targets, partner)
        return {"loss": loss, "accuracy": _share_right(logits, larger)}

    def _loss(self, logits: Tensor, targets: Tensor, share: Tensor | None = None) -> Tensor:
        smoothing, gamma = self.recipe.label_smoothing, self.recipe.focal_gamma
        if share is None and not gamma:
            return functional.cross_entropy(
                logits, targets, self._weights, label_smoothing=smoothing
            )
        losses = functional.cross_entropy(
            logits, targets, self._weights, label_smoothing=smoothing, reduction="none"
        )
        weights = torch.ones_like(losses) if self._weights is None else self._weights[targets]
        if gamma:
            chance = logits.softmax(1).gather(1, targets[:, None])[:, 0]  # (n_images,)
            losses = losses * (1 - chance) ** gamma
        if share is not None:
            losses = losses * share
        return losses.sum() / weights.sum()

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

    def tensors(self) -> Iterable[Tensor]:
        """Return images and targets of both parts."""
        return self.images, self.targets, self.validation_images, self.validation_targets


def _share_right(logits: Tensor, targets: Tensor) -> Tensor:
    return (logits.detach().argmax(1) == targets).float().mean()
