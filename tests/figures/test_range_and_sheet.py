"""The laws of the figures of range tests and of augmentation."""

import math

import numpy as np
import pytest

from tests.figures._axes import drawn
from vistazo.errors import UsageError
from vistazo.figures import augmentation_sheet, learning_rate_range


@pytest.mark.parametrize("chosen", [1.2e-4, [1.2e-4]])
def test_range_test_is_drawn_over_a_log_axis(chosen):
    """Rates, losses and the chosen rate are those given, a history's list of one too."""
    rates, losses = [1e-6, 1e-4, 1e-2], [2.3, math.nan, 0.9]
    axes = learning_rate_range(rates, losses, chosen)
    axes.figure.draw_without_rendering()
    assert axes.get_xscale() == "log"
    np.testing.assert_array_equal(drawn(axes)["smoothed loss"], [rates, losses])
    assert set(drawn(axes)["chosen: 0.00012"][0]) == {1.2e-4}


def test_sheet_has_one_row_of_unchanged_images_per_effect():
    """Every image is drawn, pixel by pixel, in the row of its effect; gray keeps its range."""
    print("seed", 0)
    rng = np.random.default_rng(0)
    examples = {
        "flip $x$": rng.integers(90, 120, (3, 6, 5, 1), np.uint8),
        "crop": rng.integers(0, 256, (2, 8, 8, 3), np.uint8),
    }
    figure = augmentation_sheet(examples, "effects")
    figure.draw_without_rendering()
    assert figure.get_suptitle() == "effects"
    assert [row.get_suptitle() for row in figure.subfigs] == [r"flip \$x\$", "crop"]
    for row, images in zip(figure.subfigs, examples.values(), strict=True):
        shown = [cell.images[0] for cell in row.axes if cell.images]
        assert len(row.axes) == 3
        assert len(shown) == len(images)
        for picture, image in zip(shown, images, strict=True):
            np.testing.assert_array_equal(np.reshape(picture.get_array(), image.shape), image)
            assert picture.get_clim() == (0, 255)


def test_sheet_without_images_is_refused():
    """A sheet of nothing is E-VALUE."""
    for examples in ({}, {"flip": np.zeros((0, 2, 2, 1), np.uint8)}):
        with pytest.raises(UsageError) as error:
            augmentation_sheet(examples, "nothing")
        assert error.value.code == "E-VALUE"
