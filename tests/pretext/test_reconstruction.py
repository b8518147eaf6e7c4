"""Making images whole: what is hidden, where the error counts, the course's network."""

import pytest
import torch
from torch import nn

from vistazo import catalog
from vistazo.errors import UsageError
from vistazo.pretext.denoising import Denoising
from vistazo.pretext.inpainting import Inpainting
from vistazo.pretext.masked_image import MaskedImage


def backbone(name, shape):
    return catalog.load("architectures", name)(shape)


def generator(seed=0):
    return torch.Generator().manual_seed(seed)


def test_the_network_of_the_course_layer_for_layer():
    """264,387 weights that are trained, 260,160 of them in the convolutions of the encoder."""
    shape = (32, 32, 3)
    network = Inpainting(mask="values").network(backbone("inpainting-cnn", shape), shape)
    assert sum(p.numel() for p in network.parameters()) == 264_387
    encoder = [m for m in network.backbone.modules() if isinstance(m, nn.Conv2d)]
    assert sum(p.numel() for layer in encoder for p in layer.parameters()) == 260_160
    kinds = [type(layer).__name__ for layer in (*network.backbone.layers, *network.head)]
    block = ["Conv2d", "BatchNorm2d", "LeakyReLU"]
    decoder = ["_To", "MapDropout", "Conv2d", "Sigmoid"]
    assert kinds == [*block * 2, "MaxPool2d", "MapDropout", *block * 2, *decoder]
    images = torch.rand(2, 3, 32, 32)
    assert network.backbone.forward_map(images).shape == (2, 128, 16, 16)
    assert network(images).shape == images.shape


@pytest.mark.parametrize("shape", [(28, 28, 1), (33, 47, 3), (64, 64, 3)])
@pytest.mark.parametrize("name", ["fast-cnn", "inpainting-cnn", "resnet-18"])
def test_what_is_decoded_has_the_size_of_the_image(name, shape):
    """Whatever the size of the last map."""
    height, width, channels = shape
    network = Inpainting().network(backbone(name, shape), shape).eval()
    with torch.no_grad():
        whole = network(torch.rand(2, channels, height, width))
    assert whole.shape == (2, channels, height, width)
    assert 0 <= whole.min() <= whole.max() <= 1


def test_a_network_without_a_map_is_refused():
    """In a sentence that names others."""
    with pytest.raises(UsageError, match=r"VGG16.*fast-cnn.*E-PRETEXT-MAP"):
        Inpainting().network(backbone("vgg-16", (32, 32, 3)), (32, 32, 3))


def test_hidden_is_black_and_the_rest_as_it_was():
    """Of inpainting."""
    images = torch.rand(16, 3, 20, 20) * 0.9 + 0.1
    corrupted = Inpainting().corrupt(images, generator())
    assert torch.equal(corrupted.images == 0, corrupted.hidden)
    assert torch.equal(corrupted.images[~corrupted.hidden], images[~corrupted.hidden])


@pytest.mark.parametrize("loss_on", ["hidden", "all", "both"])
def test_where_the_error_counts(loss_on):
    """A network that says nothing but 0.5 has the errors computed by hand."""

    class Half(nn.Module):
        def forward(self, images):
            return torch.full_like(images, 0.5)

    images = torch.rand(16, 1, 20, 20)
    task = Inpainting(loss_on=loss_on)
    measured = task.measure(Half(), images, generator(3))
    mask = task.corrupt(images, generator(3)).hidden
    hidden, everywhere = ((images - 0.5)[mask] ** 2).mean(), ((images - 0.5) ** 2).mean()
    expected = {"hidden": hidden, "all": everywhere, "both": (hidden + everywhere) / 2}[loss_on]
    torch.testing.assert_close(measured["loss"], expected)
    torch.testing.assert_close(measured["error_hidden"], hidden)
    torch.testing.assert_close(measured["error_all"], everywhere)


def test_noise_differs_from_image_to_image_and_stays_within_black_and_white():
    """Some images get next to none."""
    images = torch.full((64, 1, 32, 32), 0.5)
    corrupted = Denoising(noise=0.2).corrupt(images, generator())
    deviations = corrupted.images.std((1, 2, 3))
    assert corrupted.hidden.all()
    assert 0 <= corrupted.images.min() <= corrupted.images.max() <= 1
    assert deviations.min() < 0.03
    assert 0.15 < deviations.max() < 0.22


def test_convolutions_see_nothing_of_what_is_masked():
    """Every map is empty where the image was, and the hooks are gone after."""
    task, shape = MaskedImage(), (32, 32, 1)
    network = task.network(backbone("inpainting-cnn", shape), shape).eval()
    images = torch.rand(4, 1, 32, 32)
    corrupted = task.corrupt(images, generator())
    maps = []
    norm = network.backbone.layers[4]
    watching = network.backbone.layers[5].register_forward_pre_hook(
        lambda layer, given: maps.append(given[0].clone())
    )
    with torch.no_grad():
        whole = task.reconstruct(network, corrupted)
        unseen = maps[0].transpose(0, 1)[:, corrupted.hidden[:, 0]]
        assert unseen.abs().max() == 0
        assert maps[0].abs().max() > 0
        network(corrupted.images)
    watching.remove()
    assert maps[1].transpose(0, 1)[:, corrupted.hidden[:, 0]].abs().max() > 0
    assert whole.shape == images.shape
    assert not norm._forward_hooks
