"""The training loop."""

import torch
from torch import nn

from vistazo.environment import keep_freed_memory
from vistazo.training.checkpoint import open_checkpoint
from vistazo.training.history import History
from vistazo.training.objective import Objective
from vistazo.training.range_test import range_test
from vistazo.training.recipe import TrainingRecipe
from vistazo.training.stopping_points import stops_postponed
from vistazo.training.training import Training


def train(
    network: nn.Module, objective: Objective, recipe: TrainingRecipe, generator: torch.Generator
) -> History:
    """Train a network in place and leave it with the weights that are kept.

    Inside :func:`~vistazo.training.checkpoint.checkpointing`, a training that was ended before,
    however, goes on to weights equal to the last bit on a processor.

    Parameters
    ----------
    network : torch.nn.Module
        In channels-last memory, on the device of the objective's images.
    objective : Objective
        What to minimise, and how to validate.
    recipe : TrainingRecipe
    generator : torch.Generator
        Source of order, augmentation and mixing. Dropout draws from torch's own generator,
        which the caller seeds.

    Returns
    -------
    History

    Raises
    ------
    DataError
        ``E-TRAIN-NAN`` when the loss is no number in the first epoch; later the weights of
        the best epoch are kept. ``E-CHECKPOINT``.
    SetupError
        ``E-DISK``, ``E-RUN-WRITE`` where a checkpoint cannot be written; the one before stays.
    """
    keep_freed_memory()
    tested = None
    if recipe.learning_rate == "auto":
        tested = range_test(network, objective, recipe, generator)
    rate = tested.chosen if tested else recipe.learning_rate
    training = Training(network, objective, recipe, generator, float(rate))
    training.history.range_test = tested.as_dict() if tested else None
    checkpoint = open_checkpoint(training)
    if checkpoint:
        checkpoint.restore(training)
    with stops_postponed() as stop_if_asked:
        while training.history.stopped is None:
            training.step()
            if checkpoint:
                checkpoint.write_when_due(training)
            try:
                stop_if_asked()
            except KeyboardInterrupt:
                if checkpoint:
                    checkpoint.write(training)
                raise
    return training.finish()
