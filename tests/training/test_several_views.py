"""One view of each image in a step, drawn from the seed."""

import torch

from tests.training._small import IMAGES, TARGETS, generator
from vistazo.training.recipe import TrainingRecipe
from vistazo.training.several_views import SeveralViews

ROWS = torch.tensor([3, 1, 4, 15, 9, 2, 6])


def of(*views):
    return SeveralViews(views, TARGETS, IMAGES[:5], TARGETS[:5], TrainingRecipe(), 3)


def test_every_image_is_in_one_of_its_views_as_often_in_each():
    """Rows keep their order; over many draws each view has its share."""
    mirrored = IMAGES.flip(3)
    objective, chance, n_mirrored = of(IMAGES, mirrored), generator(1), 0
    for _ in range(300):
        found = objective.inputs(ROWS, chance)
        for image, row in zip(found, ROWS, strict=True):
            is_mirrored = torch.equal(image, mirrored[row] / 255)
            assert is_mirrored or torch.equal(image, IMAGES[row] / 255)
            n_mirrored += is_mirrored
    assert abs(n_mirrored / 2100 - 0.5) < 5 * 0.5 / 2100**0.5, "seed 1"


def test_maps_reach_the_network_as_they_are():
    """Only pixels are divided by 255."""
    maps = torch.randn(50, 4, 2, 2).half()
    assert torch.equal(of(maps).inputs(ROWS, generator()), maps[ROWS].float())
    features = torch.randn(50, 8).half()
    assert torch.equal(of(features).inputs(ROWS, generator()), features[ROWS].float())


def test_a_training_is_known_by_all_its_views():
    """Another second view is another training."""
    assert of(IMAGES, IMAGES).fingerprint() != of(IMAGES, IMAGES.flip(3)).fingerprint()
