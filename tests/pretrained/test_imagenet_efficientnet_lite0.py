"""The weights of EfficientNet-Lite0: the logits of the original, and sense on real photographs."""

import subprocess
import sys

import numpy as np
import pytest
import torch
from PIL import Image
from skimage import data
from torch import nn

from tests.architectures import _torchvision  # noqa: F401 - makes torchvision importable
from vistazo import catalog
from vistazo.architectures._published import load_published
from vistazo.pretrained._timm import timm_module

WEIGHTS = catalog.load("pretrained", "imagenet-efficientnet-lite0")
CATS = {"tabby", "tiger cat", "Egyptian cat"}


@pytest.fixture(scope="module")
def network():
    """Our backbone with the published weights and their head."""
    backbone = catalog.load("architectures", WEIGHTS.architecture)((224, 224, 3))
    state = WEIGHTS.state_dict()
    load_published(backbone, state)
    head = nn.Linear(backbone.feature_dim, WEIGHTS.n_classes)
    head.load_state_dict({"weight": state["_fc.weight"], "bias": state["_fc.bias"]})
    return nn.Sequential(backbone, head).eval()


def prepared(pixels):
    """Return a photograph as the weights expect it, shape (1, 3, 224, 224)."""
    wanted, image = WEIGHTS.preprocessing, Image.fromarray(pixels)
    part = int(min(image.size) * wanted.crop_fraction)
    left, top = ((side - part + 1) // 2 for side in image.size)
    middle = image.crop((left, top, left + part, top + part))
    method = Image.Resampling[wanted.interpolation.upper()]
    square = torch.from_numpy(np.array(middle.resize((wanted.side,) * 2, method)))
    return wanted.normalise(square.permute(2, 0, 1)[None] / 255)


@pytest.mark.parametrize("size", [(224, 224), (97, 131)])
def test_logits_are_those_of_the_original(network, size):
    """The package that the weights were published for gives the same logits within 1e-4."""
    oracle = pytest.importorskip(
        "efficientnet_lite_pytorch", reason="the oracle comes with pip install -e '.[dev]'"
    )
    reference = oracle.EfficientNet.from_name("efficientnet-lite0", image_size=size).eval()
    reference.load_state_dict(WEIGHTS.state_dict())
    images = torch.rand(2, 3, *size, generator=torch.Generator().manual_seed(0))
    with torch.inference_mode():
        expected = reference(WEIGHTS.preprocessing.normalise(images))
        logits = network(WEIGHTS.preprocessing.normalise(images))
    torch.testing.assert_close(logits, expected, rtol=0, atol=1e-4)
    assert expected.std() > 0.1


_STAGES = (1, 2, 2, 3, 3, 4, 1)
"""Blocks of each stage, by which timm counts them."""
_WHOLE = {
    "_conv_stem": "conv_stem",
    "_bn0": "bn1",
    "_conv_head": "conv_head",
    "_bn1": "bn2",
    "_fc": "classifier",
}
_FIRST = {"_depthwise_conv": "conv_dw", "_bn1": "bn1", "_project_conv": "conv_pw", "_bn2": "bn2"}
_OTHER = {
    "_expand_conv": "conv_pw",
    "_bn0": "bn1",
    "_depthwise_conv": "conv_dw",
    "_bn1": "bn2",
    "_project_conv": "conv_pwl",
    "_bn2": "bn3",
}


def timm_names(state):
    """Return the published weights under timm's names."""
    places = [(stage, block) for stage, n in enumerate(_STAGES) for block in range(n)]
    renamed = {}
    for name, tensor in state.items():
        first, *rest = name.split(".")
        if first == "_blocks":
            number, part, kind = int(rest[0]), rest[1], rest[2]
            stage, block = places[number]
            names = _OTHER if number else _FIRST
            renamed[f"blocks.{stage}.{block}.{names[part]}.{kind}"] = tensor
        else:
            renamed[".".join((_WHOLE[first], *rest))] = tensor
    return renamed


def test_logits_are_those_of_timms_tensorflow_form(network):
    """``tf_efficientnet_lite0`` says the same within 1e-4; without ``tf_`` all names fit as well,
    but the logits are off by more than 1: names and shapes prove nothing.
    """
    images = torch.rand(2, 3, 224, 224, generator=torch.Generator().manual_seed(0))
    images = WEIGHTS.preprocessing.normalise(images)
    with torch.inference_mode():
        logits = network(images)
        for name, most, least in (
            ("tf_efficientnet_lite0", 1e-4, 0),
            ("efficientnet_lite0", np.inf, 1),
        ):
            theirs = timm_module().create_model(name).eval()
            theirs.load_state_dict(timm_names(WEIGHTS.state_dict()), strict=True)
            assert least <= (theirs(images) - logits).abs().max() <= most


@pytest.mark.parametrize(("photo", "classes"), [(data.chelsea, CATS), (data.coffee, {"espresso"})])
def test_photographs_are_recognised(network, photo, classes):
    """A cat is a cat and an espresso an espresso: weights, preprocessing and names agree."""
    with torch.inference_mode():
        probabilities = network(prepared(photo())).softmax(1)[0]
    names = [WEIGHTS.class_names[place] for place in probabilities.topk(3).indices]
    assert names[0] in classes
    assert sum(probabilities[WEIGHTS.class_names.index(name)] for name in classes) > 0.7


def test_normalising_is_that_of_the_checkpoint():
    """A pixel x of 0 to 255 becomes (x - 127) / 128."""
    levels = torch.arange(256.0).view(1, 1, 16, 16).expand(1, 3, 16, 16)
    normalised = WEIGHTS.preprocessing.normalise(levels / 255)
    torch.testing.assert_close(normalised, (levels - 127) / 128)


def test_class_names_are_torchvisions():
    """The list is the one that it was taken from, in its order."""
    from torchvision.models._meta import _IMAGENET_CATEGORIES

    assert list(WEIGHTS.class_names) == _IMAGENET_CATEGORIES


def test_what_they_are_is_told_without_torch():
    """Licence, source and class names cost no import of torch."""
    module = "vistazo.pretrained.imagenet_efficientnet_lite0"
    script = f"import sys, {module}; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", script]).returncode == 0
