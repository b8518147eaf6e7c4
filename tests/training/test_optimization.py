"""One step of every optimizer, penalty and limit, against what its source says it is."""

import pytest
import torch
from torch import nn

from vistazo.training.averaging import AveragedNetwork
from vistazo.training.optimization import Optimization
from vistazo.training.recipe import TrainingRecipe

RATE = 0.05
INPUTS = torch.randn(16, 5, generator=torch.Generator().manual_seed(0))


def network():
    torch.manual_seed(1)
    return nn.Sequential(nn.Linear(5, 4), nn.Tanh(), nn.Linear(4, 2))


def loss_of(net):
    return net(INPUTS).square().mean()


def after(steps=5, **settings):
    """Return the parameters after some steps with the recipe's optimizer."""
    net = network()
    optimization = Optimization(net, TrainingRecipe(**settings))
    for _ in range(steps):
        optimization.step(loss_of(net), RATE)
    return list(net.parameters())


def by_hand(update, steps=5):
    """Return the parameters after some steps of ``update(parameter, gradient, memory, step)``."""
    net = network()
    memories = [{} for _ in net.parameters()]
    for step in range(1, steps + 1):
        gradients = torch.autograd.grad(loss_of(net), list(net.parameters()))
        with torch.no_grad():
            for parameter, gradient, memory in zip(
                net.parameters(), gradients, memories, strict=True
            ):
                update(parameter, gradient, memory, step)
    return list(net.parameters())


def adam(parameter, gradient, memory, step):
    """Kingma and Ba 2015, algorithm 1."""
    memory["m"] = 0.9 * memory.get("m", 0) + 0.1 * gradient
    memory["v"] = 0.999 * memory.get("v", 0) + 0.001 * gradient**2
    corrected = memory["v"] / (1 - 0.999**step)
    parameter -= RATE * memory["m"] / (1 - 0.9**step) / (corrected.sqrt() + 1e-8)


def decayed_adam(parameter, gradient, memory, step):
    """Loshchilov and Hutter 2019, algorithm 2, with decay of weights only."""
    if parameter.ndim > 1:
        parameter *= 1 - RATE * 0.01
    adam(parameter, gradient, memory, step)


def nesterov(parameter, gradient, memory, step):
    """Sutskever et al. 2013, in the form of torch: look ahead by the momentum."""
    memory["v"] = 0.9 * memory["v"] + gradient if "v" in memory else gradient.clone()
    parameter -= RATE * (gradient + 0.9 * memory["v"])


def plain(parameter, gradient, memory, step):
    parameter -= RATE * gradient


def rmsprop(parameter, gradient, memory, step):
    """Tieleman and Hinton 2012, with Keras' constants."""
    memory["v"] = 0.9 * memory.get("v", 0) + 0.1 * gradient**2
    parameter -= RATE * gradient / (memory["v"].sqrt() + 1e-7)


@pytest.mark.parametrize(
    ("settings", "update"),
    [
        ({"optimizer": "adam"}, adam),
        ({"optimizer": "adamw"}, decayed_adam),
        ({"optimizer": "adam", "weight_decay": 0.01}, decayed_adam),
        ({"optimizer": "sgd"}, nesterov),
        ({"optimizer": "sgd", "momentum": 0.0}, plain),
        ({"optimizer": "rmsprop"}, rmsprop),
    ],
)
def test_optimizers_are_their_papers(settings, update):
    """Five steps give the parameters of the formula written out."""
    for ours, expected in zip(after(**settings), by_hand(update), strict=True):
        assert torch.allclose(ours, expected, atol=1e-6)


def test_momentum_of_rmsprop_matters():
    """``rmsprop`` with momentum is torch's with the same constants."""
    net = network()
    peer = torch.optim.RMSprop(net.parameters(), lr=RATE, alpha=0.9, eps=1e-7, momentum=0.1)
    for _ in range(5):
        peer.zero_grad()
        loss_of(net).backward()
        peer.step()
    ours = after(optimizer="rmsprop", momentum=0.1)
    for mine, expected in zip(ours, net.parameters(), strict=True):
        assert torch.allclose(mine, expected, atol=1e-6)


@pytest.mark.parametrize(
    ("settings", "penalty"),
    [
        ({"l1": 0.02}, lambda weight: 0.02 * weight.abs().sum()),
        ({"l2": 0.03}, lambda weight: 0.03 * weight.square().sum()),
    ],
)
def test_penalties_are_those_of_keras(settings, penalty):
    """A step is that on the loss plus the penalty of all weights, biases excepted."""
    ours = after(1, optimizer="sgd", momentum=0.0, **settings)
    net = network()
    whole = loss_of(net) + sum(penalty(p) for p in net.parameters() if p.ndim > 1)
    gradients = torch.autograd.grad(whole, list(net.parameters()))
    for mine, parameter, gradient in zip(ours, net.parameters(), gradients, strict=True):
        assert torch.allclose(mine, parameter - RATE * gradient, atol=1e-6)


def test_clipping_shortens_a_long_gradient_and_leaves_a_short_one():
    """The step of all parameters together is at most ``clip_norm`` times the rate."""
    start = torch.cat([p.detach().flatten() for p in network().parameters()])

    def moved(**settings):
        ended = after(1, optimizer="sgd", momentum=0.0, **settings)
        return (torch.cat([p.flatten() for p in ended]) - start).norm().item()

    free = moved()
    assert moved(clip_norm=free / RATE / 10) == pytest.approx(free / 10, rel=1e-3)
    assert moved(clip_norm=free / RATE * 10) == pytest.approx(free, rel=1e-6)


def test_average_of_weights():
    """After the start, each step keeps ``decay`` of the average and adds the rest."""
    net = network()
    averaged = AveragedNetwork(net, 0.6)
    expected = [p.detach().clone() for p in net.parameters()]
    for step in range(30):
        with torch.no_grad():
            for parameter in net.parameters():
                parameter.add_(0.1 * (step + 1))
        averaged.update(net, step)
        kept = min(0.6, (1 + step) / (10 + step))
        expected = [
            kept * e + (1 - kept) * p.detach()
            for e, p in zip(expected, net.parameters(), strict=True)
        ]
    for mine, other in zip(averaged.network.parameters(), expected, strict=True):
        assert torch.allclose(mine, other, rtol=1e-5)


def test_frozen_parameters_stay():
    """What needs no gradient is neither stepped nor decayed."""
    net = network()
    net[0].weight.requires_grad_(False)
    before = net[0].weight.clone()
    optimization = Optimization(net, TrainingRecipe(weight_decay=0.5, l1=0.1))
    optimization.step(loss_of(net), RATE)
    assert torch.equal(net[0].weight, before)
    assert not torch.equal(net[2].weight, network()[2].weight)


def test_each_part_has_a_smaller_rate_than_the_one_after_it():
    """One step of plain SGD moves part k by decay^(parts - 1 - k); weight decay follows."""
    full = after(1, optimizer="sgd", momentum=0.0, weight_decay=0.1)
    start = list(network().parameters())
    less = after(1, optimizer="sgd", momentum=0.0, weight_decay=0.1, layer_decay=0.5)
    # the parts are a layer, its activation, and the last layer
    for before, one, other, share in zip(start, full, less, [0.25, 0.25, 1, 1], strict=True):
        assert torch.allclose(other - before, share * (one - before), atol=1e-7)
