"""Which pixels HOG uses, and what its cells hold."""

import numpy as np
import pytest
from skimage.feature import hog as reference_hog

from vistazo.features._hog_cells import cell_histograms, cells_using_all, coverage
from vistazo.features.hog import hog
from vistazo.features.pixels import pixels

SIZES = [(28, 28, 8), (32, 32, 8), (25, 24, 8), (24, 25, 6), (30, 21, 7), (17, 40, 4)]


def influence(height, width, cell, seed=0):
    """Return which pixels change a feature, by changing one after the other."""
    print(f"seed {seed}")
    image = np.random.default_rng(seed).integers(0, 256, (height, width), np.uint8)
    changed = np.repeat(image[None], height * width, axis=0)
    each = np.arange(height * width)
    flat = changed.reshape(height * width, -1)
    flat[each, each] ^= 128
    options = {"pixels_per_cell": (cell, cell), "cells_per_block": (2, 2)}
    differs = (hog(changed, **options) != hog(image[None], **options)).any(axis=1)
    return differs.reshape(height, width)


@pytest.mark.parametrize(("height", "width", "cell"), SIZES)
def test_unseen_pixels_are_those_that_change_nothing(height, width, cell):
    """The unseen share is that of pixels whose change leaves every feature as it was."""
    seen = influence(height, width, cell)
    used = coverage(height, width, cell)
    assert used.unseen == pytest.approx(1 - seen.mean())
    assert seen[: used.rows, : used.columns].all()


@pytest.mark.parametrize(("height", "width", "cell"), SIZES)
def test_pixels_outside_lie_in_no_cell(height, width, cell):
    """The share outside is that of pixels that no cell, laid one after the other, covers."""
    covered = np.zeros((height, width), bool)
    for top in range(0, height - cell + 1, cell):
        for left in range(0, width - cell + 1, cell):
            covered[top : top + cell, left : left + cell] = True
    used = coverage(height, width, cell)
    assert used.outside == pytest.approx(1 - covered.mean())
    assert covered[: used.rows, : used.columns].all()
    assert used.rows * used.columns == covered.sum()


@pytest.mark.parametrize(("height", "width"), [(28, 28), (128, 96), (29, 31), (12, 90)])
def test_cells_using_all_leave_nothing_out(height, width):
    """Of all sides of which a block fits, exactly the named ones leave no pixel out."""
    sides = range(2, min(height, width) // 2 + 1)
    expected = [cell for cell in sides if coverage(height, width, cell).outside == 0]
    assert cells_using_all(height, width, 2) == expected


@pytest.mark.parametrize("channels", [1, 3])
def test_cells_hold_what_scikit_image_normalises(channels):
    """Each cell's histogram, divided by its sum, is scikit-image's with blocks of one cell."""
    image = np.random.default_rng(3).integers(0, 256, (29, 34, channels), np.uint8)
    cells = cell_histograms(image, 9, 8)
    expected = reference_hog(
        image, 9, (8, 8), (1, 1), block_norm="L1", channel_axis=-1, feature_vector=False
    )
    shares = cells / cells.sum(axis=2, keepdims=True)
    assert cells.shape == (3, 4, 9)
    np.testing.assert_allclose(shares, expected.reshape(cells.shape), atol=1e-5)


def test_pixels_are_the_numbers_of_the_image():
    """Every pixel is one feature, in reading order, from 0 to 1."""
    images = np.random.default_rng(0).integers(0, 256, (3, 4, 5, 3), np.uint8)
    features = pixels(images)
    assert features.dtype == np.float32
    assert features[1, 2 * 15 + 3 * 3 + 1] == np.float32(images[1, 2, 3, 1] / 255)
    np.testing.assert_array_equal(np.rint(features * 255).reshape(images.shape), images)
