"""Chance: numbers for the effects on a batch, from a generator of torch's."""

import numpy as np
import torch
from numpy.typing import NDArray

__all__ = ["ZOOMS", "normal_noise", "random_from", "zooms"]

ZOOMS = ("axes", "joint", "crop")


def random_from(generator: torch.Generator) -> np.random.Generator:
    """Return a generator seeded by one draw, so that what it draws leaves no trace in torch's.

    NumPy's, for it handles the few numbers of a batch in a quarter of torch's time.
    """
    return np.random.default_rng(int(torch.randint(2**62, (), generator=generator)))


def zooms(
    mode: str,
    amount: NDArray[np.float32],
    more: NDArray[np.float32],
    strength: NDArray[np.float32],
) -> tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.float32]]:
    """Return how much of each image is shown, and which part.

    Parameters
    ----------
    mode : {"axes", "joint", "crop"}
        See :class:`~vistazo.transforms.augmentation.Augmentation`.
    amount, more : ndarray of float32, shape (n_images,) and (n_images, 2)
        Uniform in [0, 1).
    strength : ndarray of float32, shape (n_images,)
        The largest change, in [0, 1).

    Returns
    -------
    tuple of ndarray of float32, shape (n_images,), (n_images,) and (n_images, 2)
        Shares of the width and the height; where the centre of the part lies along x and y,
        in shares of the sides from the image's centre.
    """
    if mode == "crop":
        shown = 1 - amount * strength
        return shown, shown, (more - 0.5) * (1 - shown)[:, None]
    other = more[:, 0] if mode == "axes" else amount
    zoom_x, zoom_y = 1 + (2 * amount - 1) * strength, 1 + (2 * other - 1) * strength
    return zoom_x, zoom_y, np.zeros_like(more)


def normal_noise(
    sd: NDArray[np.float32], image_shape: tuple[int, int, int], random: np.random.Generator
) -> NDArray[np.float32]:
    """Return normal noise of a standard deviation for each image.

    Parameters
    ----------
    sd : ndarray of float32, shape (n_images,)
    image_shape : tuple of int
        Channels, height and width.
    random : numpy.random.Generator

    Returns
    -------
    ndarray of float32, shape (n_images, height, width, channels)
    """
    channels, height, width = image_shape
    rows = np.flatnonzero(sd)
    # torch draws many normal numbers in half of NumPy's time
    own = torch.Generator().manual_seed(int(random.integers(2**62)))
    drawn: NDArray[np.float32] = torch.randn(
        len(rows), height, width, channels, generator=own
    ).numpy()
    drawn *= sd[rows, None, None, None]
    if len(rows) == len(sd):
        return drawn
    noise = np.zeros((len(sd), height, width, channels), np.float32)
    noise[rows] = drawn
    return noise
