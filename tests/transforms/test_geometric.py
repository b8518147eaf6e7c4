"""The one warp against pixel-by-pixel interpolation, torch's exact moves, and Keras' matrices."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from tests.transforms._oracles import batch, generator, keras_matrix, slow_warp
from vistazo.transforms.augmentation import Augmentation
from vistazo.transforms.geometric import FILLS, matrices, warp

NOTHING = Augmentation().sample(1, (1, 8, 8), generator())


def parameters(n_images=1, **values):
    """Parameters that do nothing but what is named."""
    given_ = {name: np.full(n_images, value, np.float32) for name, value in values.items()}
    flips = {name: given_[name].astype(bool) for name in given_ if name.startswith("flip")}
    return replace(NOTHING[np.zeros(n_images, int)], **(given_ | flips))


@pytest.mark.parametrize("fill", FILLS)
@pytest.mark.parametrize(("channels", "height", "width"), [(1, 9, 9), (3, 11, 8), (3, 6, 13)])
def test_warp_is_pixel_by_pixel_interpolation(fill, channels, height, width):
    """Every fill gives what interpolating each pixel by itself gives, far outside too."""
    images = batch(5, channels, height, width)
    augmentation = Augmentation(rotation=180, shift_x=1, shift_y=1, zoom=0.9, shear=60)
    drawn = augmentation.sample(5, (channels, height, width), generator(3))
    maps = matrices(drawn)
    # coordinates are rounded in single precision: up to some 1e-5 pixels at this distance
    found = warp(images, maps, fill, 0.25)
    np.testing.assert_allclose(found, slow_warp(images, maps, fill, 0.25), atol=2e-5)


def test_one_matrix_is_the_product_of_all():
    """The closed form is Keras' product of rotation, shift, shear and zoom, then the flips."""
    shape = (1, 20, 30)
    every = Augmentation(
        flip_horizontal=0.5,
        flip_vertical=0.5,
        rotation=180,
        shift_x=1,
        shift_y=1,
        zoom=0.9,
        shear=80,
    )
    drawn = every.sample(50, shape, generator(1))
    for i, found in enumerate(matrices(drawn)):
        keras = keras_matrix(
            *(drawn.rotation[i], -drawn.shift_x[i], -drawn.shift_y[i]),
            *(drawn.shear[i], drawn.zoom_x[i], drawn.zoom_y[i]),
        )
        flips = [
            -1 if mirrored[i] else 1 for mirrored in (drawn.flip_horizontal, drawn.flip_vertical)
        ]
        np.testing.assert_allclose(found, (keras @ np.diag([*flips, 1]))[:2], atol=2e-5)


@pytest.mark.parametrize(("name", "axis"), [("flip_horizontal", 3), ("flip_vertical", 2)])
def test_flips_are_exact(name, axis):
    """A mirrored image has the very numbers of the image, also beside ones that are warped."""
    images = batch(4)
    drawn = parameters(4, **{name: 1})
    assert torch.equal(warp(images, matrices(drawn)), images.flip(axis))
    turned = replace(drawn, rotation=np.array([0, 30, 0, 5], np.float32))
    assert torch.equal(warp(images, matrices(turned))[::2], images.flip(axis)[::2])


@pytest.mark.parametrize("fill", FILLS)
def test_doing_nothing_changes_no_bit(fill):
    """The identity returns the images themselves."""
    images = batch(4)
    assert warp(images, matrices(parameters(4)), fill, 0.5) is images


@pytest.mark.parametrize("side", [8, 9])
@pytest.mark.parametrize("fill", FILLS)
def test_quarter_turns_are_exact(side, fill):
    """Turning a square by 90° is torch's rot90, and by -90° the other way."""
    images = batch(2, 3, side, side)
    for degrees, turns in ((90, 1), (-90, -1)):
        found = warp(images, matrices(parameters(2, rotation=degrees)), fill)
        torch.testing.assert_close(found, torch.rot90(images, turns, (2, 3)), atol=1e-5, rtol=0)


@given(
    down=st.integers(-6, 6),
    right=st.integers(-6, 6),
    fill=st.sampled_from(FILLS),
    size=st.integers(7, 10),
)
def test_whole_pixels_move_the_image(down, right, fill, size):
    """A shift by whole pixels is the padded image, cut elsewhere."""
    images = batch(2, 1, size, 9)
    mode = {"edge": "edge", "reflect": "symmetric", "constant": "constant"}[fill]
    values = {"constant_values": 0.3} if fill == "constant" else {}
    padded = np.pad(images.numpy(), ((0, 0), (0, 0), (6, 6), (6, 6)), mode, **values)
    expected = padded[:, :, 6 - down : 6 - down + size, 6 - right : 6 - right + 9]
    found = warp(images, matrices(parameters(2, shift_x=right, shift_y=down)), fill, 0.3)
    np.testing.assert_allclose(found, expected, atol=1e-5)


def test_zoom_below_one_enlarges():
    """Showing half of the width and height shows the middle, twice as large."""
    images = torch.zeros(1, 1, 8, 8)
    images[:, :, 2:6, 2:6] = 1
    found = warp(images, matrices(parameters(1, zoom_x=0.5, zoom_y=0.5)))
    torch.testing.assert_close(found[:, :, 1:7, 1:7], torch.ones(1, 1, 6, 6))
    assert found.mean() > 3 * images.mean()
