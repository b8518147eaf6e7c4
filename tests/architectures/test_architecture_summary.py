"""What a network costs: closed forms, published numbers, and what autograd really keeps."""

import pytest
import torch
from torch import nn

from tests.architectures import _torchvision
from vistazo import catalog
from vistazo.architectures import Backbone
from vistazo.errors import DataError, UsageError
from vistazo.workflows.architecture_summary import (
    LayerSummary,
    describe_architecture,
    describe_network,
)


class TwoLayers(Backbone):
    """A convolution that is used twice, normalised, with a pool."""

    smallest_side = 4
    feature_dim = 8

    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(2, 2, 3, padding=1)
        self.norm = nn.BatchNorm2d(2)
        self.pool = nn.MaxPool2d(2)
        self.relu = nn.ReLU()

    def forward_features(self, images):
        return self.pool(self.relu(self.norm(self.conv(self.conv(images))))).flatten(1)


def small_summary(frozen=False):
    with torch.device("meta"):
        backbone, head = TwoLayers(), nn.Linear(8, 3)
    backbone.requires_grad_(not frozen)
    return describe_network(backbone, head, (4, 4, 2), "two-layers")


def test_layers_are_told_in_the_order_in_which_they_run():
    """Each run of a layer is a row with its shape and MACs; its parameters count once."""
    conv_macs = (4 * 4 * 2) * (2 * 9)
    assert small_summary().layers == (
        LayerSummary("conv", "Conv2d", (2, 4, 4), 2 * 2 * 9 + 2, conv_macs),
        LayerSummary("conv", "Conv2d", (2, 4, 4), 0, conv_macs),
        LayerSummary("norm", "BatchNorm2d", (2, 4, 4), 4, 0),
        LayerSummary("pool", "MaxPool2d", (2, 2, 2), 0, 0),
        LayerSummary("head", "Linear", (3,), 8 * 3 + 3, 8 * 3),
    )
    assert small_summary().macs == 2 * conv_macs + 24


def test_totals_of_a_small_network_are_the_closed_form():
    """Kept are: inputs of both convolutions, of the normalisation, of pool and head, and places."""
    summary = small_summary()
    assert (summary.parameters, summary.trainable, summary.frozen) == (69, 69, 0)
    assert summary.parameter_bytes == 4 * 69
    # four maps of 4·4·2 float32 (the image, two convolutions, the ReLU), then the pool: 8 float32
    # and 8 places of int64
    activations = 4 * 32 * 4 + 8 * 4 + 8 * 8
    assert summary.activation_bytes == activations
    assert summary.training_bytes(64) == 4 * 4 * 69 + 64 * activations
    assert (summary.stem, summary.n_classes, summary.image_shape) == (None, 3, (4, 4, 2))


def test_frozen_parameters_take_no_gradients_and_keep_no_activations():
    """With a frozen backbone, only the head trains and only its input is kept."""
    summary = small_summary(frozen=True)
    assert (summary.parameters, summary.trainable, summary.frozen) == (69, 27, 42)
    assert summary.activation_bytes == 8 * 4
    assert summary.training_bytes(10) == 4 * 69 + 3 * 4 * 27 + 10 * 8 * 4


def test_layers_of_fashion_cnn_are_those_of_the_keras_summary():
    """Output shapes and parameters are those the notebook prints."""
    rows = describe_architecture("fashion-cnn", (28, 28, 1)).layers
    assert [(row.output_shape, row.parameters) for row in rows] == [
        ((32, 26, 26), 320),
        ((32, 13, 13), 0),
        ((64, 11, 11), 18_496),
        ((64, 5, 5), 0),
        ((128, 3, 3), 73_856),
        ((128,), 147_584),
        ((10,), 1_290),
    ]


@pytest.mark.parametrize("name", _torchvision.NAMES)
def test_macs_and_parameters_are_the_published_ones(name):
    """At 224 px with 1,000 classes, both are what torchvision publishes, to its last digit."""
    published = _torchvision.published(name)
    summary = describe_architecture(name, (224, 224, 3), 1000)
    assert summary.parameters == published["num_params"]
    assert summary.macs / 1e9 == pytest.approx(published["_ops"], abs=6e-4)
    assert summary.stem == "published"


@pytest.mark.parametrize("name", ["fashion-cnn", "resnet-18", "googlenet", "mobilenet-v2"])
def test_activations_are_what_autograd_keeps_on_the_processor(name):
    """The bytes counted without arithmetic are those of a real forward pass in training."""
    torch.manual_seed(0)
    backbone = catalog.load("architectures", name)((32, 32, 3)).train()
    head, kept = nn.Linear(backbone.feature_dim, 10), []
    own = {p.data_ptr() for p in (*backbone.parameters(), *head.parameters())}

    def keep(tensor):
        kept.append(tensor)
        return tensor

    sizes = []
    for n_images in (2, 3):
        kept.clear()
        with torch.autograd.graph.saved_tensors_hooks(keep, lambda tensor: tensor):
            logits = head(backbone(torch.rand(n_images, 3, 32, 32)))
        storages = {t.untyped_storage().data_ptr(): t.untyped_storage().nbytes() for t in kept}
        sizes.append(sum(size for place, size in storages.items() if place not in own))
        assert logits.shape == (n_images, 10)
    assert describe_architecture(name, (32, 32, 3)).activation_bytes == sizes[1] - sizes[0]


@pytest.mark.parametrize("name", catalog.names("architectures"))
def test_parameters_of_the_layers_are_those_of_the_network(name):
    """The rows of every network add up to its total, and its head comes last."""
    summary = describe_architecture(name, (64, 64, 3))
    assert sum(row.parameters for row in summary.layers) == summary.parameters
    assert summary.layers[-1].name == "head"
    assert summary.layers[-1].output_shape == (10,)


def test_what_cannot_be_described_is_refused():
    """Unknown names, a single class and small images are errors with their codes."""
    with pytest.raises(UsageError, match=r"Did you mean 'resnet-18'.*E-NAME"):
        describe_architecture("resnet18", (32, 32, 3))
    with pytest.raises(UsageError, match="E-VALUE"):
        describe_architecture("resnet-18", (32, 32, 3), n_classes=1)
    with pytest.raises(DataError, match="E-NET-SIZE"):
        describe_architecture("resnet-18", (4, 32, 3))
