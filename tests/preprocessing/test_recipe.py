"""Recipes: in a line, in a file, as plain values; what is wrong is told with where."""

import numpy as np
import pytest

from tests.preprocessing._steps import noise
from vistazo.errors import UsageError
from vistazo.preprocessing.recipe import Recipe, recipe_from_text, recipe_from_values
from vistazo.preprocessing.recipe.file import read_recipe


def test_steps_are_done_in_order():
    """A recipe is its steps one after the other, on one image and on many."""
    images = noise((4, 20, 30, 3))
    recipe = recipe_from_text("grayscale, resize=16:fit=crop ,equalise")
    one, two, three = (
        recipe_from_text(text) for text in ("grayscale", "resize=16:fit=crop", "equalise")
    )
    expected = np.stack([three.apply(two.apply(one.apply(image))) for image in images])
    assert np.array_equal(np.stack([recipe.apply(image) for image in images]), expected)
    assert np.array_equal(recipe.apply_to_all(images), expected)
    assert recipe.shape((20, 30, 3)) == expected.shape[1:] == (16, 16, 1)


def test_none_changes_nothing():
    """``none`` has no steps, and gives the very array that it got."""
    images = noise((2, 5, 6, 3))
    recipe = recipe_from_text("none")
    assert recipe == Recipe()
    assert recipe.text == "none"
    assert recipe.apply_to_all(images) is images
    assert recipe.shape((5, 6, 3)) == (5, 6, 3)


@pytest.mark.parametrize(
    ("text", "size"),
    [("resize=8", (8, 8)), ("crop,resize=8x9,gaussian", (8, 9)), ("resize=8,pad=12x10", (12, 10)),
     ("pad,equalise", None), ("resize=4,resize=7,crop=5", (5, 5)), ("none", None)],
)  # fmt: skip
def test_the_size_that_every_image_gets(text, size):
    """``size`` is what images of all shapes get, and None where that differs."""
    recipe = recipe_from_text(text)
    assert recipe.size == size
    got = {recipe.shape(shape)[:2] for shape in ((3, 40, 1), (40, 3, 3), (9, 9, 3))}
    assert got == {size} if size else len(got) > 1


@pytest.mark.parametrize(
    ("text", "idle"),
    [("crop", []), ("crop=40", ["crop:size=40"]), ("crop=40x5", []), ("grayscale,median", []),
     ("pad=9", ["pad:size=9:fill=127"]),
     ("resize=8,crop,pad=4", ["crop:size=none", "pad:size=4:fill=127"]),
     ("resize=8,resize=8", ["resize:size=8:fit=pad"])],
)  # fmt: skip
def test_steps_that_find_nothing_to_do(text, idle):
    """A step that should change sides, and changes those of no image, is named."""
    assert recipe_from_text(text).idle([(20, 30), (30, 30)]) == idle


@pytest.mark.parametrize(
    ("text", "code", "words"),
    [
        ("resiz=3", "E-NAME", ["'resiz'", "'resize'"]),
        ("grayscale,,equalise", "E-NAME", ["''"]),
        ("", "E-NAME", ["''"]),
        ("none,equalise", "E-NAME", ["'none'"]),
        ("resize=6:siz=3", "E-NAME", ["'resize.siz'", "'resize.size'"]),
        ("resize", "E-STEP", ["'resize'", "'size'", "HxW", "resize=VALUE"]),
        ("grayscale=3", "E-STEP", ["'grayscale' takes no value"]),
        ("resize=6:size=7", "E-STEP", ["given twice"]),
        ("canny:low=1:low=2", "E-STEP", ["canny:low=1:low=2"]),
        ("clahe:3", "E-STEP", ["clahe:3"]),
        ("resize=8:fit=crp", "E-VALUE", ["'resize.fit'", "'crp'", "pad | crop | stretch"]),
        ("resize=8x", "E-VALUE", ["'resize.size'", "'8x'"]),
        ("median=3.5", "E-VALUE", ["'median.size'", "a whole number"]),
        ("gaussian=inf", "E-VALUE", ["'gaussian.sigma'", "a number"]),
        ("clahe=0.02", "E-VALUE", ["'clahe.clip' is 0.02", "1 ≤ x ≤ 256"]),
        (",".join(["grayscale"] * 51), "E-VALUE", ["steps", "51", "≤ 50"]),
    ],
)
def test_a_wrong_line_is_told(text, code, words):
    """What cannot be a recipe names the step, the parameter and what it must be."""
    with pytest.raises(UsageError) as caught:
        recipe_from_text(text)
    assert caught.value.code == code
    for word in words:
        assert word in str(caught.value)


def test_plain_values_of_any_form():
    """A step may be text, its name with its main value, or with its parameters."""
    forms = [
        "resize=64",
        {"resize": 64},
        {"resize": "64x64"},
        {"resize": {"size": 64, "fit": "pad"}},
    ]
    assert len({recipe_from_values([form]) for form in forms}) == 1
    assert recipe_from_values([{"equalise": None}, {"equalise": {}}]).text == "equalise,equalise"
    for wrong in (3, {"a": 1, "b": 2}, {}, None):
        with pytest.raises(UsageError, match="E-STEP"):
            recipe_from_values([wrong])


FILE = """\
# what all photos get
steps:
  - grayscale
  - resize: 64
  - clahe: {clip: 3, tiles: 4}
  - canny:
      low: 50
  - median=5
  - crop:
"""


def test_a_file_and_a_line_are_the_same(tmp_path):
    """A YAML file gives the recipe that its line gives."""
    (tmp_path / "r.yaml").write_text(FILE)
    line = "grayscale,resize=64,clahe=3:tiles=4,canny=50,median=5,crop"
    assert read_recipe(tmp_path / "r.yaml") == recipe_from_text(line)


@pytest.mark.parametrize(
    ("text", "code", "words"),
    [
        (FILE.replace("clahe", "clah"), "E-RECIPE", ["line 5, step 3", "'clah'", "'clahe'"]),
        (FILE.replace("50", "5000"), "E-RECIPE", ["line 6, step 4", "canny.low", "5000"]),
        (FILE.replace("low:", "lou:"), "E-RECIPE", ["line 6, step 4", "'canny.low'"]),
        (FILE.replace(": 64", ": [6, 4]"), "E-RECIPE", ["line 4, step 2"]),
        (FILE.replace("- grayscale", "- [3]"), "E-RECIPE", ["line 3, step 1"]),
        (FILE.replace("steps:", "stpes:"), "E-NAME", ["'stpes'", "'steps'"]),
        ("", "E-RECIPE", ["steps:"]),
        ("steps: 64", "E-RECIPE", ["steps:"]),
        ("- resize: 64", "E-RECIPE", ["steps:"]),
        ("steps: [a: b: c]", "E-CONFIG-YAML", ["line 1"]),
        ("[" * 3000, "E-CONFIG-DEEP", []),
        ("steps: !!python/object/apply:os.system [echo]", "E-CONFIG-TAG", ["line 1"]),
        (FILE + "steps: [resize: 8]\n", "E-CONFIG-TWICE", ["'steps'", "line 2", "line 10"]),
        ("x" * 2_000_000, "E-CONFIG-FILE", ["larger"]),
    ],
)
def test_a_wrong_file_is_told_with_the_line(tmp_path, text, code, words):
    """What is wrong in a file is told with its line and the number of the step."""
    path = tmp_path / "r.yaml"
    path.write_text(text)
    with pytest.raises(UsageError) as caught:
        read_recipe(path)
    assert caught.value.code == code
    for word in words:
        assert word in str(caught.value)


def test_a_file_that_cannot_be_read(tmp_path):
    """A missing file, a folder and bytes that are no text are told as such."""
    (tmp_path / "bytes").write_bytes(b"\xff\xfe\xff")
    for name in ("absent", ".", "bytes"):
        with pytest.raises(UsageError, match="E-CONFIG-FILE"):
            read_recipe(tmp_path / name)
