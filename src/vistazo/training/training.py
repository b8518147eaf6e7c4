"""A training under way: everything that decides how it goes on."""

import math
import time
from contextlib import AbstractContextManager, nullcontext
from typing import Any

import torch
from torch import Tensor, nn

from vistazo.errors import DataError
from vistazo.i18n import N_
from vistazo.training.averaging import AveragedNetwork
from vistazo.training.batches import batches_of
from vistazo.training.early_stopping import EarlyStopping, Watch
from vistazo.training.history import History
from vistazo.training.objective import Objective
from vistazo.training.optimization import Optimization
from vistazo.training.recipe import TrainingRecipe
from vistazo.training.schedule import rate_factor


class Training:
    """A training between two steps.

    Parameters
    ----------
    network : torch.nn.Module
    objective : Objective
    recipe : TrainingRecipe
    generator : torch.Generator
        Source of the order, augmentation and mixing. Dropout draws from torch's own.
    learning_rate : float
        The recipe's, or what a range test found.
    """

    def __init__(
        self,
        network: nn.Module,
        objective: Objective,
        recipe: TrainingRecipe,
        generator: torch.Generator,
        learning_rate: float,
    ) -> None:
        self.network, self.objective, self.recipe = network, objective, recipe
        self.generator = generator
        self.learning_rate = learning_rate
        self.optimization = Optimization(network, recipe)
        self.averaged = AveragedNetwork(network, recipe.ema_decay) if recipe.ema_decay else None
        self.stopping = EarlyStopping(recipe)
        self.plateau = Watch(less_is_better=True, min_delta=0.0)
        self.history = History(recipe.epochs)
        self.epoch_seconds = 0.0
        self.steps_done = 0  # in the epoch
        self.order: Tensor | None = None
        self.sums: dict[str, Tensor] = {}
        self._batches: list[Tensor] = []

    def step(self) -> None:
        """Make one step; after the last one of an epoch, validate."""
        started = time.monotonic()
        if not self._batches:
            self._open_epoch()
        rows = self._batches[self.steps_done]
        with _numbers_of(self.recipe, self.objective.device):
            measured = self.objective.measure(self.network, rows, self.generator)
        self.optimization.step(measured["loss"], self._rate(self._step_number))
        if self.averaged:
            self.averaged.update(self.network, self._step_number)
        for name, value in measured.items():
            # summed on the device: reading the number at each step would wait for it
            self.sums[name] = self.sums.get(name, 0) + value.detach() * len(rows)
        self.steps_done += 1
        self.epoch_seconds += time.monotonic() - started
        if self.steps_done == len(self._batches):
            self._close_epoch()

    def _rate(self, step_number: int) -> float:
        return self.learning_rate * rate_factor(self.recipe, step_number, len(self._batches))

    @property
    def kept_network(self) -> nn.Module:
        """The network that is validated and kept: the average, where there is one."""
        return self.averaged.network if self.averaged else self.network

    @property
    def _step_number(self) -> int:
        return len(self.history) * len(self._batches) + self.steps_done

    def _open_epoch(self) -> None:
        if self.order is None:
            self.order = self.objective.order(self.generator)
        self._batches = batches_of(self.order, self.recipe.batch_size)
        self.network.train()

    def _close_epoch(self) -> None:
        started = time.monotonic()
        last_rate = self._rate(self._step_number - 1)
        epoch, n_rows = len(self.history) + 1, sum(map(len, self._batches))
        means = {name: total.item() / n_rows for name, total in self.sums.items()}
        network = self.kept_network.eval()
        with torch.inference_mode():
            validation = self.objective.validate(network)
        row = {f"train_{name}": value for name, value in means.items()}
        row |= {f"validation_{name}": value for name, value in validation.items()}
        self.stopping.update(network, epoch, row)
        self._lower_on_plateau(validation["loss"])
        keeps_best = self.recipe.restore_best_weights
        self.history.best_epoch = self.stopping.best_epoch if keeps_best else epoch
        self.epoch_seconds += time.monotonic() - started
        last = {"learning_rate": last_rate, "seconds": self.epoch_seconds}
        self.steps_done, self.epoch_seconds = 0, 0.0
        self.order, self.sums, self._batches = None, {}, []
        self.history.append({"epoch": epoch, **row, **last})
        self._decide(epoch, means["loss"])

    def _lower_on_plateau(self, loss: float) -> None:
        better = self.plateau.improves(loss)
        if self.recipe.schedule != "plateau" or better:
            return
        if self.plateau.since_best >= self.recipe.decay_epochs:
            self.learning_rate *= self.recipe.decay
            self.plateau.since_best = 0

    def _decide(self, epoch: int, loss: float) -> None:
        limit = self.recipe.time_limit
        if not math.isfinite(loss):
            self.history.stopped = "nan"
        elif self.stopping.stop:
            self.history.stopped = "patience"
        elif epoch == self.recipe.epochs:
            self.history.stopped = "epochs"
        elif limit is not None and sum(self.history.columns["seconds"]) > limit:
            self.history.stopped = "time"

    def finish(self) -> History:
        """Leave the network with the weights that are kept.

        Raises
        ------
        DataError
            ``E-TRAIN-NAN`` where no epoch ended with a number as loss.
        """
        broken = self.history.stopped == "nan"
        if self.averaged:
            self.network.load_state_dict(self.averaged.network.state_dict())
        if not self.stopping.restore(self.network, last_is_good=not broken):
            raise DataError(
                "E-TRAIN-NAN",
                N_("The training loss is no longer a number in epoch {epoch}."),
                N_(
                    "Most often the learning rate (now {rate}) is too high: lower it, for example"
                    " --set cnn.recipe.learning_rate=1e-4."
                ),
                epoch=len(self.history),
                rate=self.learning_rate,
            )
        self.history.best_epoch = self.stopping.best_epoch if broken else self.history.best_epoch
        return self.history


def _numbers_of(recipe: TrainingRecipe, device: torch.device) -> AbstractContextManager[Any]:
    if recipe.precision == "bfloat16":
        return torch.autocast(device.type, torch.bfloat16)
    return nullcontext()
