"""Augmentations by name and in a line; their effects drawn on an image."""

import numpy as np
import pytest

from tests.transforms._oracles import generator
from vistazo.errors import UsageError
from vistazo.transforms.augmentation import EFFECTS, Augmentation
from vistazo.transforms.gallery import draw_augmentations, effects_of
from vistazo.transforms.policies import POLICIES, augmentation_named
from vistazo.transforms.trivial_augment import TrivialAugment

IMAGE = np.random.default_rng(0).integers(0, 256, (14, 10, 3), dtype=np.uint8)


@pytest.mark.parametrize("name", POLICIES)
def test_every_policy_is_valid(name):
    """Each name gives a fresh augmentation that passes its own check."""
    augmentation_named(name).check()
    assert augmentation_named(name) is not augmentation_named(name)


def test_none_does_nothing():
    """The policy without effects holds none."""
    assert effects_of(augmentation_named("none")) == {}


def test_document_000_has_keras_ranges():
    """Its parameters span what ImageDataGenerator draws from for the notebook's arguments."""
    drawn = augmentation_named("document-000").sample(20_000, (1, 28, 28), generator(5))
    # np.random.uniform(-10, 10); (-0.1, 0.1) * side; uniform(0.9, 1.1, 2); uniform(-5, 5)
    spans = {"rotation": 10, "shift_x": 2.8, "shift_y": 2.8, "shear": 5}
    for name, largest in spans.items():
        values = getattr(drawn, name)
        assert largest * 0.998 < values.max() <= largest * (1 + 1e-6)
        assert -largest * (1 + 1e-6) <= values.min() < -largest * 0.998
    for zoom in (drawn.zoom_x, drawn.zoom_y):
        assert 0.9 - 1e-6 <= zoom.min() < 0.9005
        assert 1.0995 < zoom.max() <= 1.1 + 1e-6
    assert not np.array_equal(drawn.zoom_x, drawn.zoom_y)
    assert abs(drawn.flip_horizontal.mean() - 0.5) < 5 * 0.5 / np.sqrt(20_000)
    assert not drawn.flip_vertical.any()
    assert augmentation_named("document-000").fill == "edge"


def test_document_004_flips_as_the_notebook():
    """Half of the images reach the flips, each flip happens to half of these, at random."""
    drawn = augmentation_named("document-004").sample(20_000, (3, 32, 32), generator(5))
    both = drawn.flip_horizontal & drawn.flip_vertical
    for happened, share in ((drawn.flip_horizontal, 0.25), (both, 0.125)):
        assert abs(happened.mean() - share) < 5 * np.sqrt(share * (1 - share) / 20_000)
    assert drawn.zoom_x.max() == 1
    assert 0.8 - 1e-6 <= drawn.zoom_x.min() < 0.805


def test_settings_in_a_line():
    """Settings written out are those of the class, numbers as numbers."""
    read = augmentation_named("rotation=10, fill=reflect,flip_horizontal=0.5")
    written = Augmentation(rotation=10.0, fill="reflect", flip_horizontal=0.5)
    assert read.get_params() == written.get_params()


@pytest.mark.parametrize(
    ("text", "code", "said"),
    [
        ("document-00", "E-NAME", "'document-000'"),
        ("rotatoin=10", "E-NAME", "'rotation'"),
        ("", "E-NAME", "light"),
        ("rotation=10,,", "E-NAME", ""),
        ("rotation=far", "E-VALUE", "0 ≤ x ≤ 180"),
        ("rotation=200", "E-VALUE", "augmentation.rotation"),
        ("zoom=", "E-VALUE", "0 ≤ x < 1"),
        ("fill=black", "E-VALUE", "edge | reflect | constant"),
    ],
)
def test_wrong_words_are_explained(text, code, said):
    """A name that does not exist gets the nearest, a value out of range gets the range."""
    with pytest.raises(UsageError) as caught:
        augmentation_named(text)
    assert caught.value.code == code
    assert said in str(caught.value)


@pytest.mark.parametrize("name", POLICIES)
def test_each_effect_is_drawn_alone(name):
    """Each effect held keeps its strength, always happens, and is the only one."""
    augmentation = augmentation_named(name)
    for effect, alone in effects_of(augmentation).items():
        assert [n for n in EFFECTS if getattr(alone, n)] == [effect]
        assert not isinstance(alone, TrivialAugment)
        assert alone.probability == 1
        chance = effect.startswith("flip") or effect == "erasing"
        assert getattr(alone, effect) == (1 if chance else getattr(augmentation, effect))
        assert alone.fill == augmentation.fill


@pytest.mark.parametrize("channels", [1, 3])
def test_examples_are_images_like_the_one_given(channels):
    """Examples have the shape and type of the image, mirror it exactly, and can be repeated."""
    image = IMAGE[:, :, :channels]
    augmentation = augmentation_named("strong")
    drawn = draw_augmentations(image, augmentation, 4, seed=3)
    assert list(drawn) == [*effects_of(augmentation), "all"]
    for examples in drawn.values():
        assert examples.shape == (4, *image.shape)
        assert examples.dtype == np.uint8
    assert (drawn["flip_horizontal"] == image[:, ::-1]).all()
    assert len({example.tobytes() for example in drawn["rotation"]}) == 4
    again = draw_augmentations(image, augmentation, 4, seed=3)
    assert all(np.array_equal(drawn[name], again[name]) for name in drawn)
    assert not np.array_equal(
        drawn["all"], draw_augmentations(image, augmentation, 4, seed=4)["all"]
    )


def test_without_effects_examples_are_the_image():
    """Drawing an augmentation that does nothing gives the image back."""
    drawn = draw_augmentations(IMAGE, Augmentation(), 2, seed=0)
    assert list(drawn) == ["all"]
    assert (drawn["all"] == IMAGE).all()
