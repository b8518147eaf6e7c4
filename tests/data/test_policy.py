"""Sizes and channels: what fit and DecodePolicy do to pixels."""

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.data.pictures import encode, ramp
from vistazo.data.decoding import decode
from vistazo.data.policy import BORDER, DecodePolicy, fit
from vistazo.errors import UsageError

SIDES = st.integers(1, 40)


@given(h=SIDES, w=SIDES, height=SIDES, width=SIDES, channels=st.sampled_from([1, 3]))
def test_fit_gives_the_size_and_keeps_a_flat_colour(h, w, height, width, channels):
    """Every fit has the size asked for; a flat image stays flat, but for the border of pad."""
    flat = np.full((h, w, channels), 200, np.uint8)
    for how in ("pad", "crop", "stretch"):
        fitted = fit(flat, (height, width), how)
        assert fitted.shape == (height, width, channels)
        assert set(np.unique(fitted)) <= ({200, BORDER} if how == "pad" else {200})


def test_pad_is_centred_and_whole():
    """Pad keeps the aspect ratio: equal borders, and the picture between them resized."""
    picture = ramp(20, 40)
    padded = fit(picture, (40, 40), "pad")
    assert (padded[:10] == BORDER).all()
    assert (padded[30:] == BORDER).all()
    assert np.array_equal(padded[10:30], picture)


def test_crop_takes_the_middle():
    """Crop of a wide image to its height is the middle square."""
    picture = ramp(20, 40)
    assert np.array_equal(fit(picture, (20, 20), "crop"), picture[:, 10:30])


def test_reduction_does_not_alias():
    """A fine chequerboard becomes even gray when it is made much smaller."""
    board = (255 * (np.indices((256, 256)).sum(axis=0) % 2)).astype(np.uint8)[..., None]
    reduced = fit(board, (32, 32), "stretch")
    assert np.abs(reduced.astype(int) - 127).max() <= 4


def test_channels():
    """Gray is repeated to colour; colour becomes ITU-R BT.601 luma."""
    gray, colour = ramp()[..., :1], ramp()
    assert np.array_equal(DecodePolicy(channels=3).apply(gray), np.concatenate([gray] * 3, axis=-1))
    luma = colour @ [0.299, 0.587, 0.114]
    assert np.abs(DecodePolicy(channels=1).apply(colour)[..., 0] - luma).max() <= 1


@pytest.mark.parametrize("how", ["pad", "crop", "stretch"])
def test_reading_is_decoding_and_fitting(how):
    """Decoding no more than is needed differs little from decoding everything."""
    content = encode(ramp(600, 900), "JPEG")
    read = DecodePolicy((64, 64), how).read(content)
    full = fit(decode(content).pixels, (64, 64), how)
    assert np.abs(read.astype(int) - full).max() <= 6


def test_policy_survives_json():
    """A policy written to JSON and read back is equal."""
    for policy in (DecodePolicy(), DecodePolicy((32, 48), "crop", 1, 1000, 2)):
        assert DecodePolicy.from_dict(json.loads(json.dumps(policy.to_dict()))) == policy


@pytest.mark.parametrize(
    ("settings", "code"),
    [
        ({"fit": "squeeze"}, "E-NAME"),
        ({"size": (0, 8)}, "E-SIZE"),
        ({"size": (8, 5000)}, "E-SIZE"),
        ({"channels": 2}, "E-CHANNELS"),
    ],
)
def test_impossible_policies_are_refused(settings, code):
    """An unknown fit, a size of zero and two channels are usage errors."""
    with pytest.raises(UsageError) as caught:
        DecodePolicy(**settings)
    assert caught.value.code == code
