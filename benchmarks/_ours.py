"""One training with Vistazo's own loop, epoch by epoch: a peer has its turn between."""

import time

import numpy as np
import torch
from numpy.typing import NDArray

from vistazo.environment import keep_freed_memory
from vistazo.methods._networks import build_network, probabilities
from vistazo.training.batches import resident
from vistazo.training.recipe import TrainingRecipe
from vistazo.training.supervised import Supervised
from vistazo.training.training import Training


class Ours:
    """A network and its recipe on given images.

    Parameters
    ----------
    architecture : str
    recipe : TrainingRecipe
        With a number as learning rate.
    train, validation : tuple of ndarray
        Images of uint8, shape (n, height, width, channels), and label codes.
    seed : int
    """

    def __init__(
        self,
        architecture: str,
        recipe: TrainingRecipe,
        train: tuple[NDArray[np.uint8], NDArray[np.int64]],
        validation: tuple[NDArray[np.uint8], NDArray[np.int64]],
        seed: int,
    ) -> None:
        keep_freed_memory()
        cpu = torch.device("cpu")
        n_classes = int(train[1].max()) + 1
        torch.manual_seed(seed)
        image_shape = (train[0].shape[1], train[0].shape[2], train[0].shape[3])
        network = build_network(architecture, image_shape, n_classes, recipe)
        objective = Supervised(
            resident(train[0], cpu),
            torch.from_numpy(train[1]),
            resident(validation[0], cpu),
            torch.from_numpy(validation[1]),
            recipe,
            n_classes,
        )
        chance = torch.Generator().manual_seed(seed)
        self.training = Training(network, objective, recipe, chance, float(recipe.learning_rate))
        self.seconds: list[float] = []
        self._validation = validation
        self._recipe = recipe

    @property
    def accuracy(self) -> list[float]:
        """Validation accuracy after every epoch."""
        return self.training.history.columns["validation_accuracy"]

    def final_accuracy(self) -> float:
        """Return the validation accuracy of the finished network as it predicts."""
        started = time.perf_counter()
        self.training.finish()
        pixels, codes = self._validation
        found = probabilities(self.training.network, pixels, self._recipe.test_time_views)
        self.seconds[-1] += time.perf_counter() - started
        return float((found.argmax(axis=1) == codes).mean())

    def epoch(self) -> float:
        """Train one epoch, validate, and return the seconds of both."""
        started = time.perf_counter()
        done = len(self.training.history)
        while len(self.training.history) == done:
            self.training.step()
        self.seconds.append(time.perf_counter() - started)
        return self.seconds[-1]
