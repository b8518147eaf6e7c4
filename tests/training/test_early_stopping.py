"""Early stopping with the five parameters of Keras' callback of that name."""

import pytest
import torch
from torch import nn

from vistazo.training.early_stopping import EarlyStopping
from vistazo.training.recipe import TrainingRecipe

NAN = float("nan")


def run(values, **settings):
    """Return after which epoch it stops, and the epoch that it keeps."""
    recipe = TrainingRecipe(**settings)
    stopping, net = EarlyStopping(recipe), nn.Linear(1, 1)
    for epoch, value in enumerate(values, 1):
        nn.init.constant_(net.weight, epoch)
        stopping.update(net, epoch, {recipe.monitor: value})
        if stopping.stop:
            break
    else:
        epoch = None
    kept = stopping.best_weights["weight"].item() if stopping.best_weights else 0
    assert kept == stopping.best_epoch
    return epoch, stopping.best_epoch


@pytest.mark.parametrize(
    ("values", "settings", "stops_after", "best"),
    [
        ([3, 2, 1, 1, 1, 1], {"patience": 2}, 5, 3),
        ([3, 2.95, 2.9, 2.85], {"patience": 2, "min_delta": 0.2}, 3, 1),
        ([1, NAN, NAN], {"patience": 2}, 3, 1),
        ([1, 2, 3, 4], {"patience": None}, None, 1),
        ([0.5, 0.6, 0.6, 0.4], {"patience": 2, "monitor": "validation_accuracy"}, 4, 2),
        (
            [0.5, 0.4, 0.6],
            {"patience": 2, "monitor": "validation_accuracy", "mode": "min"},
            None,
            2,
        ),
        ([1, 2, 3, 1], {"patience": 1, "monitor": "train_loss", "mode": "max"}, 4, 3),
        ([1, 2, 1], {"patience": 1, "monitor": "train_loss"}, 2, 1),
    ],
)
def test_stops_and_keeps(values, settings, stops_after, best):
    """It stops after ``patience`` epochs that are not better by more than ``min_delta``."""
    assert run(values, **settings) == (stops_after, best)


def test_last_weights_stay_where_the_best_are_not_wanted():
    """Without ``restore_best_weights`` the network is left as it is, unless it is broken."""
    stopping, net = EarlyStopping(TrainingRecipe(restore_best_weights=False)), nn.Linear(1, 1)
    stopping.update(net, 1, {"validation_loss": 1.0})
    first = net.weight.item()
    with torch.no_grad():
        net.weight.fill_(9.0)
    assert stopping.restore(net, last_is_good=True)
    assert net.weight.item() == 9.0
    assert stopping.restore(net, last_is_good=False)
    assert net.weight.item() == first


def test_nothing_good_is_said():
    """Where no epoch was better than nothing and the last is broken, there are no weights."""
    stopping = EarlyStopping(TrainingRecipe())
    stopping.update(nn.Linear(1, 1), 1, {"validation_loss": NAN})
    assert not stopping.restore(nn.Linear(1, 1), last_is_good=False)
