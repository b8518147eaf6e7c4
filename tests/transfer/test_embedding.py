"""Directions and dead units of features, against cases whose answer is known."""

import numpy as np
import pytest

from vistazo.transfer.embedding import dead_share, effective_rank

RNG = np.random.default_rng(0)


@pytest.mark.parametrize("shape", [(40, 12), (12, 40)])
def test_equal_singular_values_count_as_many_as_there_are(shape):
    """Features that spread alike over k directions have the effective rank k."""
    left = np.linalg.qr(np.c_[np.ones(shape[0]), RNG.normal(size=(shape[0], 5))])[0][:, 1:]
    right = np.linalg.qr(RNG.normal(size=(shape[1], 5)))[0]
    features = (left @ right.T + 3).astype(np.float32)
    assert effective_rank(features) == pytest.approx(5, abs=0.01)


def test_it_is_the_exponential_of_an_entropy():
    """The formula itself, on singular values of any sizes."""
    features = RNG.normal(size=(30, 8)) * np.geomspace(1, 50, 8)
    values = np.linalg.svd(features - features.mean(axis=0), compute_uv=False)
    shares = values / values.sum()
    expected = np.exp(-(shares * np.log(shares)).sum())
    assert effective_rank(features.astype(np.float32)) == pytest.approx(expected, rel=1e-4)


def test_images_that_all_look_alike_spread_nowhere():
    """No direction, and every unit dead."""
    same = np.full((20, 7), 2.5, np.float32)
    assert effective_rank(same) == 0
    assert dead_share(same) == 1


def test_dead_units_are_those_that_never_move():
    """Two of eight that are still, whatever their level."""
    features = RNG.normal(size=(30, 8)).astype(np.float32)
    features[:, [1, 6]] = (0, 4)
    assert dead_share(features) == 0.25
