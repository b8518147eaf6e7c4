"""The loss of a batch against its formula written out, one image at a time."""

import math

import numpy as np
import pytest
import torch
from torch import nn

from tests.training._small import IMAGES, TARGETS, generator, network, objective
from vistazo.training.recipe import TrainingRecipe
from vistazo.training.supervised import Supervised

ROWS = torch.tensor([3, 1, 4, 15, 9, 2, 6])


class Flat(nn.Module):
    """Three numbers of the image as logits: nothing to learn, easy to compute again."""

    def forward(self, images):
        return 3 * images.flatten(1)[:, :3]


def logits_of(row):
    return [3 * value / 255 for value in IMAGES[row].flatten()[:3].tolist()]


def chances(row):
    powers = [math.exp(logit) for logit in logits_of(row)]
    return [power / sum(powers) for power in powers]


def measured(**settings):
    return objective(TrainingRecipe(**settings)).measure(Flat(), ROWS, generator())


def test_plain_loss_and_accuracy():
    """The mean of -ln p(own class), and the share whose largest logit is their class."""
    expected = [-math.log(chances(r)[TARGETS[r]]) for r in ROWS.tolist()]
    right = [int(np.argmax(logits_of(r)) == TARGETS[r]) for r in ROWS.tolist()]
    found = measured()
    assert found["loss"].item() == pytest.approx(np.mean(expected), abs=1e-6)
    assert found["accuracy"].item() == pytest.approx(np.mean(right))


def test_label_smoothing():
    """A share of the target goes to all classes alike (Szegedy et al. 2016, sec. 7)."""
    expected = []
    for row in ROWS.tolist():
        logs = [-math.log(p) for p in chances(row)]
        expected.append(0.8 * logs[TARGETS[row]] + 0.2 * np.mean(logs))
    assert measured(label_smoothing=0.2)["loss"].item() == pytest.approx(
        np.mean(expected), abs=1e-6
    )


def test_focal_loss():
    """The loss of an image counts (1 - p)^gamma (Lin et al. 2017, eq. 4)."""
    expected = []
    for row in ROWS.tolist():
        p = chances(row)[TARGETS[row]]
        expected.append(-((1 - p) ** 1.5) * math.log(p))
    assert measured(focal_gamma=1.5)["loss"].item() == pytest.approx(np.mean(expected), abs=1e-6)


def test_class_weights():
    """Rare classes count more: n / (k * count), in a weighted mean."""
    counts = torch.bincount(TARGETS[:40], minlength=3).tolist()
    weight = [40 / (3 * count) for count in counts]
    own = [weight[TARGETS[r]] for r in ROWS.tolist()]
    losses = [-math.log(chances(r)[TARGETS[r]]) for r in ROWS.tolist()]
    expected = np.average(losses, weights=own)
    assert measured(class_weights="balanced")["loss"].item() == pytest.approx(expected, abs=1e-6)
    focal = measured(class_weights="balanced", focal_gamma=1e-9)["loss"].item()
    assert focal == pytest.approx(expected, abs=1e-5)


@pytest.mark.parametrize("settings", [{"mixup": 1.0}, {"cutmix": 1.0}])
def test_mixing_counts_both_labels_by_their_share(settings):
    """The loss is that of the mixed image against both labels, weighted by their shares."""
    recipe = TrainingRecipe(**settings)
    target = objective(recipe)
    found = target.measure(Flat(), ROWS, generator(3))["loss"].item()
    mixed = target._mixing.sample(len(ROWS), (6, 6), generator(3))
    images = (IMAGES[ROWS].float() / 255).to(memory_format=torch.channels_last)
    logs = -Flat()(target._mixing.apply(images, mixed)).double().log_softmax(1)
    expected = []
    for place, row in enumerate(ROWS.tolist()):
        own, partner = TARGETS[row], TARGETS[ROWS[mixed.partner[place]]]
        share = mixed.weight[place].item()
        expected.append(share * logs[place, own].item() + (1 - share) * logs[place, partner].item())
    assert found == pytest.approx(np.mean(expected), abs=1e-5)
    assert len(set(mixed.weight.tolist()) - {1.0}) > 0


def test_balanced_sampling_draws_every_class_equally_often():
    """Of 30,000 drawn rows each of three classes is a third, within five standard errors."""
    targets = torch.tensor([0] * 90 + [1] * 9 + [2])
    images = torch.zeros(100, 1, 2, 2, dtype=torch.uint8)
    recipe = TrainingRecipe(balanced_sampling=True)
    target = Supervised(images, targets, images, targets, recipe, 3)
    chance = generator(5)
    drawn = torch.cat([targets[target.order(chance)] for _ in range(300)])
    shares = torch.bincount(drawn) / len(drawn)
    error = math.sqrt(1 / 3 * 2 / 3 / len(drawn))
    assert torch.all((shares - 1 / 3).abs() < 5 * error), f"seed 5: {shares}"


def test_validation_is_never_augmented_mixed_or_smoothed():
    """Whatever the recipe changes in training, validation stays plain and draws nothing."""
    recipe = TrainingRecipe(
        augmentation="strong", mixup=1.0, label_smoothing=0.3, class_weights="balanced"
    )
    net = network().eval()
    before = torch.get_rng_state()
    with torch.inference_mode():
        assert objective(recipe).validate(net) == objective().validate(net)
    assert torch.equal(torch.get_rng_state(), before)


def test_augmentation_changes_training_images():
    """The same batch with and without augmentation has another loss, and replays from a seed."""
    recipe = TrainingRecipe(augmentation="strong")
    plain = objective().measure(Flat(), ROWS, generator())["loss"].item()
    first = objective(recipe).measure(Flat(), ROWS, generator(2))["loss"].item()
    again = objective(recipe).measure(Flat(), ROWS, generator(2))["loss"].item()
    assert first == again != plain
