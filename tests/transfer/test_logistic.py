"""Heads solved together are those that scikit-learn solves one after the other."""

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler

from vistazo.transfer.logistic import Heads


def problem(n_images=120, n_features=30, n_classes=4, seed=0):
    rng = np.random.default_rng(seed)
    codes = np.arange(n_images) % n_classes
    centres = rng.normal(size=(n_classes, n_features))
    features = centres[codes] + rng.normal(size=(n_images, n_features)) * 1.5
    return (features * rng.uniform(0.1, 5, n_features) + 3).astype(np.float32), codes


@pytest.mark.parametrize("strength", [0.01, 0.1, 1.0])
@pytest.mark.parametrize("n_features", [30, 200])
def test_it_is_logistic_regression(strength, n_features):
    """Probabilities agree with scikit-learn's on the same scaled features, wide or long."""
    features, codes = problem(n_features=n_features)
    head = Heads(features, codes).solve(np.array([strength]), np.ones((1, 120), bool)).head(0, 0)
    scaled = StandardScaler().fit(features.astype(np.float64))
    oracle = LogisticRegression(C=1 / (120 * strength), max_iter=5000, tol=1e-8)
    oracle.fit(scaled.transform(features), codes)
    expected = oracle.predict_proba(scaled.transform(features))
    assert np.abs(head.probabilities(features) - expected).max() < 2e-3


def test_together_is_one_by_one():
    """Each pair of a mask and a strength has the solution that it has alone, on its rows alone."""
    features, codes = problem()
    heads = Heads(features, codes)
    masks = np.ones((3, 120), bool)
    masks[1, ::3] = False
    masks[2, 40:] = False
    strengths = np.array([0.03, 0.3])
    together = heads.solve(strengths, masks)
    for mask in range(3):
        for number, strength in enumerate(strengths):
            alone = heads.solve(np.array([strength]), masks[mask][None])
            first, second = together.head(mask, number), alone.head(0, 0)
            difference = first.probabilities(features) - second.probabilities(features)
            assert np.abs(difference).max() < 3e-3
    rows = np.arange(120)
    logs = together.log_probabilities(1, rows)
    assert logs.shape == (2, 120, 4)
    assert np.allclose(np.exp(logs).sum(axis=2), 1)
    found = together.head(1, 1).probabilities(problem()[0])
    assert np.allclose(np.exp(logs[1]), found, atol=1e-4)


def test_rows_outside_a_mask_have_no_say():
    """Other labels for rows that a head is not fitted on change nothing in it."""
    features, codes = problem()
    mask = np.ones((1, 120), bool)
    mask[0, ::4] = False
    other = codes.copy()
    other[::4] = (other[::4] + 1) % 4
    strengths = np.array([0.1])
    first = Heads(features, codes).solve(strengths, mask)
    second = Heads(features, other).solve(strengths, mask)
    assert np.array_equal(first.found, second.found)


def test_constant_and_repeated_features():
    """A feature that never changes has no weight, and one that is there twice does no harm."""
    features, codes = problem()
    features = np.concatenate([features, features[:, :1], np.full((120, 1), 7)], axis=1)
    head = Heads(features, codes).solve(np.array([0.1]), np.ones((1, 120), bool)).head(0, 0)
    assert np.array_equal(head.weights[-1], np.zeros(4))
    assert np.isfinite(head.probabilities(features)).all()
    assert np.allclose(head.weights[0], head.weights[-2], atol=1e-3)
