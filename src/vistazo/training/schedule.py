"""The learning rate at every step of a training."""

import math

from vistazo.training.recipe import TrainingRecipe

_RISE = 0.25
"""Share of the steps in which one cycle goes up."""
_START = 0.04
"""Where one cycle starts, as a share of its height."""


def rate_factor(recipe: TrainingRecipe, step: int, steps_per_epoch: int) -> float:
    """Return what the learning rate is multiplied with at a step.

    What a plateau takes off is not in it: that depends on how the training goes.

    Parameters
    ----------
    recipe : TrainingRecipe
    step : int
        From 0 to ``epochs * steps_per_epoch - 1``.
    steps_per_epoch : int

    Returns
    -------
    float
        In [0, 1]. Loshchilov and Hutter 2017, eq. 5 (cosine, without restarts); Smith 2017
        (one cycle, linear both ways); Goyal et al. 2017 (warm-up).
    """
    epoch = step / steps_per_epoch
    progress = step / (recipe.epochs * steps_per_epoch)
    warmup_steps = recipe.warmup_epochs * steps_per_epoch
    warmup = min(1.0, (step + 1) / warmup_steps) if warmup_steps else 1.0
    return warmup * _shape(recipe, epoch, progress)


def _shape(recipe: TrainingRecipe, epoch: float, progress: float) -> float:
    match recipe.schedule:
        case "step":
            return math.pow(recipe.decay, epoch // recipe.decay_epochs)
        case "exponential":
            return math.pow(recipe.decay, epoch / recipe.decay_epochs)
        case "cosine":
            return (1 + math.cos(math.pi * progress)) / 2
        case "one-cycle":
            if progress < _RISE:
                return _START + (1 - _START) * progress / _RISE
            return (1 - progress) / (1 - _RISE)
        case _:
            return 1.0
