"""Features in two dimensions, against slow and obvious ones."""

import numpy as np
import pytest

from vistazo.evaluation.projection import N_COMPONENTS, neighbor_agreement, project


def blobs(seed=0, n_each=30, n_features=60):
    print(f"seed {seed}")
    rng = np.random.default_rng(seed)
    centres = rng.normal(0, 8, (3, n_features))
    codes = np.repeat(np.arange(3), n_each)
    return centres[codes] + rng.normal(0, 1, (len(codes), n_features)), codes


def test_neighbor_agreement_counts_the_nearest_others():
    """It is what sorting all distances to the other points gives."""
    rng = np.random.default_rng(1)
    points, codes = rng.normal(size=(40, 3)), rng.integers(0, 3, 40)
    found = neighbor_agreement(points, codes, 7)
    for i in range(40):
        distances = ((points - points[i]) ** 2).sum(axis=1)
        distances[i] = np.inf
        assert found[i] == np.mean(codes[np.argsort(distances)[:7]] == codes[i])


def test_copies_of_a_point_are_its_neighbors():
    """A point with copies of another class has these for neighbours, not itself."""
    points = np.repeat([[0.0, 0.0], [9.0, 9.0]], 3, axis=0)
    codes = np.array([0, 1, 1, 0, 0, 0])
    assert neighbor_agreement(points, codes, 2).tolist() == [0, 0.5, 0.5, 1, 1, 1]


def test_pca_is_that_of_the_covariance_matrix():
    """Explained shares are eigenvalues over their sum; the first two scores are as spread."""
    features, codes = blobs()
    found = project(features, codes, seed=0)
    eigenvalues = np.linalg.eigvalsh(np.cov(features.T))[::-1]
    assert len(found.explained) == N_COMPONENTS
    expected = (eigenvalues / eigenvalues.sum())[:3]
    np.testing.assert_allclose(found.explained[:3], expected, rtol=1e-4)
    np.testing.assert_allclose(found.pca.var(axis=0, ddof=1), eigenvalues[:2], rtol=1e-4)


def test_groups_that_lie_apart_agree_and_the_same_seed_gives_the_same_picture():
    """Well-parted groups have their own neighbours in every space, and no chance is left."""
    features, codes = blobs(seed=2)
    first, again = (project(features, codes, seed=5) for _ in range(2))
    assert all(agreement.mean() == 1 for agreement in first.agreement.values())
    assert set(first.agreement) == {"features", "pca", "tsne"}
    np.testing.assert_array_equal(first.tsne, again.tsne)
    np.testing.assert_array_equal(first.pca, again.pca)


@pytest.mark.parametrize(
    "features", [np.zeros((20, 4)), np.random.default_rng(0).normal(size=(20, 1)), np.eye(7)]
)
def test_what_cannot_be_seen_is_not_drawn(features):
    """Images that are all alike, have one feature, or are too few have no projection."""
    assert project(features, np.arange(len(features)) % 2, seed=0) is None


def test_a_few_images_are_drawn():
    """Eight images, the fewest, have a picture."""
    assert project(np.eye(8), np.arange(8) % 2, seed=0).tsne.shape == (8, 2)
