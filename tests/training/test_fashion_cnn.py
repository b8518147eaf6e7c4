"""The document's network, layer for layer."""

import pytest
import torch
from torch import nn

from vistazo.architectures.fashion_cnn import FashionCNN
from vistazo.errors import DataError
from vistazo.methods._networks import build_network, count_parameters
from vistazo.training.recipe import TrainingRecipe


def built(shape, n_classes):
    return build_network("fashion-cnn", shape, n_classes, TrainingRecipe())


def test_parameter_count_is_that_of_the_keras_summary():
    """28×28 gray images and 10 classes give 241,546 parameters."""
    assert count_parameters(built((28, 28, 1), 10)) == 241_546


def test_layer_counts_are_those_of_the_keras_summary():
    """320, 18,496, 73,856, 147,584 and 1,290 parameters, in this order."""
    layers = [m for m in built((28, 28, 1), 10).modules() if isinstance(m, nn.Conv2d | nn.Linear)]
    assert [count_parameters(layer) for layer in layers] == [320, 18_496, 73_856, 147_584, 1_290]


@pytest.mark.parametrize("shape", [(28, 28, 1), (18, 18, 3), (40, 31, 3)])
def test_forward_features_have_the_declared_length(shape):
    """Any size from 18 px gives (n, feature_dim)."""
    network = FashionCNN(shape)
    assert network(torch.rand(2, shape[2], *shape[:2])).shape == (2, network.feature_dim)


def test_too_small_images_are_refused():
    """Below 18 px nothing would be left after the third convolution."""
    with pytest.raises(DataError, match="E-NET-SIZE"):
        FashionCNN((17, 28, 1))
