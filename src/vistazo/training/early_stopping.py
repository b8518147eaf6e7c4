"""Stop when the validation loss no longer falls, and keep the best weights."""

import copy
import math
from typing import Any

from torch import nn


class EarlyStopping:
    """Remembers the weights of the lowest loss.

    Parameters
    ----------
    patience : int or None
        Epochs without improvement after which ``stop`` is True; None: never.
    min_delta : float
        An improvement must exceed this.
    """

    def __init__(self, patience: int | None, min_delta: float) -> None:
        self.patience = patience
        self.min_delta = min_delta
        self.best_epoch = 0
        self._best_loss = math.inf
        self._best_weights: dict[str, Any] = {}
        self._since_best = 0

    def update(self, network: nn.Module, epoch: int, loss: float) -> None:
        """Take note of the loss after an epoch; a loss that is not a number never improves."""
        if loss < self._best_loss - self.min_delta:
            self._best_loss, self.best_epoch, self._since_best = loss, epoch, 0
            self._best_weights = copy.deepcopy(network.state_dict())
        else:
            self._since_best += 1

    @property
    def stop(self) -> bool:
        """Whether patience is used up."""
        return self.patience is not None and self._since_best >= self.patience

    def restore(self, network: nn.Module) -> None:
        """Give the network the weights of its best epoch."""
        if self._best_weights:
            network.load_state_dict(self._best_weights)
