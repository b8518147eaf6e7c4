"""EfficientNet-Lite0: outputs, names and costs of the network that its weights were made for."""

import pytest
import torch

from tests.architectures._torchvision import start
from vistazo import catalog
from vistazo.architectures._published import load_published
from vistazo.errors import DataError
from vistazo.workflows.architecture_summary import describe_architecture

oracle = pytest.importorskip(
    "efficientnet_lite_pytorch", reason="the oracle comes with pip install -e '.[dev]'"
)


def theirs(height, width):
    """Return the package's network, which must know the size for its padding."""
    torch.manual_seed(0)
    network = oracle.EfficientNet.from_name("efficientnet-lite0", image_size=(height, width))
    return network.apply(start).eval()


def ours(shape=(224, 224, 3)):
    with torch.device("meta"):
        backbone = catalog.load("architectures", "efficientnet-lite0")(shape)
    return backbone.to_empty(device="cpu").eval()


@pytest.mark.parametrize("size", [(224, 224), (97, 131), (64, 33), (32, 32)])
def test_weights_give_the_logits_of_the_original(size):
    """With its weights and head, even and odd sides are padded as TensorFlow pads them."""
    reference, backbone = theirs(*size), ours()
    state = reference.state_dict()
    assert load_published(backbone, state) == ["_fc.weight", "_fc.bias"]
    images = torch.rand(2, 3, *size)
    with torch.inference_mode():
        expected = reference(images)
        logits = reference.get_submodule(backbone.published_head)(backbone(images))
    torch.testing.assert_close(logits, expected, rtol=0, atol=1e-5 * expected.abs().max().item())
    assert expected.std() > 1e-3
    assert {*backbone.state_dict(), "_fc.weight", "_fc.bias"} == set(state)


def test_costs_are_those_of_the_original():
    """With 1,000 classes, parameters and sums of products are the package's, layer for layer."""
    reference, products = theirs(224, 224), []

    def count(layer, _inputs, output):
        products.append(output.numel() * layer.weight[0].numel())

    for layer in reference.modules():
        if isinstance(layer, torch.nn.Conv2d | torch.nn.Linear):
            layer.register_forward_hook(count)
    with torch.inference_mode():
        reference(torch.rand(1, 3, 224, 224))
    summary = describe_architecture("efficientnet-lite0", (224, 224, 3), 1000)
    # Google's table says 4.7 million and, with more than these products counted, 407 million
    assert summary.parameters == sum(p.numel() for p in reference.parameters()) == 4_652_008
    assert summary.macs == sum(products) == 385_187_552
    assert summary.stem is None


def test_gray_images_have_a_first_convolution_of_their_own():
    """One channel is taken; weights for three are refused by the name of that convolution."""
    gray = ours((32, 32, 1))
    assert gray.state_dict()["_conv_stem.weight"].shape == (32, 1, 3, 3)
    with pytest.raises(DataError, match=r"another shape.*_conv_stem\.weight.*E-WEIGHTS-NAMES"):
        load_published(gray, theirs(32, 32).state_dict())
