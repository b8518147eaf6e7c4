"""What all tasks share in which two views of an image have to be told from those of others."""

from abc import abstractmethod

import torch
from torch import Tensor, nn
from torch.nn import functional

from vistazo.architectures import Backbone
from vistazo.pretext import PretextNetwork, PretextTask
from vistazo.transforms.policies import augmentation_named

VIEWS = "flip_horizontal=0.5,zoom=0.5,zoom_mode=crop,brightness=0.3,contrast=0.4"
"""The augmentation that draws a view: a window of at least half the width and height."""
_GRAY = (0.299, 0.587, 0.114)
"""Rec. 601, as Pillow turns RGB gray."""


class TwoViews(PretextTask):
    """Each image is drawn twice, changed differently each time; both views go through at once."""

    views: str
    colour: float
    width: int

    def ranges(self) -> dict[str, tuple[bool, str]]:
        """Return the limits of the parameters that are shared."""
        augmentation_named(self.views).check()
        return {
            "colour": (0 <= self.colour <= 1, "0 ≤ x ≤ 1"),
            "width": (self.width >= 1, "≥ 1"),
        }

    def network(
        self,
        backbone: Backbone,
        image_shape: tuple[int, int, int],  # noqa: ARG002
    ) -> PretextNetwork:
        """Return the backbone with a projection of two layers, which is left behind after."""
        head = nn.Sequential(
            nn.Linear(backbone.feature_dim, self.width, bias=False),
            nn.BatchNorm1d(self.width),
            nn.ReLU(inplace=True),
            nn.Linear(self.width, self.width),
        )
        return PretextNetwork(backbone, head)

    def measure(
        self, network: nn.Module, images: Tensor, generator: torch.Generator
    ) -> dict[str, Tensor]:
        """Return the loss of a batch, what else :meth:`compare` says, and two mean cosines.

        ``same_image`` is that of the two views of an image, ``other_images`` that of views of
        different ones: where they are equal, the network says the same of every image.
        """
        n_images = len(images)
        both = self.draw(torch.cat([images, images]), generator)
        said = network(both).float()
        one, other = said[:n_images], said[n_images:]
        with torch.no_grad():
            cosines = functional.normalize(one) @ functional.normalize(other).T
            same = cosines.diagonal().mean()
            others = (cosines.sum() - cosines.trace()) / max(n_images * (n_images - 1), 1)
        return self.compare(one, other) | {"same_image": same, "other_images": others}

    @abstractmethod
    def compare(self, one: Tensor, other: Tensor) -> dict[str, Tensor]:
        """Return ``loss`` and more of what was said of both views, each (n_images, width)."""

    def draw(self, images: Tensor, generator: torch.Generator) -> Tensor:
        """Return one view of each image, drawn by itself."""
        augmentation = augmentation_named(self.views)
        n_images, channels, height, width = images.shape
        drawn = augmentation.sample(n_images, (channels, height, width), generator)
        changed = augmentation.apply(images, drawn)
        if channels != 3 or not self.colour:
            return changed
        return _with_colour(changed, self.colour, generator)


def _with_colour(images: Tensor, strength: float, generator: torch.Generator) -> Tensor:
    """Return images with more or less colour, a fifth of them without any."""
    less = 1 + strength * (2 * torch.rand(len(images), 1, 1, 1, generator=generator) - 1)
    none = torch.rand(len(images), 1, 1, 1, generator=generator) < 0.2
    saturation = less.masked_fill(none, 0.0).to(images.device)
    weights = images.new_tensor(_GRAY)[:, None, None]
    gray = (images * weights).sum(1, keepdim=True)
    return (gray + saturation * (images - gray)).clamp(0, 1)
