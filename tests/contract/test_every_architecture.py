"""The laws of ``vistazo.architectures``, for every network there is."""

import copy
import inspect

import pytest
import torch

from vistazo import catalog
from vistazo.architectures import Backbone
from vistazo.errors import DataError
from vistazo.training.recipe import TrainingRecipe


@pytest.fixture(scope="module", params=catalog.names("architectures"))
def name(request):
    return request.param


@pytest.fixture(scope="module")
def kind(name):
    return catalog.load("architectures", name)


@pytest.fixture(scope="module")
def backbone(kind):
    """A network for colour images of 32 px; tests that change it take a copy."""
    return make(kind).eval()


def at_least(kind, side, channels=3):
    return (max(side, kind.smallest_side),) * 2 + (channels,)


def make(kind, side=32, channels=3, seed=0):
    torch.manual_seed(seed)
    return kind(at_least(kind, side, channels))


def images(kind, side=32, channels=3, n_images=3):
    height, width, _channels = at_least(kind, side)
    return torch.rand(n_images, channels, height, width, generator=torch.Generator().manual_seed(1))


def close(one, two):
    torch.testing.assert_close(one, two, rtol=1e-4, atol=1e-5 * two.abs().max().item())


def test_is_a_backbone_that_needs_its_image_shape_only(kind):
    """Every file in the folder holds one network, with defaults for all but the images' shape."""
    assert issubclass(kind, Backbone)
    parameters = inspect.signature(kind).parameters.values()
    assert [p.name for p in parameters if p.default is p.empty] == ["image_shape"]


def test_its_recipe_is_one(kind):
    """What a network wants to be trained with are settings of the recipe, within their ranges."""
    TrainingRecipe(**kind.RECIPE).check()


def test_the_same_seed_gives_the_same_weights(kind, backbone):
    """Weights depend on the seed, and on nothing else."""
    one, same = backbone.state_dict(), make(kind).state_dict()
    assert one.keys() == same.keys()
    assert all(torch.equal(one[key], same[key]) for key in one)
    other = make(kind, seed=1).state_dict()
    assert any(not torch.equal(one[key], other[key]) for key in one)


@pytest.mark.parametrize(("side", "channels"), [(28, 1), (32, 3), (64, 3)])
def test_features_have_the_declared_length(kind, side, channels):
    """``forward_features`` and the call give (n_images, feature_dim) of finite numbers."""
    backbone, some = make(kind, side, channels).eval(), images(kind, side, channels, 2)
    with torch.inference_mode():
        features = backbone.forward_features(some)
        assert features.shape == (2, backbone.feature_dim)
        assert features.isfinite().all()
        assert torch.equal(backbone(some), features)


def test_the_smallest_and_oblong_images_work(kind):
    """The declared smallest side is enough, and sides may differ."""
    side = kind.smallest_side
    for height, width in ((side, side), (side, side + 9), (side + 9, side)):
        with torch.device("meta"):
            backbone = kind((height, width, 3)).eval()
            features = backbone(torch.rand(2, 3, height, width))
        assert features.shape == (2, backbone.feature_dim)


def test_smaller_images_are_refused_by_name(name, kind):
    """A side below the smallest, in either direction, is ``E-NET-SIZE`` with both numbers."""
    side = kind.smallest_side
    for height, width in ((side - 1, 64), (64, side - 1)):
        with pytest.raises(DataError, match=f"{name}.*{side}×{side}.*{height}×{width}") as error:
            kind((height, width, 1))
        assert error.value.code == "E-NET-SIZE"


def test_gradients_reach_every_parameter_and_are_finite(kind, backbone):
    """The backward pass of a training step gives each parameter a finite gradient."""
    network = copy.deepcopy(backbone).train()
    network(images(kind)).square().sum().backward()
    for key, parameter in network.named_parameters():
        assert parameter.grad is not None, key
        assert parameter.grad.isfinite().all(), key
    assert any(parameter.grad.any() for parameter in network.parameters())


def test_an_image_does_not_depend_on_its_batch(kind, backbone):
    """In evaluation mode, the features of an image are the same alone and among others."""
    some = images(kind)
    with torch.inference_mode():
        close(torch.cat([backbone(image[None]) for image in some]), backbone(some))


def test_channels_last_gives_the_same(kind, backbone):
    """The order of the numbers in memory changes no feature."""
    network = copy.deepcopy(backbone).to(memory_format=torch.channels_last)
    some = images(kind)
    with torch.inference_mode():
        close(network(some.contiguous(memory_format=torch.channels_last)), backbone(some))


def test_builds_on_the_meta_device(kind, backbone):
    """A network can be built without drawing or allocating anything, to take over weights."""
    with torch.device("meta"):
        empty = make(kind)
    assert empty.state_dict().keys() == backbone.state_dict().keys()
    assert all(parameter.is_meta for parameter in empty.parameters())


def test_its_parts_one_after_the_other_are_the_network(kind, backbone):
    """They give the same features, and hold every parameter and statistic once."""
    parts, some = backbone.parts(), images(kind)
    with torch.inference_mode():
        maps = some
        for part in parts:
            maps = part(maps)
        assert torch.equal(maps, backbone(some))
    held = [id(tensor) for part in parts for tensor in part.state_dict(keep_vars=True).values()]
    assert len(set(held)) == len(held)
    assert set(held) == {id(tensor) for tensor in backbone.state_dict(keep_vars=True).values()}
