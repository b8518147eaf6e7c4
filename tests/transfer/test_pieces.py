"""Networks of timm in pieces: the same function, the same parameters, wherever it can be cut."""

import copy

import pytest
import torch
from torch import nn

from vistazo.transfer.backbones import TimmBackbone
from vistazo.transfer.pieces import pieces


@pytest.mark.parametrize(
    ("name", "n_parts"),
    [
        ("test_resnet", 7),
        ("test_efficientnet", 7),
        ("test_convnext", 5),
        ("mobilenetv3_small_050", 14),
        ("tf_efficientnet_lite0", 18),
        ("vit_tiny_patch16_224", 13),
        ("eva02_tiny_patch14_224", 13),
        ("vit_small_patch16_dinov3", 1),  # angles of every position go past its blocks
    ],
)
def test_pieces_are_the_network(name, n_parts):
    """One after the other they compute what it computes, with its own parameters, each once."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        backbone = TimmBackbone(name).eval()
        images = torch.rand(2, *backbone.network.pretrained_cfg["input_size"])
    parts = backbone.parts()
    assert len(parts) == n_parts
    maps = images
    with torch.no_grad():
        for part in parts:
            maps = part(maps)
        assert torch.equal(maps, backbone(images))
    own = {id(p) for p in backbone.parameters()}
    found = [id(p) for part in parts for p in part.parameters()]
    assert own == set(found)
    assert len(own) == len(found)


def test_pieces_of_a_copy_are_its_own():
    """Training them leaves the network that was copied as it is."""
    backbone = TimmBackbone("test_resnet").eval()
    backbone.parts()
    twin = copy.deepcopy(backbone)
    with torch.no_grad():
        for part in twin.parts():
            for parameter in part.parameters():
                parameter.add_(1)
    pairs = zip(backbone.parameters(), twin.parameters(), strict=True)
    assert all(bool((a + 1 == b).all()) for a, b in pairs)


class _Past(nn.Module):
    """Its input goes past both layers."""

    def __init__(self, *, asks: bool) -> None:
        super().__init__()
        self.first, self.second, self.asks = nn.Linear(3, 3), nn.Linear(3, 3), asks

    def forward(self, numbers):
        if self.asks and numbers.sum() > 0:
            return self.first(numbers)
        return self.second(self.first(numbers)) + numbers


def test_where_it_cannot_be_cut_it_stays_whole():
    """Two tensors would cross; and a way that depends on the numbers cannot be recorded."""
    (whole,) = pieces(_Past(asks=False))
    numbers = torch.rand(4, 3)
    assert torch.equal(whole(numbers), whole.network.second(whole.network.first(numbers)) + numbers)
    network = _Past(asks=True)
    assert pieces(network) == [network]
