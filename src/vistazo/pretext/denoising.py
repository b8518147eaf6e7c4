"""Take noise off an image."""

from typing import Any, ClassVar

import torch
from torch import Tensor

from vistazo.pretext._reconstruction import Corrupted, Reconstruction

__all__ = ["Denoising"]


class Denoising(Reconstruction):
    """Normal noise is added to each image, and the network gives back the image.

    Parameters
    ----------
    noise : float, default=0.3
        Largest standard deviation, for images in [0, 1], above 0; that of an image is drawn
        uniformly up to it.

    References
    ----------
    Vincent et al., "Extracting and composing robust features with denoising autoencoders", 2008.
    """

    RECIPE: ClassVar[dict[str, Any]] = {
        "learning_rate": 5e-4,
        "patience": None,
        "epochs": 20,
        "restore_best_weights": False,
    }
    loss_on = "all"
    hides = False

    def __init__(self, *, noise: float = 0.3) -> None:
        self.noise = noise

    def ranges(self) -> dict[str, tuple[bool, str]]:
        """Return the limits of the parameter."""
        return {"noise": (self.noise > 0, "> 0")}

    def corrupt(self, images: Tensor, generator: torch.Generator) -> Corrupted:
        """Return noisy images, cut off at black and white; nothing is seen as it was."""
        deviation = self.noise * torch.rand(len(images), 1, 1, 1, generator=generator)
        noise = deviation * torch.randn(images.shape, generator=generator)
        noisy = (images + noise.to(images.device)).clamp(0, 1)
        return Corrupted(noisy, torch.ones_like(images, dtype=torch.bool))
