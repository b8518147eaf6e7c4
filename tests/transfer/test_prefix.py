"""The first layers and the last ones: together they are the network."""

import numpy as np
import pytest
import torch
from torch import nn

from vistazo.transfer.extraction import extract
from vistazo.transfer.frozen import Frozen
from vistazo.transfer.logistic import Head
from vistazo.transfer.networks import n_parts
from vistazo.transfer.prefix import Prefix
from vistazo.transfer.tail import Entry, begin_with, new_tail

FROZEN = Frozen("imagenet-efficientnet-lite0", 64)
PIXELS = np.random.default_rng(0).integers(0, 256, (9, 12, 12, 1), np.uint8)
LAYERS = n_parts(FROZEN.name)


def tail_after(n_layers, **settings):
    settings = {"norms_are_frozen": True, "depthwise_is_frozen": True} | settings
    return new_tail(Prefix(FROZEN, n_layers), 3, **settings)


@pytest.mark.parametrize("n_layers", [0, 12, LAYERS])
def test_the_tail_continues_where_the_prefix_ends(n_layers):
    """Whatever is frozen, an untrained tail gives the features of the frozen network."""
    maps = extract(Prefix(FROZEN, n_layers), PIXELS)
    with torch.inference_mode():
        *layers, _head = tail_after(n_layers).eval()
        found = nn.Sequential(*layers)(torch.from_numpy(maps)).numpy()
    expected = extract(FROZEN, PIXELS)
    assert np.abs(found - expected).max() < 0.02 * expected.max()


def test_maps_are_kept_apart_from_features_and_from_other_cuts(tmp_path, monkeypatch):
    """Each has a store of its own, and what is read is what was computed."""
    monkeypatch.setenv("VISTAZO_CACHE", str(tmp_path))
    prefixes = [FROZEN, Prefix(FROZEN, 12), Prefix(FROZEN, 16)]
    assert len({found.identity for found in prefixes}) == 3
    first = [extract(found, PIXELS) for found in prefixes]
    assert [found.ndim for found in first] == [2, 4, 4]
    again = [extract(found, PIXELS[::-1]) for found in prefixes]
    assert all(np.array_equal(one, two[::-1]) for one, two in zip(first, again, strict=True))


def test_normalisations_keep_their_statistics_where_they_are_frozen():
    """Training moves the averages of the others, and not of these."""
    maps = torch.from_numpy(extract(Prefix(FROZEN, 16), PIXELS))
    for frozen in (True, False):
        tail = tail_after(16, norms_are_frozen=frozen)
        before = {n: t.clone() for n, t in tail.named_buffers()}
        tail.train()(maps)
        same = [torch.equal(before[name], tensor) for name, tensor in tail.named_buffers()]
        assert all(same) if frozen else not any(same)


def test_filters_of_single_channels_stay_where_they_are_frozen():
    """They are what has no gradient, and nothing else."""
    for frozen in (True, False):
        tail = tail_after(12, depthwise_is_frozen=frozen)
        still = [name for name, p in tail.named_parameters() if not p.requires_grad]
        filters = [name for name, _p in tail.named_parameters() if "depthwise" in name]
        assert len(filters) == 5
        assert still == (filters if frozen else [])


def test_the_head_is_that_of_the_logistic_regression():
    """The same probabilities from the same features."""
    rng = np.random.default_rng(1)
    head = Head(rng.normal(0, 0.1, (1280, 3)), rng.normal(size=3))
    tail = tail_after(LAYERS)
    begin_with(tail, head)
    features = extract(FROZEN, PIXELS)
    with torch.inference_mode():
        found = tail.eval()(torch.from_numpy(features)).softmax(1).numpy()
    assert np.allclose(found, head.probabilities(features), atol=1e-5)


def test_a_prefix_as_a_layer_gives_the_same_maps_and_no_gradient():
    """For images in [0, 1], as an augmentation leaves them."""
    prefix = Prefix(FROZEN, 12)
    images = torch.from_numpy(PIXELS).permute(0, 3, 1, 2) / 255
    found = Entry(prefix)(images.requires_grad_())
    assert not found.requires_grad
    assert torch.equal(found, prefix.features(torch.from_numpy(PIXELS)))
    whole = tail_after(12).after(Entry(prefix))
    assert type(next(iter(whole))) is Entry
    assert whole.train().norms_are_frozen
