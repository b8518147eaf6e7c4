"""Which numbers of an image are hidden, drawn for each image."""

from typing import Literal

import torch
from torch import Tensor
from torch.nn import functional

Mask = Literal["values", "pixels", "blocks"]
MASKS: tuple[Mask, ...] = ("values", "pixels", "blocks")


def hidden(
    kind: Mask, shape: torch.Size, fraction: float, side: int, generator: torch.Generator
) -> Tensor:
    """Return what is hidden of a batch.

    Parameters
    ----------
    kind : {"values", "pixels", "blocks"}
        ``values``: each number by itself, so that of a coloured pixel one channel may stay;
        ``pixels``: each pixel with all its channels; ``blocks``: squares of a grid that lies
        differently in every image, so many that their share is ``fraction``.
    shape : torch.Size
        (n_images, channels, height, width).
    fraction : float
        Share that is hidden, in (0, 1); for ``values`` and ``pixels`` the probability.
    side : int
        Of the squares, in pixels.
    generator : torch.Generator

    Returns
    -------
    Tensor of bool, of that shape
    """
    n_images, _channels, height, width = shape
    if kind == "values":
        return torch.rand(shape, generator=generator) < fraction
    if kind == "pixels":
        chances = torch.rand(n_images, 1, height, width, generator=generator)
        return (chances < fraction).expand(shape)
    # a row and a column more than fill the image, for the grid is shifted
    rows, columns = -(-height // side) + 1, -(-width // side) + 1
    chances = torch.rand(n_images, rows * columns, generator=generator)
    last = chances.sort(1).values[:, max(round(fraction * rows * columns), 1) - 1]
    chosen = (chances <= last[:, None]).view(n_images, 1, rows, columns)
    grid = functional.interpolate(chosen.float(), scale_factor=side, mode="nearest") > 0
    shifts = torch.randint(side, (n_images, 2), generator=generator)
    down = shifts[:, :1] + torch.arange(height)  # (n_images, height)
    right = shifts[:, 1:] + torch.arange(width)
    images = torch.arange(n_images)[:, None, None]
    return grid[:, 0][images, down[:, :, None], right[:, None]][:, None].expand(shape)
