"""Copies of an image, each changed by chance."""

import numpy as np
from numpy.typing import NDArray

from vistazo.randomness import derive_seed
from vistazo.transforms.gallery import changed_pixels
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
        pixels = np.repeat(image[None], self.n_copies, axis=0)
        return changed_pixels(self.augmentation, pixels, derive_seed(self.seed, "copies", source))
