"""Departures from the preprocessing of weights: expressible, kept apart, and what they say."""

import numpy as np
import pytest
import torch

from vistazo import catalog
from vistazo.errors import UsageError
from vistazo.methods.linear_probe import LinearProbeClassifier
from vistazo.transfer.departures import CHOICES, applied, scale_error, value_range
from vistazo.transfer.frozen import Frozen
from vistazo.transfer.networks import _leave_out_pooling
from vistazo.transfer.weights_by_name import RANDOM, published

NAME = "imagenet-efficientnet-lite0"
DECLARED = published(NAME).preprocessing
PIXELS = torch.from_numpy(np.random.default_rng(0).integers(0, 256, (3, 32, 32, 3), np.uint8))


def test_without_departures_features_are_known_by_what_they_were():
    """What was kept before there were departures is found again."""
    weights = published(NAME)
    before = (weights.architecture, weights.sha256, 160, repr(weights.preprocessing), 1)
    assert Frozen(NAME, 160).identity == before
    assert Frozen(NAME, 160, interpolation="bicubic", channels="RGB").identity == before


def test_every_departure_is_kept_apart():
    """No two uses of a network that give other features share a store."""
    uses = [Frozen(NAME, 64, **{name: v}) for name, vs in CHOICES.items() for v in vs[1:]]
    different = {use.identity for use in uses} | {Frozen(NAME, 64).identity}
    assert len(different) == 1 + len(uses) - 2  # bicubic and RGB are what is declared


@pytest.mark.parametrize(
    ("scale", "low", "high"), [("0-1", 0, 1), ("-1..1", -1, 1), ("0-255", 0, 255)]
)
def test_a_scale_is_the_range_the_network_gets(scale, low, high):
    """Black and white become the limits of the range that its name says."""
    used = applied(DECLARED, input_scale=scale)
    extremes = used.normalise(torch.tensor([0.0, 1.0]).view(2, 1, 1, 1).expand(2, 3, 1, 1))
    assert extremes[:, 0, 0, 0].tolist() == pytest.approx([low, high])
    assert value_range(used) == pytest.approx((low, high))


def test_the_error_of_a_scale_is_a_share_of_the_declared_range():
    """Half the range for 0 to 1 in the place of -1 to 1; next to nothing for the same scale."""
    ideal = applied(DECLARED, input_scale="-1..1")
    assert scale_error(ideal, applied(DECLARED, input_scale="0-1")) == pytest.approx(0.5)
    assert scale_error(DECLARED, DECLARED) == 0
    assert 0 < scale_error(DECLARED, ideal) < 0.01


def test_the_network_gets_the_scale_that_was_asked_for():
    """Its features are those of the network on images that were scaled by hand."""
    images = (PIXELS.permute(0, 3, 1, 2) / 255).contiguous(memory_format=torch.channels_last)
    use = Frozen(NAME, 32, input_scale="0-1")
    with torch.inference_mode():
        expected = use.network(images)
    assert torch.allclose(use.features(PIXELS), expected, atol=1e-5)


def test_channels_in_the_other_order_are_an_image_with_red_for_blue():
    """BGR gives an image the features of its mirror image in colour."""
    swapped = Frozen(NAME, 32, channels="BGR").features(PIXELS)
    assert torch.equal(swapped, Frozen(NAME, 32).features(PIXELS.flip(3)))


def test_flattened_features_are_the_positions_of_the_map():
    """Their mean over positions is what averaging gives."""
    for name in (NAME, RANDOM + NAME):
        flat = Frozen(name, 64, pooling="flatten").features(PIXELS)
        assert flat.shape == (3, 1280 * 4)
        mean = Frozen(name, 64).features(PIXELS)
        assert torch.allclose(flat.view(3, 1280, 4).mean(2), mean, atol=1e-5)


def test_a_network_that_averages_nothing_has_nothing_to_flatten():
    """What it pools to more than one position is no average of its last map."""
    with torch.device("meta"):
        network = catalog.load("architectures", "vgg-16")((224, 224, 3))
    with pytest.raises(UsageError) as caught:
        _leave_out_pooling(network)
    assert caught.value.code == "E-POOLING"


@pytest.mark.parametrize("name", sorted(CHOICES))
def test_a_value_that_there_is_not_is_named(name):
    """Found before anything is computed, with the values that there are."""
    with pytest.raises(UsageError, match=r"declared|mean") as caught:
        LinearProbeClassifier(**{name: "upside-down"}).check()
    assert caught.value.code == "E-VALUE"
