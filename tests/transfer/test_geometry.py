"""What is left of an image on the last map: against published figures, and against gradients."""

import pytest
import torch
from torch import nn

from vistazo.errors import DataError
from vistazo.transfer.geometry import geometry, last_map

TOO_SMALL = None
KNOWN = {  # positions at 28, 32, 64 and 224 pixels; receptive field
    "alexnet": ((TOO_SMALL, TOO_SMALL, 1, 6), 195),
    "vgg-16": ((TOO_SMALL, 1, 2, 7), 212),
    "vgg-19": ((TOO_SMALL, 1, 2, 7), 268),
    "resnet-18": ((1, 1, 2, 7), 435),
    "resnet-34": ((1, 1, 2, 7), 899),
    "resnet-50": ((1, 1, 2, 7), 427),
    "mobilenet-v2": ((1, 1, 2, 7), 491),
    "efficientnet-lite0": ((1, 1, 2, 7), 851),
    "googlenet": ((1, 1, 2, 7), None),
}
"""Receptive fields of AlexNet and VGG-16: Araujo et al. 2019, table 1."""


@pytest.mark.parametrize("name", sorted(KNOWN))
def test_known_networks(name):
    """Sides become maps of the published size, each position with its receptive field."""
    positions, field = KNOWN[name]
    for side, expected in zip((28, 32, 64, 224), positions, strict=True):
        if expected is TOO_SMALL:
            with pytest.raises(DataError) as caught:
                geometry(name, side)
            assert caught.value.code == "E-NET-SIZE"
            continue
        found = geometry(name, side)
        assert found.positions == (expected, expected)
        assert found.stride == 32
        assert field is None or found.receptive_field == field


class _Branches(nn.Module):
    """A short and a long path, a pool, a stride and a dilation, then the mean."""

    def __init__(self):
        super().__init__()
        self.first = nn.Conv2d(3, 4, 5, stride=2, padding=2)
        self.short = nn.Conv2d(4, 4, 1, stride=2)
        self.long = nn.Conv2d(4, 4, 3, stride=2, padding=2, dilation=2)
        self.pool = nn.MaxPool2d(3, 1, padding=1)
        self.last = nn.Conv2d(4, 2, 3, padding=1)

    def maps(self, images):
        halved = self.first(images)
        return self.last(self.pool(self.short(halved) + self.long(halved)))

    def forward_features(self, images):
        return self.maps(images).mean((2, 3))


def test_the_receptive_field_is_what_gradients_reach():
    """The pixels that move the middle position span what the longest path can see."""
    network, side = _Branches().double(), 96
    for parameter in network.parameters():
        nn.init.uniform_(parameter, 0.5, 1)
    reached = torch.zeros(side, side, dtype=torch.bool)
    generator = torch.Generator().manual_seed(0)
    for _draw in range(60):  # a maximum passes one gradient on at a time
        images = torch.rand(1, 3, side, side, generator=generator, dtype=torch.float64)
        images.requires_grad_()
        network.maps(images)[0, 0, 12, 12].backward()
        reached |= images.grad.abs().sum((0, 1)) > 0
    rows = reached.any(1).nonzero()
    span = int(rows.max() - rows.min()) + 1
    with torch.device("meta"):
        found = last_map(_Branches(), "branches", side)
    assert (found.positions, found.stride, found.channels) == ((24, 24), 4, 2)
    assert found.receptive_field == span == 5 + 2 * 2 * 2 + 2 * 4 + 2 * 4


def test_a_network_without_a_map_has_no_geometry():
    """Nothing is said of what averages over no positions."""

    class Flat(nn.Module):
        def forward_features(self, images):
            return images.flatten(1)

    assert last_map(Flat(), "flat", 16) is None
