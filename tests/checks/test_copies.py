"""Checks of copies: planted ones are counted and named, clean data say nothing."""

from dataclasses import replace

import numpy as np
import pytest

from tests.data.altered import jpeg, turned
from vistazo.checks.contradictions import Contradictions
from vistazo.checks.copies_across_parts import CopiesAcrossParts
from vistazo.checks.exact_copies import ExactCopies
from vistazo.checks.near_copies import NearCopies
from vistazo.data.images import plain
from vistazo.data.reading import read_images
from vistazo.evaluation.protocol import Protocol

CHECKS = (ExactCopies, NearCopies, Contradictions, CopiesAcrossParts)


@pytest.fixture(scope="module")
def clean():
    """400 bundled images, none a copy of another."""
    return read_images("fashion-mnist-10k").limited(400)


def changed(data, pixels, labels=None, **more):
    labels = data.labels if labels is None else labels
    return replace(data, images=plain(pixels), labels=labels, **more)


def relabelled(data, rows):
    """Give rows the label of the next class."""
    labels = data.labels.copy()
    names = [data.classes[(data.codes[row] + 1) % len(data.classes)] for row in rows]
    labels[rows] = names
    return labels


@pytest.mark.parametrize("check", CHECKS)
@pytest.mark.parametrize("split", ["folds", "given"])
def test_clean_data_say_nothing(clean, check, split):
    """Without copies there is no finding, with parts or without."""
    parts = np.repeat(["train", "test"], [300, 100])
    assert check().run(clean, Protocol()) == []
    assert check().run(replace(clean, split=parts), Protocol(split=split)) == []


def test_equal_images_are_counted_but_the_first(clean):
    """Three repeats of two images are three, named with what they repeat."""
    pixels = clean.images.pixels.copy()
    pixels[[100, 101]], pixels[200] = pixels[7], pixels[8]
    data = changed(clean, pixels)
    (found,) = ExactCopies().run(data, Protocol())
    assert (found.severity, found.count) == ("note", 3)
    labelled = [f"{data.sources[row]}" for row in (100, 101, 200)]
    assert all(any(name in example for example in found.examples) for name in labelled)
    assert found.measured["share"] == 3 / 400
    (ignored,) = ExactCopies().run(data, Protocol(duplicates="ignore"))
    assert ignored.severity == "alarm"
    assert NearCopies().run(data, Protocol()) == []


def test_near_copies_are_counted_as_pairs_the_least_similar_first(clean):
    """A tenth of the images replaced by altered copies is found; examples are the doubtful ones."""
    pixels = clean.images.pixels.copy()
    for row in range(40):
        original = pixels[row]
        pixels[300 + row] = jpeg(original, 75) if row % 2 else turned(original, 11)
    (found,) = NearCopies().run(changed(clean, pixels), Protocol())
    assert 36 <= found.count <= 40
    assert found.severity == "note"
    assert len(found.examples) == 10
    copies = changed(clean, pixels).copies
    assert found.measured["lowest_similarity"] == copies.similarity.min()
    a, b = copies.pairs[copies.similarity.argmin()].tolist()
    assert clean.sources[a] in found.examples[0]
    assert clean.sources[b] in found.examples[0]


@pytest.mark.parametrize("seed", range(3))
def test_planted_contradictions_are_found_and_bound_the_accuracy(clean, seed):
    """3 % of the images, copied under another label, cost just their share of the accuracy."""
    print("seed", seed)
    pixels = clean.images.pixels.copy()
    chosen = np.random.default_rng(seed).permutation(400)[:24]
    originals, copied = chosen[:12], chosen[12:]
    pixels[copied] = pixels[originals]
    labels = clean.labels.copy()
    labels[copied] = relabelled(clean, originals)[originals]
    data = changed(clean, pixels, labels)
    (found,) = Contradictions().run(data, Protocol())
    assert (found.severity, found.count) == ("alarm", 12)
    assert found.measured["highest_accuracy"] == pytest.approx(1 - 12 / 400)
    assert "97" in found.what
    planted = [
        {f"{clean.sources[row]} ({labels[row]})" for row in pair}
        for pair in zip(originals.tolist(), copied.tolist(), strict=True)
    ]
    assert len(found.examples) == 10
    assert all(set(example.split(" ≈ ")) in planted for example in found.examples)


def test_the_bound_is_the_best_that_any_answers_get(clean):
    """Of a group with labels a, a, b, c two images are lost, whatever the answer."""
    pixels = clean.images.pixels.copy()
    pixels[1:4] = pixels[0]
    labels = clean.labels.copy()
    labels[:4] = np.array(clean.classes)[[0, 0, 1, 2]]
    data = changed(clean, pixels, labels)
    best = max(np.sum(labels[:4] == answer) for answer in clean.classes)
    (found,) = Contradictions().run(data, Protocol())
    assert found.measured["highest_accuracy"] == pytest.approx(1 - (4 - best) / 400)


def test_copies_under_one_label_contradict_nothing(clean):
    """Equal images with equal labels are no contradiction."""
    pixels, labels = clean.images.pixels.copy(), clean.labels.copy()
    pixels[5], labels[5] = pixels[6], labels[6]
    assert Contradictions().run(changed(clean, pixels, labels), Protocol()) == []


@pytest.mark.parametrize(
    ("protocol", "severities"),
    [
        (Protocol(split="given"), ["fatal", "alarm"]),
        (Protocol(split="given", allow_leak=True), ["alarm", "alarm"]),
        (Protocol(), ["note", "note"]),
    ],
)
def test_copies_across_given_parts(clean, protocol, severities):
    """Equal images in both parts are as grave as a comparison takes them, near ones mislead."""
    pixels = clean.images.pixels.copy()
    pixels[300:302] = pixels[:2]
    pixels[302:305] = [turned(image, 6) for image in pixels[10:13]]
    parts = np.repeat(["train", "test"], [300, 100])
    data = changed(clean, pixels, split=parts)
    found = CopiesAcrossParts().run(data, protocol)
    assert [finding.severity for finding in found] == severities
    assert [finding.count for finding in found] == [2, 3]
    assert clean.sources[0] in found[0].examples[0]
    assert clean.sources[300] in found[0].examples[0]
    assert found[1].measured["share_of_test"] == 0.03
