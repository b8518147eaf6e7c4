"""Dropout of large maps, drawn many numbers at a time."""

import numpy as np
import torch
from torch import Tensor, nn

_STEPS = 2**16
"""Values of the random numbers that decide what is kept."""


class MapDropout(nn.Dropout):
    """Dropout that is cheap for maps of millions of numbers.

    On a processor torch draws each number of the mask by itself, which took 13 % of a step of
    the course's inpainting network. Here four come out of each 64-bit number of a generator that
    torch's own seeds anew each time, so that the same seed still gives the same mask. The rate
    is rounded to 1/65,536, and what is kept is divided by its exact share.
    """

    def forward(self, maps: Tensor) -> Tensor:
        """Return maps with a share of ``p`` of their numbers at 0 and the others enlarged."""
        dropped = round(self.p * _STEPS)
        if not self.training or not 0 < dropped < _STEPS or maps.device.type != "cpu":
            dropout: Tensor = super().forward(maps)
            return dropout
        chances = torch.empty_like(maps, dtype=torch.int16)
        seed = int(torch.randint(2**62, ()))
        draws = np.random.SFC64(seed).random_raw(-(-maps.numel() // 4)).view(np.int16)
        in_memory_order = chances.as_strided((maps.numel(),), (1,))
        in_memory_order.numpy()[:] = draws[: maps.numel()]
        kept = chances >= dropped - _STEPS // 2
        mask = kept.to(maps.dtype).mul_(_STEPS / (_STEPS - dropped))
        return maps.mul_(mask) if self.inplace else maps * mask
