"""The training loop."""

import math
import time

import torch
from torch import nn

from vistazo.errors import DataError
from vistazo.i18n import N_
from vistazo.training.batches import shuffled
from vistazo.training.early_stopping import EarlyStopping
from vistazo.training.history import History
from vistazo.training.objective import Objective
from vistazo.training.recipe import TrainingRecipe


def train(
    network: nn.Module, objective: Objective, recipe: TrainingRecipe, generator: torch.Generator
) -> History:
    """Train a network in place and leave it with the weights of its best epoch.

    Parameters
    ----------
    network : torch.nn.Module
        In channels-last memory, on the device of the objective's images.
    objective : Objective
        What to minimise, and how to validate.
    recipe : TrainingRecipe
    generator : torch.Generator
        Draws the order of the images. Dropout draws from torch's own generator, which the
        caller seeds.

    Returns
    -------
    History

    Raises
    ------
    DataError
        ``E-TRAIN-NAN`` when the loss is no longer a number.
    """
    optimizer = torch.optim.Adam(network.parameters(), lr=recipe.learning_rate, fused=True)
    stopping = EarlyStopping(recipe.patience, recipe.min_delta)
    history = History(recipe.epochs)
    started = time.monotonic()
    for epoch in range(1, recipe.epochs + 1):
        epoch_started = time.monotonic()
        train_loss = _one_epoch(network, objective, optimizer, recipe.batch_size, generator)
        network.eval()
        with torch.inference_mode():
            validation = objective.validate(network)
        stopping.update(network, epoch, validation["loss"])
        history.best_epoch = stopping.best_epoch
        now = time.monotonic()
        history.append(
            epoch=epoch,
            train_loss=train_loss,
            validation_loss=validation["loss"],
            validation_accuracy=validation["accuracy"],
            learning_rate=recipe.learning_rate,
            seconds=now - epoch_started,
        )
        if not math.isfinite(train_loss):
            raise _not_a_number(epoch, recipe)
        if stopping.stop or (recipe.time_limit and now - started > recipe.time_limit):
            break
    stopping.restore(network)
    return history


def _one_epoch(
    network: nn.Module,
    objective: Objective,
    optimizer: torch.optim.Optimizer,
    batch_size: int,
    generator: torch.Generator,
) -> float:
    network.train()
    total = torch.zeros(())
    for rows in shuffled(objective.n_images, batch_size, generator):
        loss = objective.loss(network, rows)
        optimizer.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        optimizer.step()
        # summed on the device: reading the number at each step would wait for it
        total = total.to(loss.device) + loss.detach() * len(rows)
    return total.item() / objective.n_images


def _not_a_number(epoch: int, recipe: TrainingRecipe) -> DataError:
    return DataError(
        "E-TRAIN-NAN",
        N_("The training loss is no longer a number in epoch {epoch}."),
        N_(
            "Lower the learning rate (now {rate}), for example --set cnn.recipe.learning_rate=1e-4."
        ),
        epoch=epoch,
        rate=recipe.learning_rate,
    )
