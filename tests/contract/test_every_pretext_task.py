"""The laws of every pretext task."""

import copy

import pytest
import torch
from sklearn.base import clone

from vistazo import catalog
from vistazo.errors import UsageError
from vistazo.pretext import PretextTask
from vistazo.training.recipe import TrainingRecipe

NAMES = catalog.names("pretext")
GRAY, COLOUR = (20, 24, 1), (24, 24, 3)


def images_of(shape, n_images=8, seed=0):
    height, width, channels = shape
    generator = torch.Generator().manual_seed(seed)
    return torch.rand(n_images, channels, height, width, generator=generator)


def network_for(task, shape):
    torch.manual_seed(0)
    backbone = catalog.load("architectures", "fast-cnn")(shape)
    return backbone, task.network(backbone, shape)


@pytest.fixture(params=NAMES)
def task(request):
    return catalog.load("pretext", request.param)()


def test_it_is_an_estimator_of_texts_and_numbers(task):
    """Its parameters are what it was built from, and its recipe can be trained with."""
    assert isinstance(task, PretextTask)
    task.check()
    assert all(isinstance(v, str | int | float) for v in task.get_params().values())
    assert clone(task).get_params() == task.get_params()
    recipe = task.recipe()
    recipe.check()
    assert isinstance(recipe, TrainingRecipe)


@pytest.mark.parametrize("shape", [GRAY, COLOUR])
def test_the_backbone_learns(task, shape):
    """What is measured has a gradient on the very backbone given, of every weight it used."""
    backbone, network = network_for(task, shape)
    assert network.backbone is backbone
    images = images_of(shape)
    before = images.clone()
    network.train()
    measured = task.measure(network, images, torch.Generator().manual_seed(1))
    assert all(value.ndim == 0 and value.isfinite() for value in measured.values())
    measured["loss"].backward()
    assert all(p.grad is not None for p in backbone.parameters())
    assert any(p.grad.abs().max() > 0 for p in backbone.parameters())
    assert torch.equal(images, before)


def test_all_chance_comes_from_the_generator(task):
    """The same generator gives the same numbers, another one others, whatever torch's own does."""
    _backbone, network = network_for(task, COLOUR)
    network.eval()
    found = []
    for own, seed in ((0, 1), (7, 1), (0, 2)):
        torch.manual_seed(own)
        with torch.no_grad():
            measured = task.measure(network, images_of(COLOUR), torch.Generator().manual_seed(seed))
        found.append(measured["loss"].item())
    assert found[0] == found[1]
    assert found[0] != found[2]


def test_steps_lower_the_loss(task):
    """On the same few images, again and again."""
    _backbone, network = network_for(task, GRAY)
    ramp = torch.linspace(0, 1, 20)[:, None] * torch.linspace(0.3, 1, 24)
    images = images_of(GRAY, 16) * 0.3 + 0.7 * ramp
    optimizer = torch.optim.Adam(network.parameters(), 3e-3)
    network.train()
    losses = []
    for step in range(40):
        measured = task.measure(network, images, torch.Generator().manual_seed(step % 4))
        optimizer.zero_grad()
        measured["loss"].backward()
        optimizer.step()
        losses.append(measured["loss"].item())
    assert sum(losses[-4:]) < sum(losses[:4])


def test_it_can_be_copied_while_it_is_used(task):
    """Nothing of a batch is left in the network: it gives the same to images as before."""
    _backbone, network = network_for(task, COLOUR)
    network.eval()
    twin, images = copy.deepcopy(network), images_of(COLOUR)
    with torch.no_grad():
        task.measure(network, images, torch.Generator().manual_seed(1))
        assert torch.equal(network(images), twin(images))


@pytest.mark.parametrize(
    ("name", "parameter", "value"),
    [
        ("inpainting", "mask", "holes"),
        ("inpainting", "fraction", 1.0),
        ("inpainting", "block", 0.0),
        ("inpainting", "loss_on", "seen"),
        ("denoising", "noise", 0.0),
        ("masked-image", "fraction", 0.0),
        ("masked-image", "block", 1.0),
        ("simclr", "temperature", 0.0),
        ("simclr", "colour", 2.0),
        ("simclr", "width", 0),
        ("vicreg", "covariance", -1.0),
    ],
)
def test_values_out_of_range_are_refused(name, parameter, value):
    """With the parameter, the value and the range."""
    task = catalog.load("pretext", name)(**{parameter: value})
    with pytest.raises(UsageError, match=f"{parameter}.*E-VALUE"):
        task.check()
