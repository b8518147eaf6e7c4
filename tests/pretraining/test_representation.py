"""What features are worth, against other ways to compute it."""

import numpy as np
import pytest
import torch
from sklearn.neighbors import KNeighborsClassifier

from vistazo import catalog
from vistazo.pretraining.representation import (
    collapsed,
    effective_rank,
    features_of,
    neighbour_accuracy,
    probe_accuracy,
    spread,
)


@pytest.fixture
def rng():
    return np.random.default_rng(0)


def test_spread_is_nothing_where_all_are_alike_and_one_on_a_sphere():
    """Whatever the length of the vectors."""
    torch.manual_seed(0)
    assert spread(torch.ones(50, 8) * torch.rand(50, 1)) == pytest.approx(0, abs=1e-6)
    assert spread(torch.randn(4000, 16)) == pytest.approx(1, abs=0.02)


@pytest.mark.parametrize("n_directions", [1, 3, 8])
def test_effective_rank_counts_directions_of_equal_weight(n_directions, rng):
    """However many numbers they are written in, and wherever their middle is."""
    basis = np.linalg.qr(rng.normal(size=(20, n_directions)))[0]
    directions = np.linalg.qr(rng.normal(size=(500, n_directions)))[0]
    directions -= directions.mean(0)
    directions = np.linalg.qr(directions)[0]
    features = torch.from_numpy(directions @ basis.T + 7)
    assert effective_rank(features) == pytest.approx(n_directions, rel=1e-3)
    assert effective_rank(torch.ones(5, 3)) == 0


def test_neighbours_vote_as_those_of_scikit_learn(rng):
    """Cosine, twenty of them, each with its weight."""
    known, asked = rng.normal(size=(200, 6)), rng.normal(size=(50, 6))
    codes, wanted = rng.integers(0, 4, 200), rng.integers(0, 4, 50)
    other = KNeighborsClassifier(
        20, metric="cosine", weights=lambda distance: np.exp((1 - distance) / 0.1)
    ).fit(known, codes)
    found = neighbour_accuracy(torch.from_numpy(known), codes, torch.from_numpy(asked), wanted)
    assert found == pytest.approx(other.score(asked, wanted))


def test_a_linear_probe_separates_what_is_separable(rng):
    """And is at chance where there is nothing."""
    codes = np.arange(1200) % 3
    features = np.eye(3, 5)[codes] + rng.normal(scale=0.1, size=(1200, 5))
    tensors = torch.from_numpy(features.astype(np.float32))
    assert probe_accuracy(tensors[:200], codes[:200], tensors[200:], codes[200:]) == 1
    noise = torch.from_numpy(rng.normal(size=(1200, 5)).astype(np.float32))
    assert probe_accuracy(noise[:200], codes[:200], noise[200:], codes[200:]) < 0.5


def test_features_are_quarters_of_the_last_map():
    """Of a network that has one; of the others, what they give."""
    images = torch.randint(0, 256, (5, 1, 32, 32), dtype=torch.uint8)
    network = catalog.load("architectures", "inpainting-cnn")((32, 32, 1)).eval()
    with torch.no_grad():
        maps = network.forward_map(images / 255)
    quarters = maps.unflatten(2, (2, 8)).unflatten(4, (2, 8)).mean((3, 5)).flatten(1)
    torch.testing.assert_close(features_of(network, images), quarters, rtol=1e-4, atol=1e-5)
    lenet = catalog.load("architectures", "lenet-5")((32, 32, 1)).eval()
    with torch.no_grad():
        torch.testing.assert_close(features_of(lenet, images), lenet(images / 255))


def test_what_is_called_collapsed():
    """A tenth of what an untrained network had; views that are all alike."""
    before = {"spread": 0.5, "effective_rank": 50.0}
    assert collapsed(before, {"spread": 0.1, "effective_rank": 10.0}) == []
    assert collapsed(before, {"spread": 0.01, "effective_rank": 1.0}) == [
        "spread",
        "effective_rank",
    ]
    alike = {"same_image": 0.9, "other_images": 0.89}
    assert collapsed(before, before | alike) == ["other_images"]
    assert collapsed(before, before | {"same_image": 0.9, "other_images": 0.1}) == []
