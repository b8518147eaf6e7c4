"""Images that are dark, light, blurry, nearly blank, of odd size or shape, or gray in colour."""

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from vistazo.checks import Check, Finding
from vistazo.checks._quality import Quality, measure
from vistazo.data.dataset import ImageDataset
from vistazo.data.images import FACTS
from vistazo.evaluation.protocol import Protocol
from vistazo.i18n import N_, _, ngettext

__all__ = ["ImageQuality"]

DARK = 255 / 3
"""Luma that all but the brightest hundredth stay below: a third of the tones hold everything."""
LIGHT = 0.95 * 255
"""Luma that all but the darkest twentieth are above: a twentieth of the tones hold nearly all."""
BLANK = 1.0
"""Bits a pixel: as many as an image of half black and half white has, and nothing between."""
COARSER = 2.0
"""Detail so many times as wide as the median's is blurred. A Gaussian of 1.5 pixels does that to
sharp photos; of paintings, flowers, garments and animals none is beyond by itself."""
ODD_SIZE = 4.0
"""Sides so many times as long or as short as the median's: brought to one size, such an image
has detail that others lack, or lacks what they have."""
ODD_ASPECT = 3.0
"""Longer over shorter side: of a square made of it, two thirds are border, or were cut off."""
GRAY = 8
"""Levels by which the colours of a gray pixel may differ after JPEG has rounded them."""
NATURE = 0.5
"""What more than this share of the images have is their nature: the rule of CleanVision, from
which the names are."""

_Badness = NDArray[Any]  # (n_images,) above 0 where an image is odd; NaN is not


class ImageQuality(Check):
    """Count what a person would want to look at; never above ``note``."""

    def run(self, data: ImageDataset, protocol: Protocol) -> list[Finding]:  # noqa: ARG002
        """Return one finding for each kind of oddity, the oddest images as its examples."""
        quality = measure(data.images)
        findings = []
        for name, oddity in _ODDITIES.items():
            with np.errstate(invalid="ignore"):
                badness = np.nan_to_num(oddity.badness(data, quality), nan=-np.inf)
            n_odd = int((badness > 0).sum())
            if not 0 < n_odd <= NATURE * len(data):
                continue
            worst = np.argsort(-badness, kind="stable")[: min(n_odd, 10)]
            findings.append(
                Finding(
                    "image-quality",
                    "note",
                    oddity.sentence(n_odd),
                    _(oddity.advice),
                    n_odd,
                    tuple(data.sources[row] for row in worst),
                    {name: n_odd / len(data)},
                )
            )
        return findings


def _too_coarse(_data: ImageDataset, quality: Quality) -> _Badness:
    known = quality.detail[np.isfinite(quality.detail)]
    usual = float(np.median(known)) if len(known) else np.inf
    return quality.detail - COARSER * usual


def _off_size(data: ImageDataset, _quality: Quality) -> _Badness:
    width, height = _sides(data)
    logarithms = np.log(width * height) / 2  # of the side of a square of as many pixels
    known = logarithms[np.isfinite(logarithms)]
    usual = float(np.median(known)) if len(known) else 0.0
    distance: _Badness = np.abs(logarithms - usual)
    distance -= np.log(ODD_SIZE)
    return distance


def _off_aspect(data: ImageDataset, _quality: Quality) -> _Badness:
    width, height = _sides(data)
    longer: _Badness = np.maximum(width / height, height / width)
    return longer - ODD_ASPECT


def _colourless(data: ImageDataset, quality: Quality) -> _Badness:
    is_gray = quality.spread <= GRAY
    return np.where(is_gray & (data.images.shape[-1] == 3), 1.0, -1.0)


def _sides(data: ImageDataset) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    facts = data.images.facts
    return facts[:, FACTS.index("width")], facts[:, FACTS.index("height")]


class _Oddity(NamedTuple):
    badness: Callable[[ImageDataset, Quality], _Badness]
    sentence: Callable[[int], str]
    advice: str


_LOOK = N_("Look at them, and leave out what a person could not classify either.")
_ODDITIES = {
    "dark": _Oddity(
        lambda _data, quality: DARK - quality.highlights,
        lambda n: ngettext(
            "{n} image is dark: hardly a pixel reaches a third of full brightness.",
            "{n} images are dark: hardly a pixel reaches a third of full brightness.",
            n,
        ),
        _LOOK,
    ),
    "light": _Oddity(
        lambda _data, quality: quality.shadows - LIGHT,
        lambda n: ngettext(
            "{n} image is light: nearly every pixel is almost white.",
            "{n} images are light: nearly every pixel is almost white.",
            n,
        ),
        _LOOK,
    ),
    "blurry": _Oddity(
        _too_coarse,
        lambda n: ngettext(
            "{n} image is blurry: its detail is more than twice as coarse as is usual here.",
            "{n} images are blurry: their detail is more than twice as coarse as is usual here.",
            n,
        ),
        _LOOK,
    ),
    "low_information": _Oddity(
        lambda _data, quality: BLANK - quality.entropy,
        lambda n: ngettext("{n} image is nearly blank.", "{n} images are nearly blank.", n),
        _LOOK,
    ),
    "odd_size": _Oddity(
        _off_size,
        lambda n: ngettext(
            "{n} image is more than four times larger or smaller than is usual here.",
            "{n} images are more than four times larger or smaller than is usual here.",
            n,
        ),
        N_("Made equally large, they are coarser or finer than the others: take better files."),
    ),
    "odd_aspect_ratio": _Oddity(
        _off_aspect,
        lambda n: ngettext(
            "{n} image has one side more than three times as long as the other.",
            "{n} images have one side more than three times as long as the other.",
            n,
        ),
        N_("Crop them to what matters: otherwise they are mostly border, or mostly cut off."),
    ),
    "grayscale": _Oddity(
        _colourless,
        lambda n: ngettext(
            "{n} image is gray among images in colour.",
            "{n} images are gray among images in colour.",
            n,
        ),
        N_("See whether they are of one class: a method could learn that instead of the content."),
    ),
}
