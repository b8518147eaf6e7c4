"""Numbers about pixels and files, against slow and obvious ones."""

import numpy as np
import pytest

from vistazo.data.dataset import ImageDataset, row_sources
from vistazo.data.image_files.file_statistics import file_statistics
from vistazo.data.images import FACTS, Images, plain
from vistazo.data.pixel_statistics import pixel_statistics


def dataset(pixels, labels, classes):
    return ImageDataset("x", plain(pixels), np.array(labels), classes, row_sources(len(labels)))


@pytest.mark.parametrize("channels", [1, 3])
def test_pixel_statistics_are_means_and_deviations_of_all_pixels(channels):
    """Moments and mean images are NumPy's over all pixels of a class at once."""
    rng = np.random.default_rng(0)
    pixels = rng.integers(0, 256, (1300, 5, 4, channels), np.uint8)  # more than one chunk
    labels = ["b" if i % 3 else "a" for i in range(1300)]
    found = pixel_statistics(dataset(pixels, labels, ("a", "none", "b")))
    assert found.by_class[1] is None
    for one, rows in (
        (found.overall, np.arange(1300)),
        (found.by_class[0], np.arange(0, 1300, 3)),
    ):
        unit = pixels[rows] / 255
        assert one.n_images == len(rows)
        assert one.brightness == pytest.approx(
            (unit.mean(axis=(1, 2, 3)).mean(), unit.mean(axis=(1, 2, 3)).std())
        )
        for channel in range(channels):
            expected = unit[..., channel].mean(), unit[..., channel].std()
            assert one.channels[channel] == pytest.approx(expected)
        np.testing.assert_array_equal(one.mean_image, np.rint(pixels[rows].mean(axis=0)))


def test_brightness_between_classes_is_all_nothing_or_a_share():
    """The share is 1 where classes differ and images do not, 0 where means are the same."""
    levels = np.array([10, 10, 200, 200], np.uint8)
    pixels = np.repeat(levels, 9).reshape(4, 3, 3, 1)
    classes = ("a", "b")
    assert pixel_statistics(dataset(pixels, list("aabb"), classes)).between_classes == 1
    assert pixel_statistics(dataset(pixels, list("abab"), classes)).between_classes == 0
    alike = pixel_statistics(dataset(np.zeros_like(pixels), list("aabb"), classes))
    assert alike.between_classes == 0
    some = pixel_statistics(dataset(pixels, list("aaab"), classes)).between_classes
    means = np.array([(10 + 10 + 200) / 3] * 3 + [200])
    assert some == pytest.approx(means.var() / levels.astype(float).var())


def test_file_statistics_are_quantiles_and_counts():
    """Five numbers of each fact, sizes counted, and no file sizes where there are no files."""
    n_images = 7
    facts = np.full((n_images, len(FACTS)), np.nan, np.float32)
    facts[:, FACTS.index("width")] = [10, 10, 20, 30, 40, 40, 40]
    facts[:, FACTS.index("height")] = [10, 10, 10, 10, 20, 20, 10]
    images = Images(np.zeros((n_images, 2, 2, 1), np.uint8), facts)
    found = file_statistics(images)
    assert found.width == (10, 15, 30, 40, 40)
    assert found.aspect == pytest.approx(
        np.quantile([1, 1, 2, 3, 2, 2, 4], [0, 0.25, 0.5, 0.75, 1])
    )
    assert found.sizes[:2] == ((10, 10, 2), (40, 20, 2))
    assert sum(n for _width, _height, n in found.sizes) == n_images
    assert found.kilobytes is None
    facts[2, FACTS.index("file_bytes")] = 1500
    assert file_statistics(images).kilobytes == (1.5, 1.5, 1.5, 1.5, 1.5)
