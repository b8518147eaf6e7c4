"""The learning-rate range test."""

import numpy as np
import torch
from torch import nn

from tests.training._small import generator, network, objective, weights
from vistazo.training.loop import train
from vistazo.training.objective import Objective
from vistazo.training.range_test import range_test
from vistazo.training.recipe import TrainingRecipe


class Parabola(Objective):
    """Loss ``curvature / 2 * w²``: gradient descent diverges beyond the rate 2 / curvature."""

    n_images, device = 1, torch.device("cpu")

    def __init__(self, curvature):
        self.curvature = curvature

    def measure(self, network, rows, generator):
        return {"loss": self.curvature / 2 * network.weight.square().sum()}

    def validate(self, network):
        return {"loss": 0.0}

    def tensors(self):
        return ()


def chosen_for(curvature):
    net = nn.Linear(1, 1, bias=False)
    nn.init.ones_(net.weight)
    recipe = TrainingRecipe(optimizer="sgd", momentum=0.0)
    return range_test(net, Parabola(curvature), recipe, generator())


def test_the_rate_follows_the_curvature():
    """A hundred times the curvature gives about a hundredth of the rate, below what diverges."""
    flat, steep = chosen_for(20.0), chosen_for(2000.0)
    assert 30 < flat.chosen / steep.chosen < 300
    assert steep.chosen < 2 / 2000
    assert flat.chosen < 2 / 20


def test_rates_rise_by_one_factor():
    """From 1e-6 on each rate is the same multiple of the one before."""
    found = chosen_for(2000.0)
    ratios = np.array(found.rates[1:]) / np.array(found.rates[:-1])
    assert np.allclose(ratios, 1e6 ** (1 / 99))
    assert found.rates[0] == 1e-6
    assert len(found.rates) == len(found.losses) < 100, "it did not stop where the loss exploded"


def test_it_leaves_no_trace():
    """Network, generator and torch's own generator are as before."""
    recipe, net, chance = TrainingRecipe(augmentation="light"), network(dropout=0.5), generator()
    before, state, own = weights(net), chance.get_state(), torch.get_rng_state()
    range_test(net, objective(recipe), recipe, chance)
    assert all(torch.equal(tensor, before[name]) for name, tensor in net.state_dict().items())
    assert torch.equal(chance.get_state(), state)
    assert torch.equal(torch.get_rng_state(), own)


def test_auto_trains_with_what_was_found():
    """``learning_rate="auto"`` starts with the chosen rate and keeps the test in the history."""
    recipe = TrainingRecipe(epochs=2, learning_rate="auto", patience=None)
    history = train(network(), objective(recipe), recipe, generator())
    found = range_test(network(), objective(recipe), recipe, generator())
    assert history.range_test == found.as_dict()
    assert history.columns["learning_rate"] == [found.chosen] * 2
