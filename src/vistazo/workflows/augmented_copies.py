"""Copies of an image, each changed by chance."""

import numpy as np
import torch
from numpy.typing import NDArray

from vistazo.randomness import derive_seed
from vistazo.transforms.policies import augmentation_named


class AugmentedCopies:
    """Makes changed copies of images.

    Parameters
    ----------
    augmentation : str
        See :func:`~vistazo.transforms.policies.augmentation_named`.
    n_copies : int
        Of each image.
    seed : int

    Raises
    ------
    UsageError
        As ``augmentation_named``.
    """

    def __init__(self, augmentation: str, n_copies: int, seed: int) -> None:
        self.augmentation = augmentation_named(augmentation)
        self.n_copies, self.seed = n_copies, seed

    def __call__(self, image: NDArray[np.uint8], source: str) -> NDArray[np.uint8]:
        """Return the copies of an image.

        Parameters
        ----------
        image : ndarray of uint8, shape (height, width, channels)
        source : str
            Where the image came from: what is drawn depends on it and on the seed, not on
            what other images there are.

        Returns
        -------
        ndarray of uint8, shape (n_copies, height, width, channels)
        """
        height, width, channels = image.shape
        pixels = torch.from_numpy(np.repeat(image[None], self.n_copies, axis=0))
        images = pixels.permute(0, 3, 1, 2).float().div(255)  # (n_copies, channels, height, width)
        generator = torch.Generator().manual_seed(derive_seed(self.seed, "copies", source))
        parameters = self.augmentation.sample(self.n_copies, (channels, height, width), generator)
        changed = self.augmentation.apply(images, parameters).mul(255).round().clamp(0, 255)
        return changed.to(torch.uint8).permute(0, 2, 3, 1).contiguous().numpy()
