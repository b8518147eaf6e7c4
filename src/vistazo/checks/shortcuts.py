"""Shortcuts: size, compression, border or mean colour alone tell the class of an image."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from math import ceil

import numpy as np
from numpy.typing import NDArray

from vistazo.checks import Check, Finding, Severity
from vistazo.checks._content import content
from vistazo.checks._guessing import Guess, guess
from vistazo.data.dataset import ImageDataset
from vistazo.data.images import FACTS
from vistazo.evaluation.protocol import Protocol
from vistazo.evaluation.statistics import holm
from vistazo.i18n import N_, _, number
from vistazo.randomness import derive_seed, generator

__all__ = ["Shortcuts"]

SAMPLE = 5_000
"""Images looked at, at most, drawn from each class in proportion: a balanced accuracy of so many
is known to about one point, and a shortcut matters only where it gives many."""
FOLDS = 5
"""Folds at least: with fewer, the test of a mean over folds finds next to nothing."""
_FEWEST = 20
"""Images of each class that stay in the sample, where there are as many."""
_LEVEL = 0.01
_GIVEN_AWAY = 0.5
"""How surely a class must be told from the others to be an example: halfway to certainty."""

_FAMILIES = {
    "size": N_("width and height"),
    "aspect_ratio": N_("the aspect ratio"),
    "file_size": N_("the file size"),
    "bytes_per_pixel": N_("the bytes per pixel"),
    "jpeg_quality": N_("the JPEG quality"),
    "border_colour": N_("the colour of the border"),
    "mean_colour": N_("the mean colour"),
}
_COLOURS = ("border_colour", "mean_colour")
_IN_GRAY = {
    "border_colour": N_("the brightness of the border"),
    "mean_colour": N_("the mean brightness"),
}

_Features = dict[str, NDArray[np.float64]]  # by family, each (n_images, n_features)


class Shortcuts(Check):
    """Guess the class from what should not tell it, on folds as a comparison draws them.

    Facts of the files (size, shape, compression) that tell the class are an ``alarm``: they
    come from how images were collected, and networks see their traces in the pixels. Colours
    are a ``note``: they may be content.
    """

    def run(self, data: ImageDataset, protocol: Protocol) -> list[Finding]:
        """Return at most one finding about facts of the files and one about colours."""
        folds = max(FOLDS, protocol.folds)
        rows = _sample(data, folds, protocol.seed)
        features = {**_of_files(data, rows), **_of_colours(data, rows)}
        features = {name: x for name, x in features.items() if (x != x[0]).any()}
        if not features:
            return []
        # folds need no pixels, and those of so many images would take room
        thin = replace(data, images=replace(data.images, pixels=data.images.pixels[:, :1, :1]))
        few = thin.take(rows)
        present = set(few.labels.tolist())
        few = replace(few, classes=tuple(name for name in few.classes if name in present))
        rules = Protocol(folds=folds, seed=protocol.seed, duplicates="ignore")
        splits = rules.splits(few)
        seed = derive_seed(protocol.seed, "shortcuts")
        guesses = {
            name: guess(x, few.codes, splits, len(few.classes), seed)
            for name, x in features.items()
        }
        clear = _clear(guesses)
        files = {name: found for name, found in clear.items() if name not in _COLOURS}
        colours = {name: found for name, found in clear.items() if name in _COLOURS}
        return [
            *_finding("alarm", files, guesses, few, len(data)),
            *_finding("note", colours, guesses, few, len(data)),
        ]


def _sample(data: ImageDataset, folds: int, seed: int) -> NDArray[np.int64]:
    """Return sorted rows that a comparison folds, of classes large enough for the folds."""
    eligible = data.rows("train", "validation")
    order = generator(seed, "shortcuts").permutation(eligible)
    share = min(1.0, SAMPLE / max(len(eligible), 1))
    groups = data.images.groups
    kept: list[NDArray[np.int64]] = [np.array([], np.int64)]
    for code in range(len(data.classes)):
        members = order[data.codes[order] == code]
        members = members[: max(ceil(share * len(members)), _FEWEST)]
        units = members if groups is None else np.unique(groups[members])
        if len(units) >= folds:
            kept.append(members)
    return np.sort(np.concatenate(kept)) if len(kept) > 2 else np.array([], np.int64)


def _of_files(data: ImageDataset, rows: NDArray[np.int64]) -> _Features:
    facts = data.images.facts[rows].astype(np.float64)  # (n_images, len(FACTS))
    width, height, file_bytes, quality = (
        facts[:, FACTS.index(name)] for name in ("width", "height", "file_bytes", "jpeg_quality")
    )
    # other formats than JPEG are a quality of their own
    quality = np.nan_to_num(quality, nan=-1)
    features = {
        "size": np.column_stack([width, height]),
        "aspect_ratio": (width / height)[:, None],
        "jpeg_quality": quality[:, None],
    }
    written = np.column_stack([width, height, quality])
    # of images that were written alike, the bytes only tell how busy the content is
    if (written != written[:1]).any():
        features["file_size"] = file_bytes[:, None]
        features["bytes_per_pixel"] = (file_bytes / (width * height))[:, None]
    return {name: x for name, x in features.items() if len(rows) and np.isfinite(x).all()}


def _of_colours(data: ImageDataset, rows: NDArray[np.int64]) -> _Features:
    channels = data.images.shape[-1]
    border, mean = (np.empty((len(rows), channels)) for _colour in _COLOURS)
    for place, row in enumerate(rows):
        image = content(data.images.pixels[row], data.images.fit)
        edges = (image[0], image[-1], image[:, 0], image[:, -1])
        border[place] = np.concatenate(edges).mean(axis=0)
        mean[place] = image.reshape(-1, channels).mean(axis=0)
    return {"border_colour": border, "mean_colour": mean} if len(rows) else {}


def _clear(guesses: Mapping[str, Guess]) -> dict[str, Guess]:
    """Return the guesses that are surely and visibly better than chance, the best first.

    Surely: p < 0.01 among all families (Holm). Visibly: the lower limit is above chance by a
    tenth of what is left to certainty, or by half a class, where classes are many.
    """
    adjusted = holm([found.p_value for found in guesses.values()])
    clear = {}
    for (name, found), p_value in zip(guesses.items(), adjusted, strict=True):
        least = min(0.1 * (1 - found.chance), 0.5 * found.chance)
        if p_value is not None and p_value < _LEVEL and found.low >= found.chance + least:
            clear[name] = found
    return dict(sorted(clear.items(), key=lambda item: -item[1].score))


def _finding(
    severity: Severity,
    clear: Mapping[str, Guess],
    guesses: Mapping[str, Guess],
    few: ImageDataset,
    n_all: int,
) -> Iterator[Finding]:
    if not clear:
        return
    (best, found), *others = clear.items()
    called = _FAMILIES if few.images.shape[-1] == 3 else {**_FAMILIES, **_IN_GRAY}
    values = {
        "family": _(called[best]),
        "score": number(found.score, 2),
        "low": number(found.low, 2),
        "high": number(found.high, 2),
        "chance": number(found.chance, 2),
        "n": number(len(few)),
        "n_all": number(n_all),
        "others": ", ".join(
            f"{_(called[name])} {number(other.score, 2)}" for name, other in others
        ),
    }
    text = N_(
        "From {family} alone, the class can be guessed with a balanced accuracy of {score} "
        "({low} to {high}), where chance gives {chance} ({n} of {n_all} images looked at)."
    )
    if others:
        text = N_(
            "From {family} alone, the class can be guessed with a balanced accuracy of {score} "
            "({low} to {high}), where chance gives {chance} ({n} of {n_all} images looked at); "
            "also from {others}."
        )
    if severity == "alarm":
        advice = _(
            "See where the files of each class come from, and make them alike: equally large "
            "originals, one size, one quality. The method 'metadata' shows in a comparison what "
            "can be had without looking."
        )
    else:
        advice = _(
            "No fault where colour belongs to the classes. A method that is worth its cost must "
            "beat this."
        )
    best_first = np.argsort(-found.told, kind="stable")
    given_away = [code for code in best_first if found.told[code] >= _GIVEN_AWAY]
    yield Finding(
        "shortcuts",
        severity,
        _(text, **values),
        advice,
        len(given_away),
        tuple(few.classes[code] for code in given_away[:10]),
        _measured(guesses, severity),
    )


def _measured(guesses: Mapping[str, Guess], severity: Severity) -> dict[str, float]:
    measured: dict[str, float] = {}
    for name, found in guesses.items():
        if (name in _COLOURS) == (severity == "note"):
            measured |= {name: found.score, f"{name}_low": found.low, f"{name}_high": found.high}
            measured |= {f"{name}_p_value": found.p_value, "chance": found.chance}
    return measured
