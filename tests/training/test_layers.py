"""Dropout and normalisation as the recipe says."""

import pytest
import torch
from torch import nn

from vistazo.methods._networks import build_network
from vistazo.training.layers import adapt_layers, needs_batches
from vistazo.training.recipe import TrainingRecipe

KINDS = {"batch": nn.BatchNorm2d, "group": nn.GroupNorm, "layer": nn.GroupNorm}


def plain():
    return nn.Sequential(nn.Conv2d(1, 48, 3), nn.ReLU(), nn.Conv2d(48, 7, 3), nn.Dropout(0.5))


def normed():
    return nn.Sequential(nn.Conv2d(1, 48, 3), nn.BatchNorm2d(48), nn.ReLU(), nn.Conv2d(48, 7, 3))


def norms(network):
    return [m for m in network.modules() if isinstance(m, nn.BatchNorm2d | nn.GroupNorm)]


@pytest.mark.parametrize(
    ("kind", "groups"), [("batch", None), ("group", [24, 7]), ("layer", [1, 1])]
)
def test_a_network_without_norms_gets_one_behind_every_convolution(kind, groups):
    """They have the channels of their convolution, and 48 channels make 24 groups."""
    network = adapt_layers(plain(), TrainingRecipe(normalization=kind))
    found = norms(network)
    assert [type(norm) for norm in found] == [KINDS[kind]] * 2
    if groups:
        assert [norm.num_groups for norm in found] == groups
    assert network(torch.rand(2, 1, 9, 9)).shape == (2, 7, 5, 5)


@pytest.mark.parametrize("kind", KINDS)
def test_norms_that_are_there_are_exchanged(kind):
    """Their number and channels stay, their kind changes."""
    (norm,) = norms(adapt_layers(normed(), TrainingRecipe(normalization=kind)))
    assert type(norm) is KINDS[kind]
    assert norm.weight.shape == (48,)


def test_nothing_asked_for_changes_nothing():
    """Without the two settings a network keeps its layers and rates."""
    network = plain()
    before = str(network)
    assert str(adapt_layers(network, TrainingRecipe())) == before


def test_all_dropout_layers_get_the_rate():
    """The rate of the recipe replaces the network's own."""
    network = build_network("fashion-cnn", (28, 28, 1), 3, TrainingRecipe(dropout=0.125))
    assert [m.p for m in network.modules() if isinstance(m, nn.Dropout)] == [0.125]


def test_batch_norm_is_seen():
    """Only batch normalisation makes an image's answer depend on its batch."""
    assert needs_batches(normed())
    assert not needs_batches(adapt_layers(normed(), TrainingRecipe(normalization="group")))
