"""Networks of timm as frozen backbones: their own function, and images of the size they need."""

import numpy as np
import pytest
import torch
from torch.nn import functional

from tests.architectures import _torchvision
from tests.transfer._zoo import saved, trained
from vistazo import catalog
from vistazo.errors import DataError, UsageError
from vistazo.pretrained._timm_weights import timm_weights
from vistazo.transfer.backbones import new_backbone, side_of_three, smallest_side
from vistazo.transfer.extraction import extract
from vistazo.transfer.frozen import Frozen, check_side, fitting_side

PHOTOS = np.random.default_rng(0).integers(0, 256, (3, 5, 7, 3), np.uint8)
PHOTOS = PHOTOS.repeat(12, axis=1).repeat(12, axis=2)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("weights")


@pytest.fixture(scope="module")
def resnet(folder):
    """A network, and the file of its weights."""
    network = trained("test_resnet")
    return network, saved(network, folder / "resnet.safetensors")


@pytest.mark.parametrize(
    "name", ["test_resnet", "test_efficientnet", "test_convnext", "test_vit", "test_mambaout"]
)
def test_features_are_those_of_timm(name, folder):
    """Resized and normalised by hand, timm's network without its head says the same."""
    network = trained(name)
    path = saved(network, folder / f"{name}.safetensors")
    wanted = timm_weights(f"timm:{name}", None).preprocessing
    frozen = Frozen(f"timm:{name}", 160 if wanted.square else 96, path)
    size = (160, 160) if wanted.square else (96, 128)  # 134.4, in whole positions
    images = torch.from_numpy(PHOTOS).permute(0, 3, 1, 2) / 255
    images = functional.interpolate(images, size, mode=wanted.interpolation).clamp(0, 1)
    mean, deviation = (torch.tensor(v)[:, None, None] for v in (wanted.mean, wanted.deviation))
    network.reset_classifier(0)
    with torch.inference_mode():
        expected = network((images - mean) / deviation)
    found = frozen.features(torch.from_numpy(PHOTOS))
    torch.testing.assert_close(found, expected, rtol=1e-4, atol=1e-4)
    assert found.shape == (3, frozen.network.feature_dim)
    assert expected.std(0).max() > 1e-3


def test_gray_images_are_three_equal_channels(resnet):
    """A gray image and the same one as red, green and blue have the same features."""
    gray = torch.from_numpy(PHOTOS[..., :1].copy())
    frozen = Frozen("timm:test_resnet", 96, resnet[1])
    assert torch.equal(frozen.features(gray), frozen.features(gray.repeat(1, 1, 1, 3)))


@pytest.mark.parametrize(
    "name", ["test_resnet", "test_efficientnet", "test_convnext", "inception_v3", "dla46x_c"]
)
def test_small_images_get_three_positions(name):
    """The last map of an image of 8 px has at least 3 positions a side, one step less has not."""
    weights = timm_weights(f"timm:{name}", None)
    side = fitting_side(weights.name, (8, 8, 3))
    network = new_backbone(weights.architecture).network.eval()
    with torch.inference_mode():
        assert min(network.forward_features(torch.zeros(1, 3, side, side)).shape[2:]) >= 3
    assert side == side_of_three(weights)
    assert side % smallest_side(weights) == 0


def test_networks_of_a_fixed_size_get_squares_of_it():
    """Whatever the image; another side is refused, as one below the smallest is."""
    assert fitting_side("timm:vit_tiny_patch16_224", (28, 40, 1)) == 224
    check_side("timm:vit_tiny_patch16_224", 224)
    for name, side, needed in (
        ("timm:vit_tiny_patch16_224", 192, 224),
        ("timm:test_resnet", 31, 32),
    ):
        with pytest.raises(DataError, match=rf"{needed}.*E-NET-SIZE"):
            check_side(name, side)


def test_features_of_one_file_are_never_those_of_another(resnet, folder, monkeypatch):
    """Another file, or the same one changed, is another identity: nothing kept is taken."""
    monkeypatch.setenv("VISTAZO_CACHE", str(folder / "cache"))
    path = folder / "changing.safetensors"
    saved(resnet[0], path)
    first = Frozen("timm:test_resnet", 96, str(path))
    features, identity = extract(first, PHOTOS), first.identity
    assert np.array_equal(extract(Frozen("timm:test_resnet", 96, resnet[1]), PHOTOS), features)
    saved(trained("test_resnet", seed=2), path)
    assert first.identity != identity
    assert np.abs(extract(first, PHOTOS) - features).max() > 1e-3


def test_a_file_is_refused_where_none_is_read(resnet):
    """Weights of the catalogue and random ones have no file to give."""
    for name in ("imagenet-efficientnet-lite0", "random-timm:test_resnet"):
        with pytest.raises(UsageError, match="E-WEIGHTS-UNUSED"):
            _ = Frozen(name, 96, resnet[1]).weights


@pytest.mark.parametrize("name", ["resnet-18", "mobilenet-v2", "googlenet"])
def test_files_of_torchvision_fit_our_architectures(name, folder):
    """Features are torchvision's on images that it would have normalised itself."""
    torch.manual_seed(0)
    settings = {"transform_input": True} if name == "googlenet" else {}
    theirs = _torchvision.network(name, **settings)
    path = folder / f"{name}.pth"
    torch.save(theirs.state_dict(), path)
    ours = catalog.load("architectures", name)
    setattr(theirs, ours.published_head.partition(".")[0], torch.nn.Identity())
    images = torch.from_numpy(PHOTOS).permute(0, 3, 1, 2) / 255
    images = functional.interpolate(images, (96, 134), mode="bilinear").clamp(0, 1)
    mean, deviation = torch.tensor([0.485, 0.456, 0.406]), torch.tensor([0.229, 0.224, 0.225])
    with torch.inference_mode():
        expected = theirs((images - mean[:, None, None]) / deviation[:, None, None])
    found = Frozen(name, 96, str(path)).features(torch.from_numpy(PHOTOS))
    torch.testing.assert_close(found, expected, rtol=0, atol=1e-4 * float(expected.abs().max()))
