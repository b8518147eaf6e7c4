"""What is said against a use of a network before anything is computed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vistazo.methods.fine_tuned import FineTunedClassifier
from vistazo.methods.linear_probe import LinearProbeClassifier
from vistazo.transfer.weights_by_name import RANDOM

NAME = "imagenet-efficientnet-lite0"
SHAPE = (32, 32, 3)
sides = st.integers(8, 700)


def codes(shape=SHAPE, **settings):
    return [o.code for o in LinearProbeClassifier(**settings).observations(shape)]


@given(sides, sides, st.sampled_from([1, 3]))
def test_nothing_is_said_against_the_defaults(height, width, channels):
    """Whatever the shape of the images."""
    assert codes((height, width, channels)) == []


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"input_side": 32, "input_scale": "0-1"}, ["scale", "feature-map"]),
        ({"input_side": 64}, ["input-side"]),
        ({"input_side": 1800}, ["receptive-field"]),
        ({"input_scale": "-1..1"}, []),  # what is declared, in other numbers
        ({"input_scale": "0-255"}, ["scale"]),
        ({"pooling": "flatten"}, ["pooling"]),
        ({"pooling": "flatten", "input_side": 32}, ["feature-map", "pooling-of-one"]),
        ({"channels": "BGR"}, ["channels"]),
        ({"interpolation": "bilinear"}, ["interpolation"]),
        ({"interpolation": "bicubic", "channels": "RGB"}, []),
        ({"preprocessing": "grayscale"}, ["preprocessing"]),
        ({"weights": RANDOM + NAME}, ["random-weights"]),
    ],
)
def test_each_departure_is_named(settings, said):
    """By its code, and by no other."""
    assert codes(**settings) == said


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({}, []),
        ({"input_side": 32}, ["feature-map"]),
        ({"freeze": "none"}, ["depth-frozen"]),
        ({"freeze": "all-but-2", "batch_norm": "trained"}, ["depth-frozen", "norm-mode"]),
        ({"weights": RANDOM + NAME, "freeze": "all"}, ["random-weights", "depth-frozen"]),
    ],
)
def test_departures_of_fine_tuning_are_named(settings, said):
    """Those of the frozen layers, how many these are, and whose means and variances they keep."""
    found = FineTunedClassifier(**settings).observations(SHAPE)
    assert [observation.code for observation in found] == said


def test_training_from_scratch_is_no_transfer():
    """Nothing can be said of what is not there."""
    assert FineTunedClassifier(weights=RANDOM + NAME, freeze="none").observations(SHAPE) is None


def test_gray_images_have_no_order_of_channels():
    """Also those that a recipe makes gray."""
    assert codes((32, 32, 1), channels="BGR") == []
    assert codes(channels="BGR", preprocessing="grayscale") == ["preprocessing"]


def test_what_is_repaired_is_said_no_more():
    """Setting each parameter to the value that is proposed leaves nothing to say."""
    broken = LinearProbeClassifier(
        weights=RANDOM + NAME,
        input_side=32,
        input_scale="0-255",
        pooling="flatten",
        interpolation="bilinear",
        channels="BGR",
        preprocessing="median=3",
    )
    found = broken.observations(SHAPE)
    assert len(found) == 7
    assert not broken.set_params(**{o.parameter: o.repaired for o in found}).observations(SHAPE)
