"""HOG is scikit-image's HOG, for whole batches."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from skimage.feature import hog as reference_hog

from vistazo.errors import DataError
from vistazo.features._hog_gradients import votes_of_bytes, votes_of_floats
from vistazo.features.hog import hog

NORMS = ("L1", "L1-sqrt", "L2", "L2-Hys")
TOLERANCE = 1e-6
FMNIST: dict[str, Any] = {"pixels_per_cell": (8, 8), "cells_per_block": (2, 2)}


def random_images(
    seed: int, shape: tuple[int, ...], dtype: str = "uint8", levels: int = 256
) -> NDArray[Any]:
    """Return images of so many gray levels; few levels make many ties and edges of bins."""
    print(f"seed {seed}")
    values = np.random.default_rng(seed).integers(0, levels, shape)
    return values.astype(np.uint8) if dtype == "uint8" else (values / levels).astype(dtype)


def reference(images: NDArray[Any], **options: Any) -> NDArray[Any]:
    channel_axis = -1 if images.ndim == 4 else None
    options = {**FMNIST, "block_norm": "L2-Hys", **options}
    return np.stack(
        [reference_hog(image, channel_axis=channel_axis, **options) for image in images]
    )


def assert_parity(images: NDArray[Any], **options: Any) -> None:
    features = hog(images, **options)
    assert features.dtype == np.float32
    np.testing.assert_allclose(features, reference(images, **options), rtol=0, atol=TOLERANCE)


@pytest.mark.parametrize("block_norm", NORMS)
@pytest.mark.parametrize("dtype", ["uint8", "float32", "float64"])
@pytest.mark.parametrize("shape", [(6, 28, 28), (4, 32, 32, 3), (3, 37, 29), (3, 27, 41, 3)])
def test_parity(shape: tuple[int, ...], dtype: str, block_norm: str) -> None:
    """Gray or colour, even or odd sides, bytes or floats: every norm gives the peer's numbers."""
    assert_parity(random_images(1, shape, dtype), block_norm=block_norm)


@pytest.mark.parametrize("cell", [(8, 8), (4, 6), (7, 5), (3, 8), (1, 1), (14, 28)])
@pytest.mark.parametrize("block", [(1, 1), (2, 1), (1, 3)])
def test_cells_and_blocks_of_any_shape(cell: tuple[int, int], block: tuple[int, int]) -> None:
    """Cells and blocks that are not square tile the image as the peer's do."""
    images = random_images(2, (3, 28, 84))
    assert_parity(images, pixels_per_cell=cell, cells_per_block=block)


@pytest.mark.parametrize("orientations", [1, 2, 3, 4, 6, 7, 8, 9, 12, 36, 255])
@pytest.mark.parametrize("shape", [(8, 24, 24), (8, 24, 24, 3)])
@pytest.mark.parametrize("levels", [3, 256])
def test_gradients_on_the_edges_of_bins(
    orientations: int, shape: tuple[int, ...], levels: int
) -> None:
    """A gradient on the edge of a bin, or as long as another channel's, goes the peer's way."""
    assert_parity(random_images(3, shape, levels=levels), orientations=orientations)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("orientations", [4, 8, 9])
@pytest.mark.parametrize("shape", [(8, 24, 24), (8, 24, 24, 3)])
def test_edges_of_bins_in_floats(dtype: str, orientations: int, shape: tuple[int, ...]) -> None:
    """Floats that are multiples of 1 / 7 meet edges and ties up to rounding, as the peer rounds."""
    assert_parity(random_images(4, shape, dtype, levels=7), orientations=orientations)


@pytest.mark.parametrize("dtype", ["uint8", "float32", "float64"])
@pytest.mark.parametrize("shape", [(5, 28, 28), (5, 28, 28, 3)])
@pytest.mark.parametrize("orientations", [8, 9])
def test_square_root(dtype: str, shape: tuple[int, ...], orientations: int) -> None:
    """The square root is taken before the gradients, in the peer's precision."""
    images = random_images(5, shape, dtype)
    assert_parity(images, transform_sqrt=True, orientations=orientations)


@pytest.mark.parametrize("block_norm", NORMS)
@pytest.mark.parametrize("value", [0, 7, 255])
def test_constant_images_have_no_features(value: int, block_norm: str) -> None:
    """Where nothing changes every feature is exactly zero."""
    assert not hog(np.full((2, 28, 28), value, np.uint8), block_norm=block_norm).any()


@pytest.mark.parametrize("block_norm", NORMS)
@pytest.mark.parametrize("scale", [1.0, 1 / 255])
def test_nearly_empty_blocks(block_norm: str, scale: float) -> None:
    """One pixel brighter by one step weighs against the constant of the norm as in the peer."""
    images = np.zeros((1, 28, 28), np.uint8)
    images[0, 11, 13] = 1
    expected = reference(images * np.float64(scale), block_norm=block_norm)
    features = hog(images, scale=scale, block_norm=block_norm)
    np.testing.assert_allclose(features, expected, rtol=0, atol=TOLERANCE)


def test_an_angle_that_rounds_to_180_degrees_counts_nowhere() -> None:
    """The peer leaves out a pixel whose tiny negative angle its remainder rounds to 180."""
    image = np.zeros((1, 3, 3))
    image[0, 1, 2], image[0, 0, 1] = 1, 1e-20
    assert_parity(image, pixels_per_cell=(3, 3), cells_per_block=(1, 1))


@pytest.mark.parametrize("orientations", [4, 7, 8, 9])
def test_looked_up_votes_are_the_computed_ones(orientations: int) -> None:
    """The table holds for every pair of bytes what the arithmetic gives, to the last bit."""
    images = random_images(6, (20, 30, 30, 3))
    looked_up = votes_of_bytes(images, (30, 28), orientations)
    computed = votes_of_floats(images.astype(np.float64), (30, 28), orientations)
    np.testing.assert_array_equal(looked_up.bins, computed.bins)
    np.testing.assert_array_equal(looked_up.magnitudes, computed.magnitudes)


@pytest.mark.parametrize("orientations", [4, 8, 9])
@pytest.mark.parametrize("block_norm", NORMS)
@pytest.mark.parametrize("shape", [(6, 28, 28), (6, 28, 28, 3)])
def test_scaling_by_a_power_of_two(
    shape: tuple[int, ...], block_norm: str, orientations: int
) -> None:
    """Division by 256 rounds nothing, so scaled bytes meet the peer even at ties and edges."""
    images = random_images(7, shape, levels=20)
    expected = reference(images / 256, block_norm=block_norm, orientations=orientations)
    features = hog(images, scale=1 / 256, block_norm=block_norm, orientations=orientations)
    np.testing.assert_allclose(features, expected, rtol=0, atol=TOLERANCE)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("orientations", [6, 7, 9])
@pytest.mark.parametrize("transform_sqrt", [False, True])
def test_scaling_to_the_unit_range(dtype: str, orientations: int, transform_sqrt: bool) -> None:
    """Bytes scaled by 1 / 255 give what the peer gives for the images in [0, 1]."""
    images = random_images(8, (10, 28, 28))
    options: dict[str, Any] = {"orientations": orientations, "transform_sqrt": transform_sqrt}
    expected = reference((images / 255).astype(dtype), **options)
    features = hog(images, scale=1 / 255, **options)
    np.testing.assert_allclose(features, expected, rtol=0, atol=TOLERANCE)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_scaling_low_contrast(dtype: str) -> None:
    """Gradients of a step or two lose no more than the tolerance to the peer's precision."""
    images = 125 + random_images(9, (10, 28, 28), levels=4)
    expected = reference((images / 255).astype(dtype))
    np.testing.assert_allclose(hog(images, scale=1 / 255), expected, rtol=0, atol=TOLERANCE)


@pytest.mark.parametrize("dtype", ["uint8", "float64"])
def test_scale_multiplies_the_pixels(dtype: str) -> None:
    """The scale of floats and of bytes means the same: HOG of the images times the scale."""
    images = random_images(10, (4, 28, 28, 3), dtype)
    expected = hog(images.astype(np.float64) * 0.125)
    np.testing.assert_allclose(hog(images, scale=0.125), expected, rtol=0, atol=TOLERANCE)


@settings(max_examples=80, deadline=None)
@given(
    cell=st.tuples(st.integers(1, 9), st.integers(1, 9)),
    block=st.tuples(st.integers(1, 3), st.integers(1, 3)),
    extra=st.tuples(st.integers(0, 12), st.integers(0, 12)),
    channels=st.sampled_from([None, 1, 2, 3, 4]),
    orientations=st.integers(1, 18),
    block_norm=st.sampled_from(NORMS),
    transform_sqrt=st.booleans(),
    dtype=st.sampled_from(["uint8", "float32", "float64"]),
    levels=st.sampled_from([1, 2, 5, 256]),
    seed=st.integers(0, 2**32 - 1),
)
def test_parity_of_any_settings(
    cell: tuple[int, int],
    block: tuple[int, int],
    extra: tuple[int, int],
    channels: int | None,
    orientations: int,
    block_norm: str,
    transform_sqrt: bool,
    dtype: str,
    levels: int,
    seed: int,
) -> None:
    """Whatever the sizes and settings, from one block of one pixel on, the peer agrees."""
    sides = tuple(c * b + more for c, b, more in zip(cell, block, extra, strict=True))
    shape = (2, *sides) if channels is None else (2, *sides, channels)
    assert_parity(
        random_images(seed, shape, dtype, levels),
        orientations=orientations,
        pixels_per_cell=cell,
        cells_per_block=block,
        block_norm=block_norm,
        transform_sqrt=transform_sqrt,
    )


@pytest.mark.parametrize("chunk", [1, 3000, 10**9])
@pytest.mark.parametrize("dtype", ["uint8", "float32"])
def test_chunks_do_not_matter(chunk: int, dtype: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """However many images are taken at a time, each feature is the same to the last bit."""
    images = random_images(11, (130, 28, 28), dtype)
    expected = hog(images)
    monkeypatch.setattr("vistazo.features.hog._CHUNK", chunk)
    np.testing.assert_array_equal(hog(images), expected)


def test_order_of_the_batch_does_not_matter() -> None:
    """An image's features depend on no other image of the batch nor on its place in it."""
    images = random_images(12, (150, 20, 20, 3))
    features = hog(images)
    np.testing.assert_array_equal(hog(images[::-1]), features[::-1])
    np.testing.assert_array_equal(hog(images[7:8]), features[7:8])


def test_memory_layout_does_not_matter() -> None:
    """Transposed, sliced and half-precision arrays give what plain copies of them give."""
    images = random_images(13, (6, 28, 34, 3))
    np.testing.assert_array_equal(hog(images[:, ::-1, ::2]), hog(images[:, ::-1, ::2].copy()))
    swapped = images.transpose(0, 2, 1, 3)
    np.testing.assert_array_equal(hog(swapped), hog(swapped.copy()))
    half = random_images(13, (2, 28, 28), "float16")
    np.testing.assert_array_equal(hog(half), hog(half.astype(np.float32)))


def test_images_are_left_as_they_are() -> None:
    """The caller's pixels are read, never written, and may be locked."""
    for dtype in ("uint8", "float64"):
        images = random_images(14, (3, 28, 28), dtype)
        before = images.copy()
        images.flags.writeable = False
        hog(images, transform_sqrt=True)
        hog(images)
        np.testing.assert_array_equal(images, before)


def test_no_images() -> None:
    """An empty batch has as many features as a full one."""
    assert hog(np.empty((0, 28, 28), np.uint8)).shape == (0, 144)


def test_one_channel_is_gray() -> None:
    """An axis of one channel changes nothing."""
    images = random_images(15, (4, 28, 28))
    np.testing.assert_array_equal(hog(images[..., None]), hog(images))


@pytest.mark.parametrize("shape", [(2, 15, 28), (2, 28, 15), (2, 0, 0), (0, 8, 8)])
def test_images_smaller_than_a_block_are_refused(shape: tuple[int, ...]) -> None:
    """No silent empty answer: the error holds the sides there are and the sides needed."""
    with pytest.raises(ValueError) as caught:
        hog(np.zeros(shape, np.uint8))
    assert isinstance(caught.value, DataError)
    assert caught.value.code == "E-IMG-SMALL"
    assert caught.value.values == {"height": shape[1], "width": shape[2], "rows": 16, "columns": 16}


@pytest.mark.parametrize(
    "options",
    [
        {"orientations": 0},
        {"orientations": 256},
        {"pixels_per_cell": (0, 8)},
        {"cells_per_block": (2, 0)},
        {"block_norm": "L3"},
        {"scale": 0.0},
        {"scale": float("nan")},
        {"scale": float("inf")},
    ],
)
def test_settings_out_of_range_are_refused(options: dict[str, Any]) -> None:
    """Each setting has a range, and the error names the setting that leaves it."""
    with pytest.raises(ValueError, match="|".join((*options, "cells"))):
        hog(np.zeros((1, 28, 28), np.uint8), **options)


@pytest.mark.parametrize(
    ("images", "options"),
    [
        (np.zeros((28, 28), np.uint8), {}),
        (np.zeros((1, 28, 28, 0), np.uint8), {}),
        (np.zeros((1, 28, 28), np.int64), {}),
        (np.full((1, 28, 28), np.nan), {}),
        (np.full((1, 28, 28), np.inf), {}),
        (np.full((1, 28, 28), -1.0), {"transform_sqrt": True}),
    ],
)
def test_unfit_images_are_refused(images: NDArray[Any], options: dict[str, Any]) -> None:
    """What has no gradients to speak of, by shape, type or value, is an error and not a NaN."""
    with pytest.raises(ValueError, match="images"):
        hog(images, **options)
