"""The laws of ``vistazo.preprocessing``, for every step there is."""

import numpy as np
import pytest

from tests.preprocessing._steps import every_step, noise, step
from vistazo import catalog
from vistazo.errors import UsageError
from vistazo.preprocessing import Step
from vistazo.preprocessing.recipe import recipe_from_text, recipe_from_values

SHAPES = [
    (*sides, channels)
    for sides in ((1, 1), (1, 9), (9, 1), (2, 3), (16, 16), (23, 40))
    for channels in (1, 3)
]
each = pytest.mark.parametrize("text", every_step())


@each
def test_an_image_becomes_an_image(text):
    """Any image becomes uint8 of one or as many channels, and is itself left alone."""
    for shape in SHAPES:
        before = noise(shape)
        pixels = before.copy()
        pixels.flags.writeable = False
        changed = step(text).apply(pixels)
        assert changed.dtype == np.uint8
        assert changed.ndim == 3
        assert changed.shape[2] in (1, shape[2])
        assert changed.size > 0
        assert np.array_equal(pixels, before)


@each
@pytest.mark.parametrize("channels", [1, 3])
def test_no_chance_and_no_memory(text, channels):
    """The same image gives the same pixels, whatever was done before."""
    one, other = noise((17, 21, channels), seed=1), noise((17, 21, channels), seed=2)
    done = step(text)
    first = done.apply(one)
    done.apply(other)
    assert np.array_equal(done.apply(one), first)
    assert np.array_equal(step(text).apply(one.copy()), first)


@each
def test_the_shape_follows_from_the_shape(text):
    """Images of one shape keep having one shape, whatever they show."""
    for shape in SHAPES:
        shapes = {step(text).apply(noise(shape, seed)).shape for seed in range(2)}
        shapes.add(step(text).apply(np.full(shape, 200, np.uint8)).shape)
        assert shapes == {recipe_from_text(text).shape(shape)}
        assert {found[:2] for found in shapes} == {step(text).sides(*shape[:2])}


@each
def test_gray_with_three_channels_stays_gray(text):
    """An image of equal channels keeps equal channels."""
    gray = noise((20, 20, 1), seed=3)
    changed = step(text).apply(np.repeat(gray, 3, axis=2))
    assert np.array_equal(changed, np.repeat(changed[..., :1], changed.shape[2], axis=2))


@pytest.mark.parametrize("name", catalog.names("preprocessing"))
def test_every_file_is_one_step(name):
    """The class in a file is a step and is called like the file."""
    kind = catalog.load("preprocessing", name)
    assert issubclass(kind, Step)
    assert kind.name() == name
    assert catalog.summary("preprocessing", name).endswith(".")


@each
def test_a_step_is_written_as_it_is_read(text):
    """A recipe and its text, and its plain values, are the same."""
    recipe = recipe_from_text(text)
    assert recipe_from_text(recipe.text) == recipe
    assert recipe_from_values(recipe.to_values()) == recipe


def test_every_limit_holds_where_it_is_said():
    """What lies just outside the range of a parameter is refused, what lies on it is not."""
    inside = (
        *("clahe=1", "clahe=256:tiles=64", "gaussian=50", "median=15", "canny=0:high=1500"),
        *("canny:sigma=0", "rotate=360", "rotate=-360", "translate:x=1:y=-1", "translate:fill=0"),
        *("pad=4096:fill=255", "resize=4096x1", "crop=1"),
    )
    outside = (
        *("clahe=0.99", "clahe=256.1", "clahe:tiles=0", "clahe:tiles=65", "gaussian=0"),
        *("gaussian=50.1", "median=1", "median=17", "median=4", "canny=-1", "canny=201"),
        *("canny:high=1501", "canny:sigma=-0.1", "canny:sigma=51", "rotate=361"),
        *("translate:x=1.01", "translate:y=-1.01", "translate:fill=256", "pad:fill=-1"),
        *("resize=4097", "resize=0", "crop=0", "pad=64x4097", "rotate=1:fill=256"),
    )
    for text in inside:
        recipe_from_text(text)
    for text in outside:
        with pytest.raises(UsageError, match="E-VALUE"):
            recipe_from_text(text)
