"""Departures from what published weights expect: how to rebuild what someone else did."""

from dataclasses import replace
from typing import Literal, get_args

from vistazo.errors import require
from vistazo.pretrained import Preprocessing

InputScale = Literal["declared", "0-1", "-1..1", "0-255"]
Pooling = Literal["mean", "flatten"]
Interpolation = Literal["declared", "bilinear", "bicubic"]
Channels = Literal["declared", "RGB", "BGR"]

CHOICES: dict[str, tuple[str, ...]] = {
    "input_scale": get_args(InputScale),
    "pooling": get_args(Pooling),
    "interpolation": get_args(Interpolation),
    "channels": get_args(Channels),
}
"""Parameters, each with its values; the first is what the weights are meant to be used with."""

_SCALES = {"0-1": (0.0, 1.0), "-1..1": (0.5, 0.5), "0-255": (0.0, 1 / 255)}
"""Mean and deviation, of images in [0, 1], that give each range."""


def check_choice(name: str, value: str) -> None:
    """Raise ``E-VALUE`` where a departure has no such value."""
    require(value in CHOICES[name], name, value, " | ".join(CHOICES[name]))


def applied(
    declared: Preprocessing,
    *,
    input_scale: InputScale = "declared",
    interpolation: Interpolation = "declared",
    channels: Channels = "declared",
) -> Preprocessing:
    """Return what is done to images where it departs from what the weights declare.

    Parameters
    ----------
    declared : Preprocessing
    input_scale : {"declared", "0-1", "-1..1", "0-255"}
        The range of the values that the network gets.
    interpolation : {"declared", "bilinear", "bicubic"}
    channels : {"declared", "RGB", "BGR"}
        Their order.
    """
    result = declared
    if input_scale != "declared":
        mean, deviation = _SCALES[input_scale]
        n_channels = len(declared.mean)
        result = replace(result, mean=(mean,) * n_channels, deviation=(deviation,) * n_channels)
    if interpolation != "declared":
        result = replace(result, interpolation=interpolation)
    if channels != "declared":
        result = replace(result, channels=channels)
    return result


def scale_error(declared: Preprocessing, used: Preprocessing) -> float:
    """Return how far the values that a network gets are from those it should get, at most.

    As a share of the range that the declared ones have: 0 where both are the same, 0.5 where
    0 to 1 takes the place of -1 to 1.
    """
    farthest = widest = 0.0
    for should, does in zip(_ranges(declared), _ranges(used), strict=True):
        widest = max(widest, should[1] - should[0])
        farthest = max(farthest, *(abs(a - b) for a, b in zip(should, does, strict=True)))
    return farthest / widest


def value_range(preprocessing: Preprocessing) -> tuple[float, float]:
    """Return the least and the greatest value that a network can get."""
    ranges = _ranges(preprocessing)
    return min(low for low, _high in ranges), max(high for _low, high in ranges)


def _ranges(preprocessing: Preprocessing) -> list[tuple[float, float]]:
    """Return for each channel what black and white become."""
    return [
        (-mean / deviation, (1 - mean) / deviation)
        for mean, deviation in zip(preprocessing.mean, preprocessing.deviation, strict=True)
    ]
