"""Stop when what is watched no longer gets better, and keep the best weights."""

import copy
import math
from dataclasses import dataclass, field

from torch import Tensor, nn

from vistazo.training.recipe import TrainingRecipe


@dataclass
class Watch:
    """How long a value has not got better.

    Parameters
    ----------
    less_is_better : bool
    min_delta : float
        How much better a value must be to count.
    """

    less_is_better: bool
    min_delta: float
    best: float = field(default=math.inf, init=False)
    since_best: int = field(default=0, init=False)

    def improves(self, value: float) -> bool:
        """Take note of a value; one that is not a number never is better."""
        signed = value if self.less_is_better else -value
        if signed < self.best - self.min_delta:
            self.best, self.since_best = signed, 0
            return True
        self.since_best += 1
        return False


class EarlyStopping:
    """Remembers the weights of the best epoch.

    Parameters
    ----------
    recipe : TrainingRecipe
        Its ``monitor``, ``mode``, ``min_delta``, ``patience`` and ``restore_best_weights``, in
        the meaning of the callback of that name in Keras.
    """

    def __init__(self, recipe: TrainingRecipe) -> None:
        self.recipe = recipe
        by_name = recipe.monitor.endswith("loss")
        less = by_name if recipe.mode == "auto" else recipe.mode == "min"
        self.watch = Watch(less, recipe.min_delta)
        self.best_epoch = 0
        self.best_weights: dict[str, Tensor] = {}

    def update(self, network: nn.Module, epoch: int, values: dict[str, float]) -> None:
        """Take note of the values after an epoch."""
        if self.watch.improves(values[self.recipe.monitor]):
            self.best_epoch = epoch
            self.best_weights = copy.deepcopy(network.state_dict())

    @property
    def stop(self) -> bool:
        """Whether patience is used up."""
        patience = self.recipe.patience
        return patience is not None and self.watch.since_best >= patience

    def restore(self, network: nn.Module, *, last_is_good: bool) -> bool:
        """Give the network the weights of its best epoch, where they are wanted or needed.

        Returns
        -------
        bool
            Whether it has weights worth keeping.
        """
        if self.best_weights and (self.recipe.restore_best_weights or not last_is_good):
            network.load_state_dict(self.best_weights)
            return True
        return last_is_good
