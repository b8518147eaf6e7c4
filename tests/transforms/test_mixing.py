"""Mixed images and the weights of their labels."""

import numpy as np
import pytest
import torch

from tests.transforms._oracles import batch, generator
from vistazo.errors import UsageError
from vistazo.transforms.mixing import Mixing

SEEDS = range(200)


def ramps(n_images, height, width):
    """Images of one number each, so that a pixel says whose it is."""
    numbers = torch.arange(n_images, dtype=torch.float32) / n_images
    return numbers[:, None, None, None].expand(n_images, 1, height, width).contiguous()


@pytest.mark.parametrize(("height", "width"), [(8, 8), (5, 12), (1, 1)])
def test_cutmix_weighs_labels_by_pixels(height, width):
    """The weight of an image's own label is its exact share of the pixels."""
    mixing, images = Mixing(cutmix=1.0), ramps(9, height, width)
    for seed in SEEDS:
        mixed = mixing.sample(9, (height, width), generator(seed))
        pixels = mixing.apply(images, mixed)
        own = (pixels == images).all(1).sum((1, 2)) / (height * width)
        moved = (mixed.partner != torch.arange(9)).numpy()
        np.testing.assert_allclose(mixed.weight[moved], own[moved], atol=1e-6)
        theirs = images[mixed.partner]
        assert ((pixels == images) | (pixels == theirs)).all()


def test_mixup_is_the_weighted_mean():
    """Each image is its share of itself and the rest of its partner."""
    mixing, images = Mixing(mixup=0.4), batch(7)
    for seed in SEEDS:
        mixed = mixing.sample(7, (11, 8), generator(seed))
        own = mixed.weight[:, None, None, None]
        expected = own * images + (1 - own) * images[mixed.partner]
        torch.testing.assert_close(mixing.apply(images, mixed), expected)


def test_partners_are_a_permutation():
    """Every image is the partner of one."""
    for seed in SEEDS:
        mixed = Mixing(mixup=1.0).sample(13, (4, 4), generator(seed))
        assert sorted(mixed.partner.tolist()) == list(range(13))


@pytest.mark.parametrize("alpha", [0.2, 1.0, 3.0])
def test_ratios_are_beta(alpha):
    """Mixup's ratios have the mean and the variance of Beta(α, α)."""
    draws = np.array(
        [float(Mixing(mixup=alpha).sample(1, (4, 4), generator(s)).weight) for s in range(3000)]
    )
    variance = 1 / (4 * (2 * alpha + 1))
    assert abs(draws.mean() - 0.5) < 5 * np.sqrt(variance / 3000)
    assert abs(draws.var() - variance) < 5 * variance / np.sqrt(3000)


def test_either_is_drawn_where_both_are_on():
    """About half of the batches are mixed by CutMix."""
    both = Mixing(mixup=1.0, cutmix=1.0)
    boxes = [both.sample(4, (8, 8), generator(seed)).box is not None for seed in range(1000)]
    assert abs(np.mean(boxes) - 0.5) < 5 * 0.5 / np.sqrt(1000)


def test_off_changes_nothing():
    """With both at 0 images and labels are all their own."""
    images = batch(5)
    mixed = Mixing().sample(5, (11, 8), generator())
    assert Mixing().apply(images, mixed) is images
    assert mixed.weight.tolist() == [1] * 5
    assert mixed.partner.tolist() == list(range(5))


@pytest.mark.parametrize("mixing", [Mixing(mixup=1.0), Mixing(cutmix=1.0)])
def test_replaying_keeps_images_and_bytes(mixing):
    """The same draw gives the same bytes, in the same layout, and writes to no image given."""
    images = batch(6)
    kept = images.clone()
    mixed = mixing.sample(6, (11, 8), generator(4))
    found = mixing.apply(images, mixed)
    assert torch.equal(found, mixing.apply(images, mixed))
    assert torch.equal(images, kept)
    assert found.is_contiguous(memory_format=torch.channels_last)


def test_settings_leave_no_trace_in_the_generator():
    """However a batch is mixed, the generator advances alike."""
    after = set()
    for mixing in (Mixing(), Mixing(mixup=1), Mixing(cutmix=1), Mixing(mixup=1, cutmix=1)):
        state = generator(1)
        mixing.sample(10, (8, 8), state)
        after.add(float(torch.rand(1, generator=state)))
    assert len(after) == 1


@pytest.mark.parametrize("value", [-1, float("nan"), float("inf")])
def test_negative_alpha_is_refused(value):
    """An α below 0, or no number, is E-VALUE."""
    with pytest.raises(UsageError) as caught:
        Mixing(cutmix=value).check()
    assert caught.value.code == "E-VALUE"
    assert "mixing.cutmix" in str(caught.value)
