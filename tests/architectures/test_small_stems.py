"""What the networks made for large photographs keep of a small image."""

import pytest
import torch

from vistazo import catalog


def last_map(name, side, stem="auto"):
    """Return the shape of what enters the last average, (channels, rows, columns)."""
    with torch.device("meta"):
        backbone = catalog.load("architectures", name)((side, side, 1), stem=stem)
        shapes = []
        backbone.avgpool.register_forward_hook(
            lambda m, inputs, out: shapes.append(inputs[0].shape)
        )
        backbone(torch.rand(2, 1, side, side))
    return tuple(shapes[0][1:])


@pytest.mark.parametrize("name", ["resnet-18", "resnet-50", "mobilenet-v2", "googlenet"])
@pytest.mark.parametrize("side", [8, 28, 32, 64])
def test_small_stems_leave_one_position_per_8_px(name, side):
    """The last map has a side of 1/8 of the image's, rounded up."""
    assert last_map(name, side)[1:] == (-(-side // 8),) * 2


@pytest.mark.parametrize("name", ["resnet-18", "resnet-50", "mobilenet-v2", "googlenet"])
def test_published_stems_leave_one_position_per_32_px(name):
    """The last map has a side of 1/32 of the image's."""
    assert last_map(name, 224)[1:] == (7, 7)


@pytest.mark.parametrize(
    ("side", "left"), [(8, 1), (16, 1), (28, 1), (32, 1), (33, 2), (64, 2), (95, 3)]
)
def test_small_vgg_rounds_up_at_each_of_its_five_pools(side, left):
    """The last map has a side of 1/32 of the image's, rounded up, so that it is never empty."""
    assert last_map("vgg-16", side) == (512, left, left)


def test_small_vgg_has_the_published_convolutions():
    """Names and shapes of the convolutions are those of the published form."""
    with torch.device("meta"):
        small, published = (
            catalog.load("architectures", "vgg-19")((side, side, 3)) for side in (8, 224)
        )
    convolutions = [
        {name: p.shape for name, p in backbone.features.named_parameters()}
        for backbone in (small, published)
    ]
    assert convolutions[0] == convolutions[1]


@pytest.mark.parametrize("name", ["vgg-16", "vgg-19"])
def test_the_signal_of_small_vgg_does_not_fade(name):
    """At the start, features are no less than a hundredth of the pixels' size."""
    torch.manual_seed(0)
    backbone = catalog.load("architectures", name)((28, 28, 3)).eval()
    with torch.inference_mode():
        assert 0.01 < backbone(torch.rand(8, 3, 28, 28)).square().mean().sqrt() < 1


@pytest.mark.parametrize(
    ("name", "millions"), [("alexnet", 3.2), ("vgg-16", 15.2), ("vgg-19", 20.5)]
)
def test_small_forms_are_small(name, millions):
    """Dense layers of 512 leave as many parameters as the class says."""
    with torch.device("meta"):
        backbone = catalog.load("architectures", name)((32, 32, 3))
    assert sum(p.numel() for p in backbone.parameters()) == pytest.approx(millions * 1e6, abs=5e4)
