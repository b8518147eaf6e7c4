"""Learning-rate range test: ever larger steps, until the loss explodes."""

import copy
import math
from dataclasses import dataclass

import torch
from sklearn.base import clone
from torch import nn

from vistazo.training.batches import batches_of
from vistazo.training.objective import Objective
from vistazo.training.optimization import Optimization
from vistazo.training.recipe import TrainingRecipe

_LOWEST, _HIGHEST = 1e-6, 1.0
_STEPS = 100
_SMOOTHING = 0.9
_EXPLODED = 4.0
"""How many times the lowest loss ends the test."""


@dataclass(frozen=True)
class RangeTest:
    """What a range test found.

    Parameters
    ----------
    rates, losses : list of float
        Learning rates, rising, and the smoothed loss at each.
    chosen : float
        A tenth of the rate with the lowest loss: there the loss still falls fast.
    """

    rates: list[float]
    losses: list[float]
    chosen: float

    def as_dict(self) -> dict[str, list[float]]:
        """Return the test as JSON values; ``chosen`` is a list of one."""
        return {"rates": self.rates, "losses": self.losses, "chosen": [self.chosen]}


def range_test(
    network: nn.Module, objective: Objective, recipe: TrainingRecipe, generator: torch.Generator
) -> RangeTest:
    """Find a learning rate by training a copy of the network with ever larger ones.

    The network, the generator and torch's own generator are left as they are. Smith 2017,
    "Cyclical learning rates for training neural networks", sec. 3.3; the loss is smoothed as
    Adam's averages are, and a tenth of the rate at its lowest point taken.

    Parameters
    ----------
    network, objective, recipe, generator
        As for :func:`vistazo.training.loop.train`; only training images are looked at.
    """
    trial = copy.deepcopy(network).train()
    chance = torch.Generator().manual_seed(generator.initial_seed())
    optimization = Optimization(trial, clone(recipe).set_params(clip_norm=None))
    rates, losses = [], []
    average, lowest, batches = 0.0, math.inf, list[torch.Tensor]()
    with torch.random.fork_rng():
        for step in range(_STEPS):
            rate = _LOWEST * (_HIGHEST / _LOWEST) ** (step / (_STEPS - 1))
            if not batches:
                batches = batches_of(objective.order(chance), recipe.batch_size)
            loss = objective.measure(trial, batches.pop(0), chance)["loss"]
            average = _SMOOTHING * average + (1 - _SMOOTHING) * loss.item()
            smoothed = average / (1 - _SMOOTHING ** (step + 1))
            if not smoothed < _EXPLODED * lowest:
                break
            lowest = min(lowest, smoothed)
            rates.append(rate)
            losses.append(smoothed)
            optimization.step(loss, rate)
    return RangeTest(rates, losses, rates[losses.index(min(losses))] / 10)
