"""Each effect of an augmentation on a given image, to look at before training with it."""

from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from vistazo.randomness import derive_seed
from vistazo.transforms.augmentation import EFFECTS, Augmentation
from vistazo.transforms.policies import augmentation_named

__all__ = ["changed_pixels", "draw_augmentations", "effects_of"]


def effects_of(augmentation: Augmentation) -> dict[str, Augmentation]:
    """Return the effects an augmentation holds, each alone and always happening.

    Parameters
    ----------
    augmentation : Augmentation

    Returns
    -------
    dict of str to Augmentation
        By the name of the effect, in the order of ``EFFECTS``; empty for one that does
        nothing. Effects that happen or not (flips, erasing) do.
    """
    settings: dict[str, Any] = augmentation.get_params()
    alone = dict.fromkeys(EFFECTS, 0.0) | {"probability": 1.0}
    chances = {"flip_horizontal", "flip_vertical", "erasing"}
    return {
        name: Augmentation(
            **(settings | alone | {name: 1.0 if name in chances else settings[name]})
        )
        for name in EFFECTS
        if settings[name]
    }


def changed_pixels(
    augmentation: Augmentation, pixels: NDArray[np.uint8], seed: int
) -> NDArray[np.uint8]:
    """Return images, each changed by chance.

    Parameters
    ----------
    augmentation : Augmentation
    pixels : ndarray of uint8, shape (n_images, height, width, channels)
    seed : int

    Returns
    -------
    ndarray of uint8, shape (n_images, height, width, channels)
    """
    n_images, height, width, channels = pixels.shape
    generator = torch.Generator().manual_seed(seed)
    parameters = augmentation.sample(n_images, (channels, height, width), generator)
    images = torch.from_numpy(pixels).permute(0, 3, 1, 2).float().div(255)
    changed = augmentation.apply(images, parameters).mul(255).round().clamp(0, 255)
    return changed.to(torch.uint8).permute(0, 2, 3, 1).contiguous().numpy()


def draw_augmentations(
    image: NDArray[np.uint8],
    augmentation: str | Augmentation,
    n_examples: int = 6,
    seed: int = 0,
) -> dict[str, NDArray[np.uint8]]:
    """Return examples of each effect alone, and of all as they come.

    Parameters
    ----------
    image : ndarray of uint8, shape (height, width, channels)
    augmentation : str or Augmentation
        A name of ``vistazo list augmentations``, settings in a line, or the object.
    n_examples : int, default=6
    seed : int, default=0

    Returns
    -------
    dict of str to ndarray of uint8, shape (n_examples, height, width, channels)
        By the name of the effect; "all" is the augmentation itself. Made for
        :func:`vistazo.augmentation_sheet`.
    """
    if isinstance(augmentation, str):
        augmentation = augmentation_named(augmentation)
    pixels = np.repeat(image[None], n_examples, axis=0)
    return {
        name: changed_pixels(effect, pixels, derive_seed(seed, "augmentation", name))
        for name, effect in {**effects_of(augmentation), "all": augmentation}.items()
    }
