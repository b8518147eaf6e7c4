"""Batches from one resident uint8 tensor: no workers, no copies of the data set."""

from collections.abc import Iterator

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor


def resident(images: NDArray[np.uint8], device: torch.device) -> Tensor:
    """Return images as one uint8 tensor in channels-last memory.

    Parameters
    ----------
    images : ndarray of uint8, shape (n_images, height, width, channels)

    Returns
    -------
    Tensor of uint8, shape (n_images, channels, height, width)
        The same bytes: its memory order is that of the array.
    """
    writable = images if images.flags.writeable else images.copy()
    return torch.from_numpy(writable).to(device).permute(0, 3, 1, 2)


def to_network(inputs: Tensor) -> Tensor:
    """Return uint8 pixels as float32 in [0, 1], and other numbers as float32; channels-last."""
    if inputs.ndim != 4:
        return inputs.to(torch.float32)
    # a gray image is both layouts at once, so the layout has to be asked for
    numbers = inputs.to(torch.float32, memory_format=torch.channels_last)
    return numbers.div_(255) if inputs.dtype == torch.uint8 else numbers


def batches_of(order: Tensor, batch_size: int) -> list[Tensor]:
    """Cut an epoch's row numbers into batches; a single last row joins the batch before.

    A batch of one image has no spread, without which batch normalisation is undefined.
    """
    parts = list(torch.split(order, batch_size))
    if len(parts) > 1 and len(parts[-1]) == 1:
        parts[-2:] = [torch.cat(parts[-2:])]
    return parts


def in_order(n_images: int, batch_size: int) -> Iterator[slice]:
    """Yield slices over all rows in order."""
    for start in range(0, n_images, batch_size):
        yield slice(start, start + batch_size)
