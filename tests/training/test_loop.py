"""The loop against a slow, obvious second version, and its early stopping."""

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn import functional

from vistazo.errors import DataError, UsageError
from vistazo.training.early_stopping import EarlyStopping
from vistazo.training.history import COLUMNS, listening
from vistazo.training.loop import train
from vistazo.training.objective import Supervised
from vistazo.training.recipe import TrainingRecipe

RNG = np.random.default_rng(0)
IMAGES = torch.from_numpy(RNG.integers(0, 256, (50, 1, 6, 6), dtype=np.uint8))
TARGETS = torch.from_numpy(RNG.integers(0, 3, 50))


def network(seed=0):
    torch.manual_seed(seed)
    return nn.Sequential(nn.Conv2d(1, 4, 3), nn.ReLU(), nn.Flatten(), nn.Linear(64, 3))


def objective():
    return Supervised(IMAGES[:40], TARGETS[:40], IMAGES[40:], TARGETS[40:])


def obvious(net, recipe, seed):
    """Train with the textbook loop: one image at a time into a batch, plain Adam."""
    generator = torch.Generator().manual_seed(seed)
    optimizer = torch.optim.Adam(net.parameters(), lr=recipe.learning_rate)
    for _ in range(recipe.epochs):
        order = torch.randperm(40, generator=generator).tolist()
        for start in range(0, 40, recipe.batch_size):
            rows = order[start : start + recipe.batch_size]
            batch = torch.stack([IMAGES[row].float() / 255 for row in rows])
            target = torch.stack([TARGETS[row] for row in rows])
            loss = functional.cross_entropy(net(batch), target)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
    return net


def test_trains_as_the_textbook_loop_does():
    """After three epochs the weights are those of the obvious loop."""
    recipe = TrainingRecipe(epochs=3, batch_size=16, patience=None)
    net = network()
    last = {}

    def keep_last(history):
        last.update({name: tensor.clone() for name, tensor in net.state_dict().items()})

    with listening(keep_last):
        train(net, objective(), recipe, torch.Generator().manual_seed(7))
    for name, expected in obvious(network(), recipe, 7).state_dict().items():
        assert torch.allclose(last[name], expected, atol=1e-5), name


def test_one_batch_can_be_overfitted():
    """A network that can learn anything learns one batch by heart."""
    net = network()
    same = Supervised(IMAGES[:8], TARGETS[:8], IMAGES[:8], TARGETS[:8])
    recipe = TrainingRecipe(epochs=150, batch_size=8, learning_rate=1e-2, patience=None)
    history = train(net, same, recipe, torch.Generator().manual_seed(0))
    assert history.columns["validation_accuracy"][-1] == 1.0


def test_history_has_one_row_per_epoch_and_tells_the_listener():
    """Every column has a value per epoch; the listener hears of each once."""
    heard = []
    with listening(lambda history: heard.append(len(history))):
        history = train(
            network(),
            objective(),
            TrainingRecipe(epochs=4, patience=None),
            torch.Generator().manual_seed(0),
        )
    assert heard == [1, 2, 3, 4]
    assert all(len(history.columns[name]) == 4 for name in COLUMNS)
    losses = history.columns["validation_loss"]
    assert history.best_epoch == 1 + int(np.argmin(losses))


def test_the_best_weights_are_restored():
    """After training, the network validates exactly as in its best epoch."""
    net, target = network(), objective()
    recipe = TrainingRecipe(epochs=25, batch_size=4, learning_rate=2e-2, patience=None)
    history = train(net, target, recipe, torch.Generator().manual_seed(0))
    net.eval()
    best = min(history.columns["validation_loss"])
    assert history.best_epoch < 25, "this setting no longer overfits: the test proves nothing"
    with torch.inference_mode():
        assert target.validate(net)["loss"] == pytest.approx(best, abs=1e-6)


@pytest.mark.parametrize(
    ("losses", "patience", "min_delta", "stops_after", "best"),
    [
        ([3, 2, 1, 1, 1, 1], 2, 0.0, 5, 3),
        ([3, 2.95, 2.9, 2.85], 2, 0.2, 3, 1),
        ([1, float("nan"), float("nan")], 2, 0.0, 3, 1),
        ([1, 2, 3, 4], None, 0.0, None, 1),
    ],
)
def test_early_stopping(losses, patience, min_delta, stops_after, best):
    """It stops after ``patience`` epochs that are not better by more than ``min_delta``."""
    stopping, net = EarlyStopping(patience, min_delta), network()
    stopped = None
    for epoch, loss in enumerate(losses, 1):
        stopping.update(net, epoch, loss)
        if stopping.stop and stopped is None:
            stopped = epoch
    assert stopped == stops_after
    assert stopping.best_epoch == best


def test_a_loss_that_is_no_number_is_an_error():
    """Training that breaks down says so, with the epoch and what to lower."""
    recipe = TrainingRecipe(epochs=3, learning_rate=1e30, patience=None)
    with pytest.raises(DataError, match="E-TRAIN-NAN"):
        train(network(), objective(), recipe, torch.Generator().manual_seed(0))


def test_a_time_limit_ends_after_the_epoch():
    """No epoch starts after the limit; one is always trained."""
    recipe = TrainingRecipe(epochs=50, time_limit=1e-9)
    history = train(network(), objective(), recipe, torch.Generator().manual_seed(0))
    assert len(history) == 1


@pytest.mark.parametrize(
    "wrong",
    [{"epochs": 0}, {"batch_size": 0}, {"learning_rate": 0.0}, {"patience": 0},
     {"min_delta": -1.0}, {"validation_fraction": 0.6}, {"time_limit": 0.0}],
)  # fmt: skip
def test_settings_out_of_range_are_refused(wrong):
    """Each setting has a range, and the error names it."""
    with pytest.raises(UsageError, match=f"'{next(iter(wrong))}'.*E-VALUE"):
        TrainingRecipe(**wrong).check()


def test_recipe_is_a_scikit_learn_estimator():
    """A grid search can reach inside a recipe."""
    from vistazo.methods.cnn import CNNClassifier

    method = CNNClassifier(recipe=TrainingRecipe()).set_params(recipe__epochs=7)
    assert method.recipe.epochs == 7
