"""A running average of the weights: often better than where the last step ended."""

import copy

import torch
from torch import Tensor, nn


class AveragedNetwork:
    """Exponential moving average of a network's parameters.

    Parameters
    ----------
    network : torch.nn.Module
    decay : float
        In [0, 1): how much of the average is kept in a step. In the first steps less is kept,
        min(decay, (1 + step) / (10 + step)), so that the start is soon forgotten. Buffers, such
        as the statistics of batch normalisation, are taken over as they are.
    """

    def __init__(self, network: nn.Module, decay: float) -> None:
        self.network = copy.deepcopy(network).requires_grad_(False)
        self.decay = decay
        self._parameters: list[Tensor] = list(self.network.parameters())
        self._buffers = list(self.network.buffers())

    @torch.no_grad()
    def update(self, network: nn.Module, step: int) -> None:
        """Move towards the network after its step number ``step``, from 0."""
        kept = min(self.decay, (1 + step) / (10 + step))
        current: list[Tensor] = list(network.parameters())
        torch._foreach_lerp_(self._parameters, current, 1 - kept)
        for mine, other in zip(self._buffers, network.buffers(), strict=True):
            mine.copy_(other)
