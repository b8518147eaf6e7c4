"""Frozen backbones: the published function, whatever is folded, and images as they expect them."""

import copy

import numpy as np
import pytest
import torch
from torch.nn import functional

from vistazo import catalog
from vistazo.architectures._published import load_published
from vistazo.errors import DataError
from vistazo.transfer.frozen import Frozen, check_side, fitting_side
from vistazo.transfer.weights_by_name import RANDOM, published

NAME = "imagenet-efficientnet-lite0"
GENERATOR = np.random.default_rng(0)
PHOTOS = GENERATOR.integers(0, 256, (4, 6, 8, 3), np.uint8).repeat(12, axis=1).repeat(12, axis=2)


def test_features_are_those_of_the_published_network():
    """Folded, resized and normalised, it is the unfolded network on images prepared by hand."""
    weights = published(NAME)
    network = catalog.load("architectures", weights.architecture)((224, 224, 3)).eval()
    load_published(network, weights.state_dict())
    images = torch.from_numpy(PHOTOS).permute(0, 3, 1, 2) / 255
    images = functional.interpolate(images, (96, 128), mode="bicubic", antialias=False).clamp(0, 1)
    with torch.inference_mode():
        expected = network((images * 255 - 127) / 128)
    found = Frozen(NAME, 96).features(torch.from_numpy(PHOTOS))
    assert found.shape == (4, 1280)
    assert torch.allclose(found, expected, atol=1e-4)
    assert not [m for m in Frozen(NAME, 96).network.modules() if "BatchNorm" in type(m).__name__]


@pytest.mark.parametrize("name", catalog.names("pretrained"))
def test_activations_in_place_change_no_bit(name):
    """Nothing that is still needed is written over."""
    network = Frozen(name, 96).network
    images = torch.randn(2, 3, 96, 96, generator=torch.Generator().manual_seed(0))
    apart = copy.deepcopy(network)
    in_place = [module for module in apart.modules() if getattr(module, "inplace", False)]
    for module in in_place:
        module.inplace = False
    with torch.inference_mode():
        assert torch.equal(network(images), apart(images))
    assert in_place


def test_gray_images_are_three_equal_channels():
    """A gray image and the same one as red, green and blue have the same features."""
    gray = torch.from_numpy(PHOTOS[..., :1].copy())
    frozen = Frozen(NAME, 96)
    assert torch.equal(frozen.features(gray), frozen.features(gray.repeat(1, 1, 1, 3)))


def test_large_images_are_shrunk_without_aliasing():
    """A pattern of single pixels that cannot survive becomes its mean, not a stripe."""
    board = np.indices((400, 400)).sum(axis=0) % 2 * 255
    board = torch.from_numpy(board.astype(np.uint8))[None, ..., None].repeat(1, 1, 1, 3)
    even = torch.full((1, 400, 400, 3), 127, dtype=torch.uint8)
    frozen = Frozen(NAME, 100)
    assert (frozen.features(board) - frozen.features(even)).abs().max() < 0.2


def test_the_random_twin_sees_but_was_never_trained():
    """Its features differ between images, are the same in every process, and from nowhere else."""
    frozen = Frozen(RANDOM + NAME, 96)
    features = frozen.features(torch.from_numpy(PHOTOS))
    assert features.std(dim=0).mean() > 0.01
    assert (features - Frozen(NAME, 96).features(torch.from_numpy(PHOTOS))).abs().max() > 0.1
    assert frozen.identity != Frozen(NAME, 96).identity
    state = torch.random.get_rng_state()
    assert torch.equal(features, Frozen(RANDOM + NAME, 96).features(torch.from_numpy(PHOTOS)))
    assert torch.equal(state, torch.random.get_rng_state())


@pytest.mark.parametrize(
    ("side", "expected"), [(8, 96), (20, 96), (28, 128), (32, 160), (64, 224), (300, 224)]
)
def test_small_images_are_enlarged(side, expected):
    """Five times, in whole positions of the last map: three at least, published ones at most."""
    assert fitting_side(NAME, (side, side + 10, 1)) == expected


def test_a_side_that_the_network_cannot_take():
    """The smallest one is told."""
    check_side(NAME, 32)
    with pytest.raises(DataError, match="32") as caught:
        check_side(NAME, 31)
    assert caught.value.code == "E-NET-SIZE"
