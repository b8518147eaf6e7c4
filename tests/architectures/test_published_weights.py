"""Published weights: torchvision's names, shapes and outputs; what does not fit is named."""

import pytest
import torch

from tests.architectures import _torchvision
from vistazo import catalog
from vistazo.architectures._published import load_published
from vistazo.errors import DataError, UsageError

SIDES = {"vgg-16": 64, "vgg-19": 64}
"""Pixels where the 224 of the published weights would take seconds."""


def published_form(name, channels=3, side=224):
    with torch.device("meta"):
        backbone = catalog.load("architectures", name)((side, side, channels), stem="published")
    return backbone.to_empty(device="cpu").eval()


@pytest.mark.parametrize("name", _torchvision.NAMES)
def test_published_weights_give_torchvisions_logits(name):
    """With its weights and its head, a backbone computes what torchvision's network does."""
    torch.manual_seed(0)
    theirs, ours = _torchvision.network(name, num_classes=7), published_form(name)
    state = theirs.state_dict()
    left_out = load_published(ours, state)
    head = theirs.get_submodule(ours.published_head)
    side = SIDES.get(name, 224)
    images = torch.rand(1, 3, side, side + 10)
    with torch.inference_mode():
        expected = theirs(images)
        torch.testing.assert_close(head(ours(images)), expected, rtol=0, atol=scaled(expected))
    assert expected.std() > 1e-3
    heads = {ours.published_head, *ours.published_auxiliary}
    assert {n for n in state if any(n.startswith(f"{h}.") for h in heads)} == set(left_out)
    assert set(left_out) | set(ours.state_dict()) == set(state)


def scaled(logits):
    return 1e-5 * logits.abs().max().item()


@pytest.mark.parametrize("name", _torchvision.NAMES)
def test_parameters_are_as_many_as_published(name):
    """With 1,000 classes the published form has torchvision's number of parameters."""
    with torch.device("meta"):
        backbone = catalog.load("architectures", name)((224, 224, 3))
        head = torch.nn.Linear(backbone.feature_dim, 1000)
    count = sum(p.numel() for part in (backbone, head) for p in part.parameters())
    assert backbone.stem_ == "published"
    assert count == _torchvision.published(name)["num_params"]


@pytest.fixture(scope="module")
def resnet_state():
    torch.manual_seed(0)
    return _torchvision.network("resnet-18").state_dict()


@pytest.mark.parametrize(
    ("change", "named"),
    [
        (lambda s: s.pop("layer1.0.conv1.weight"), "missing: layer1.0.conv1.weight"),
        (lambda s: s.update({"layer5.weight": torch.ones(1)}), "unknown: layer5.weight"),
        (lambda s: s.update({"fcc.weight": torch.ones(1)}), "unknown: fcc.weight"),
        (lambda s: s.update({"bn1.bias": torch.ones(3)}), "another shape.*bn1.bias"),
    ],
)
def test_what_does_not_fit_is_named_and_nothing_is_loaded(change, named, resnet_state):
    """A missing, unknown or differently shaped tensor is an error that leaves the network alone."""
    state = dict(resnet_state)
    change(state)
    backbone = published_form("resnet-18")
    before = {name: tensor.clone() for name, tensor in backbone.state_dict().items()}
    with pytest.raises(DataError, match=f"(?s){named}.*E-WEIGHTS-NAMES"):
        load_published(backbone, state)
    for name, tensor in backbone.state_dict().items():
        torch.testing.assert_close(tensor, before[name], equal_nan=True)


def test_many_names_are_cut_short():
    """An error names the first ten tensors of many."""
    with pytest.raises(DataError, match=r"(features\.[\w.]+, ){10}…"):
        load_published(published_form("mobilenet-v2"), {})


def test_weights_do_not_fit_another_form(resnet_state):
    """A small stem or gray images have another first convolution, and the error names it."""
    small = catalog.load("architectures", "resnet-18")((32, 32, 3))
    for backbone in (small, published_form("resnet-18", channels=1)):
        with pytest.raises(DataError, match=r"another shape.*conv1\.weight"):
            load_published(backbone, resnet_state)


def test_old_files_without_counters_of_batches_load(resnet_state):
    """Files older than ``num_batches_tracked`` load; the counters stay."""
    state = {n: t for n, t in resnet_state.items() if not n.endswith("num_batches_tracked")}
    backbone = catalog.load("architectures", "resnet-18")((96, 96, 3))
    assert load_published(backbone, state) == ["fc.weight", "fc.bias"]
    assert backbone.bn1.num_batches_tracked == 0
    assert torch.equal(backbone.layer4[1].bn2.running_var, state["layer4.1.bn2.running_var"])


def test_mobilenet_takes_its_weights_with_either_stem():
    """Only strides differ between the stems of MobileNetV2."""
    torch.manual_seed(0)
    backbone = catalog.load("architectures", "mobilenet-v2")((32, 32, 3))
    assert backbone.stem_ == "small"
    load_published(backbone, _torchvision.network("mobilenet-v2").state_dict())


@pytest.mark.parametrize("name", _torchvision.NAMES)
def test_auto_takes_the_small_stem_below_96_px_of_the_shorter_side(name):
    """95×200 px begins small, 96×200 as published; either can be asked for."""
    architecture = catalog.load("architectures", name)
    with torch.device("meta"):
        assert architecture((95, 200, 3)).stem_ == "small"
        assert architecture((96, 200, 3)).stem_ == "published"
        assert architecture((95, 200, 3), stem="published").stem_ == "published"
        assert architecture((96, 200, 3), stem="small").stem_ == "small"
        with pytest.raises(UsageError, match=r"'stem' is big.*E-VALUE"):
            architecture((96, 200, 3), stem="big")


# what torchvision states as the smallest side of these networks
@pytest.mark.parametrize(("name", "side"), [("alexnet", 63), ("googlenet", 15), ("vgg-16", 32)])
def test_the_published_stem_has_its_own_smallest_side(name, side):
    """The published stem works from the side on that torchvision names, and not below."""
    assert _torchvision.published(name)["min_size"] == (side, side)
    with torch.device("meta"):
        architecture = catalog.load("architectures", name)
        features = architecture((side, side, 3), stem="published")(torch.rand(2, 3, side, side))
        assert features.shape[0] == 2
        with pytest.raises(DataError, match="E-NET-SIZE"):
            architecture((side - 1, side, 3), stem="published")
