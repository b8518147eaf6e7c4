"""D-11 to D-13: one picture under two labels, or on both sides of a given split."""

import io
import json

import numpy as np
import pytest
from PIL import Image

from tests.data.pictures import encode, plant

GIVEN = (
    *("compare", "data", "--methods", "nearest-mean", "--no-floors", "--processes", "1"),
    *("--no-model", "--split", "given", "--out", "run"),
)


def photograph(seed):
    """A picture of blurred noise: like no other, and detailed enough to be known again."""
    small = np.random.default_rng(seed).integers(0, 256, (8, 8, 3), np.uint8)
    return Image.fromarray(small).resize((48, 48), Image.Resampling.BICUBIC)


def saved(picture, kind="PNG", **options):
    return encode(picture, kind, **options)


def in_parts(**more):
    """Train and test folders of two classes, and what is laid over them."""
    files = {
        f"{part}/{label}/{number}.png": saved(
            photograph(1000 * (part == "test") + 100 * (label == "dog") + 10 + number)
        )
        for part, count in (("train", 8), ("test", 4))
        for label in ("cat", "dog")
        for number in range(count)
    }
    return {**files, **more}


@pytest.fixture
def both_labels(tmp_path):
    """Two classes of photographs, one of which is in both."""
    files = {
        f"{label}/{number}.png": saved(photograph(100 * (label == "dog") + number))
        for label in ("cat", "dog")
        for number in range(8)
    }
    plant(tmp_path / "data", {**files, "dog/copy.png": files["cat/3.png"]})


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", ("1 image has a copy under another label", "94.12 %")),
        ("es", ("1 imagen tiene una copia con otra etiqueta", "94,12 %")),
    ],
)
def test_one_image_in_two_classes(both_labels, answer, language, words):
    """D-11: ``check`` sounds an alarm with pair and bound; ``compare`` says it and goes on."""
    found = answer("--lang", language, "check", "data")
    assert found.code == 0, found.err
    for word in (*words, "cat/3.png (cat) = dog/copy.png (dog)"):
        assert word in found.out
    methods = ("--methods", "nearest-mean", "--folds", "2", "--processes", "1", "--no-model")
    run = answer("--lang", language, "compare", "data", *methods, "--out", "run")
    assert run.code == 0, run.err
    assert "2 im" in run.err


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", ("1 of 9", "--allow-leak")),
        ("es", ("--allow-leak",)),
    ],
)
def test_an_exact_copy_in_train_and_test(answer, tmp_path, language, words):
    """D-12: nothing is started; with ``--allow-leak`` the count stands in the report."""
    train = saved(photograph(7))
    plant(tmp_path / "data", in_parts(**{"train/cat/x.png": train, "test/cat/y.png": train}))
    refused = answer("--lang", language, *GIVEN)
    assert refused.code == 3
    assert refused.err.rstrip().endswith("[E-DATA-LEAK]")
    for word in (*words, "test/cat/y.png", "train/cat/x.png"):
        assert word in refused.err
    assert not (tmp_path / "run").exists()
    assert answer("--lang", language, *GIVEN, "--allow-leak").code == 0
    content = json.loads((tmp_path / "run" / "comparison.json").read_text("utf-8"))
    assert content["dataset"]["copies"] == {"images": 2, "groups": 1, "leaked": 1}


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", "is a copy of a training image (test/cat/y.png ≈ train/cat/x.png)"),
        ("es", "(test/cat/y.png ≈ train/cat/x.png)"),
    ],
)
def test_a_near_copy_in_train_and_test(answer, tmp_path, language, words):
    """D-13: the same picture saved again is a warning with the pair; the run goes on."""
    picture = photograph(7)
    again = Image.open(io.BytesIO(saved(picture, "JPEG", quality=75)))
    files = {"train/cat/x.png": saved(picture), "test/cat/y.png": saved(again)}
    plant(tmp_path / "data", in_parts(**files))
    told = answer("--lang", language, *GIVEN)
    assert told.code == 0, told.err
    assert words in told.err
