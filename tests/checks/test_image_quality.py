"""Image quality: each oddity is found where it was planted, and nowhere else."""

import dataclasses

import numpy as np
import pytest
from PIL import Image, ImageFilter

from tests.checks._data import jpegs, photos, textures
from tests.data.pictures import plant
from vistazo.checks._quality import measure
from vistazo.checks.image_quality import ImageQuality
from vistazo.data.arrays import from_arrays
from vistazo.data.images import plain
from vistazo.data.policy import fit
from vistazo.data.reading import read_images
from vistazo.evaluation.protocol import Protocol


def found(data):
    """The oddities by name, each with the rows it is about."""
    findings = ImageQuality().run(data, Protocol())
    assert all(finding.severity == "note" for finding in findings)
    return {next(iter(f.measured)): sorted(map(int, f.examples)) for f in findings}


def with_planted(change, rows=(3, 17), n_images=40):
    pixels = textures(n_images)
    for row in rows:
        pixels[row] = change(pixels[row].astype(float))
    return from_arrays(pixels, ["a", "b"] * (n_images // 2))


def blurred(image):
    return np.asarray(Image.fromarray(image.astype(np.uint8)).filter(ImageFilter.GaussianBlur(3)))


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("dark", lambda image: image * 0.25),
        ("light", lambda image: 245 + image / 26),
        ("blurry", blurred),
        ("grayscale", lambda image: image[..., :1]),
    ],
)
def test_what_is_planted_is_found_alone(name, change):
    """Two changed images of forty are the examples of their oddity, and of no other."""
    assert found(with_planted(change)) == {name: [3, 17]}


def test_a_blank_image_has_no_information():
    """An image of one level is nearly blank, not blurry; that it is also gray is said too."""
    assert found(with_planted(lambda image: 100)) == {
        "low_information": [3, 17],
        "grayscale": [3, 17],
    }


def test_healthy_images_say_nothing():
    """Images of one kind have no oddity, in colour and in gray."""
    assert found(photos(40)) == {}
    assert found(from_arrays(textures(40)[..., :1], ["a", "b"] * 20)) == {}


def test_what_most_images_have_is_their_nature():
    """More than half dark images are a dark data set without oddities; half are odd ones."""
    assert "dark" not in found(with_planted(lambda image: image * 0.25, range(21)))
    assert "dark" in found(with_planted(lambda image: image * 0.25, range(20)))


def test_odd_sizes_and_shapes(tmp_path):
    """Of files, those far larger than usual and those far from square are found."""

    def shape(name, row):
        return {("a", 0): (12, 60), ("b", 1): (64 * 5, 64 * 5)}.get((name, row), (48 + row, 64))

    files = jpegs({"a": 12, "b": 12}, side=200, shape=shape)
    findings = ImageQuality().run(read_images(plant(tmp_path, files)), Protocol())
    examples = {next(iter(f.measured)): f.examples for f in findings}
    assert examples["odd_aspect_ratio"] == ("a/0.jpg",)
    assert examples["odd_size"] == ("b/1.jpg",)


def test_the_border_of_reading_is_not_looked_at():
    """Tones, detail and colour are those of the image inside the border, however wide."""
    inner = textures(6, 24)
    padded = np.stack([fit(image[:9], (24, 24), "pad") for image in inner])
    sliced = inner[:, :9]
    for ours, theirs in zip(measure(plain(padded)), measure(plain(sliced)), strict=True):
        np.testing.assert_allclose(ours, theirs)
    cropped = dataclasses.replace(plain(padded), fit="crop")
    assert not np.allclose(measure(cropped).entropy, measure(plain(padded)).entropy)


@pytest.mark.parametrize("width", [2.0, 3.0, 4.0])
def test_detail_is_the_width_of_a_random_field(width):
    """For a field with the correlation exp(-r²/2w²), the detail measured is w."""
    rng = np.random.default_rng(0)
    frequency = np.fft.fftfreq(256) * 2 * np.pi
    power = np.exp(-(frequency[:, None] ** 2 + frequency**2) * width**2 / 4)
    field = np.fft.ifft2(np.fft.fft2(rng.normal(size=(256, 256))) * power).real
    image = np.clip(128 + 40 * field / field.std(), 0, 255).astype(np.uint8)
    (detail,) = measure(plain(image[None, ..., None])).detail
    assert detail == pytest.approx(width, rel=0.08)


def test_entropy_and_percentiles_agree_with_numpy():
    """Entropy and percentiles of the luma are those of a slow count."""
    images = textures(5)
    quality = measure(plain(images))
    for row, image in enumerate(images):
        luma = np.asarray(Image.fromarray(image).convert("L")).ravel()
        shares = np.unique(luma, return_counts=True)[1] / luma.size
        assert quality.entropy[row] == pytest.approx(-(shares * np.log2(shares)).sum(), rel=1e-5)
        for ours, share in ((quality.shadows, 0.05), (quality.highlights, 0.99)):
            assert ours[row] == np.quantile(luma, share, method="inverted_cdf")
        assert quality.spread[row] == np.ptp(image.astype(int), axis=-1).max()
