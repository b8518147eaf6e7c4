"""The networks of the course notebooks, layer for layer, and LeNet-5."""

import copy

import pytest
import torch
from torch import nn

from vistazo import catalog

FORMS = {
    # 28 → 26 → 13 → 11 → 5 → 3: 9·1·32 + 32, 9·32·64 + 64, 9·64·128 + 128, 3²·128·128 + 128
    "fashion-cnn": ((28, 28, 1), 10, [320, 18_496, 73_856, 147_584, 1_290], 241_546),
    # 32 → 16 → 8: 9·3·32 + 32, 9·32·64 + 64, 8²·64·512 + 512, 512·10 + 10
    "simple-cnn": ((32, 32, 3), 10, [896, 18_496, 2_097_664, 5_130], 2_122_186),
    # 224 → 222 → 111 → 109 → 54: 9·1·32 + 32, 9·32·64 + 64, 54²·64·64 + 64, 64·10 + 10
    "course-cnn": ((224, 224, 1), 10, [320, 18_496, 11_944_000, 650], 11_963_466),
    # 32 → 16 → 8: 9·3·16 + 16, 9·16·32 + 32, 8²·32·128 + 128, 128·10 + 10
    "course-cnn-torch": ((32, 32, 3), 10, [448, 4_640, 262_272, 1_290], 268_650),
    # 300 → 150 → 75 → 37: 9·3·16 + 16, 9·16·32 + 32, 9·32·64 + 64, 37²·64·128 + 128, 128·49 + 49
    "artist-cnn": ((300, 300, 3), 49, [448, 4_640, 18_496, 11_214_976, 6_321], 11_244_881),
    # (28 + 4) → 28 → 14 → 10 → 5: 25·1·6 + 6, 25·6·16 + 16, 5²·16·120 + 120, 120·84 + 84
    "lenet-5": ((28, 28, 1), 10, [156, 2_416, 48_120, 10_164, 850], 61_706),
}
"""Images, classes, parameters of each layer, of all."""
KERAS = ("fashion-cnn", "simple-cnn", "course-cnn", "artist-cnn")


def built(name, shape, n_classes=10):
    backbone = catalog.load("architectures", name)(shape)
    return nn.Sequential(backbone, nn.Linear(backbone.feature_dim, n_classes))


@pytest.mark.parametrize("name", FORMS)
def test_layers_have_the_parameters_of_the_original(name):
    """Each layer, and the whole, has as many parameters as where the network comes from."""
    shape, n_classes, counts, total = FORMS[name]
    with torch.device("meta"):
        network = built(name, shape, n_classes)
    layers = [m for m in network.modules() if isinstance(m, nn.Conv2d | nn.Linear)]
    assert [sum(p.numel() for p in layer.parameters()) for layer in layers] == counts
    assert sum(p.numel() for p in network.parameters()) == total == sum(counts)


@pytest.mark.parametrize(
    ("name", "kinds"),
    [
        ("fashion-cnn", "C M R C M R C R F L R D"),
        ("simple-cnn", "C M R C M R F L R"),
        ("course-cnn", "C M R C M R F L R"),
        ("course-cnn-torch", "C M R C M R F L R"),
        ("artist-cnn", "C M R C M R C M R D F L R"),
        ("lenet-5", "C T A C T A F L T L T"),
    ],
)
def test_layers_follow_each_other_as_in_the_original(name, kinds):
    """All layers stand in its order, but for a pool and its ReLU, which have changed places."""
    letters = {
        nn.Conv2d: "C", nn.ReLU: "R", nn.Tanh: "T", nn.MaxPool2d: "M", nn.AvgPool2d: "A",
        nn.Dropout: "D", nn.Flatten: "F", nn.Linear: "L",
    }  # fmt: skip
    backbone = catalog.load("architectures", name)((32, 32, 3))
    assert " ".join(letters[type(layer)] for layer in backbone.layers) == kinds


@pytest.mark.parametrize("name", KERAS)
def test_keras_networks_start_glorot_uniform_with_zero_biases(name):
    """Weights fill ±√(6 / (fan-in + fan-out)) evenly: their variance is a third of its square."""
    torch.manual_seed(0)
    for layer in catalog.load("architectures", name)((32, 32, 3)).modules():
        if isinstance(layer, nn.Conv2d | nn.Linear):
            area = layer.weight[0, 0].numel()
            fans = (layer.weight.shape[0] + layer.weight.shape[1]) * area
            bound = (6 / fans) ** 0.5
            assert 0.9 * bound < layer.weight.abs().max() <= bound
            assert layer.weight.var().item() == pytest.approx(bound**2 / 3, rel=0.15)
            assert not layer.bias.any()


def test_the_pytorch_form_starts_as_torch_does():
    """With the same seed, the layers are those that torch makes."""
    torch.manual_seed(0)
    ours = catalog.load("architectures", "course-cnn-torch")((32, 32, 3))
    torch.manual_seed(0)
    theirs = nn.Conv2d(3, 16, 3, padding=1), nn.Conv2d(16, 32, 3, padding=1), nn.Linear(2048, 128)
    for position, layer in zip((0, 3, 7), theirs, strict=True):
        assert torch.equal(ours.layers[position].weight, layer.weight)
        assert torch.equal(ours.layers[position].bias, layer.bias)


def test_recipes_are_those_of_the_notebooks():
    """Batch, epochs and what stops the training are stated where the notebook states them."""
    recipes = {name: catalog.load("architectures", name).RECIPE for name in FORMS}
    assert recipes == {
        "fashion-cnn": {},
        "simple-cnn": {
            "batch_size": 128, "epochs": 10, "monitor": "validation_accuracy", "patience": 3,
        },
        "course-cnn": {"batch_size": 32, "epochs": 20},
        "course-cnn-torch": {"batch_size": 32, "epochs": 10},
        "artist-cnn": {"batch_size": 32, "epochs": 20, "momentum": 0.1, "optimizer": "rmsprop"},
        "lenet-5": {},
    }  # fmt: skip


def test_lenet_frames_images_below_32_px_only():
    """28×28 with a frame and 32×32 without one give the same maps, as in the paper."""
    lenet = catalog.load("architectures", "lenet-5")
    framed, whole = lenet((28, 28, 1)), lenet((32, 32, 1))
    whole.load_state_dict(framed.state_dict())
    images = torch.rand(2, 1, 28, 28)
    torch.testing.assert_close(framed(images), whole(nn.functional.pad(images, (2, 2, 2, 2))))


@pytest.mark.parametrize("name", KERAS)
def test_pool_and_relu_may_change_places(name):
    """With ReLU before the pool, as the notebooks have it, outputs and gradients are the same."""
    torch.manual_seed(0)
    ours = catalog.load("architectures", name)((28, 28, 1)).eval()
    theirs = copy.deepcopy(ours)
    layers = list(theirs.layers)
    swapped = 0
    for place, layer in enumerate(layers[:-1]):
        if isinstance(layer, nn.MaxPool2d) and isinstance(layers[place + 1], nn.ReLU):
            layers[place], layers[place + 1] = layers[place + 1], layer
            swapped += 1
    assert swapped >= 2
    theirs.layers = nn.Sequential(*layers)
    images = torch.rand(5, 1, 28, 28)
    one, other = ours(images), theirs(images)
    assert torch.equal(one, other)
    one.square().sum().backward()
    other.square().sum().backward()
    for mine, notebook in zip(ours.parameters(), theirs.parameters(), strict=True):
        assert torch.allclose(mine.grad, notebook.grad, rtol=1e-5, atol=1e-6)
