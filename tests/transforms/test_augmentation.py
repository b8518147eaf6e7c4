"""What is drawn, how often and how strong; what replaying and slicing keep."""

import math

import numpy as np
import pytest
import torch
from sklearn.base import clone

from tests.transforms._oracles import batch, generator
from vistazo.errors import UsageError
from vistazo.transforms.augmentation import EFFECTS, Augmentation
from vistazo.transforms.erasing import erased_boxes
from vistazo.transforms.photometric import altered
from vistazo.transforms.policies import POLICIES
from vistazo.transforms.trivial_augment import TrivialAugment

SHAPE = (1, 20, 30)
N = 20_000
SEED = 7
EVERY = {
    **{
        "flip_horizontal": 0.3,
        "flip_vertical": 0.6,
        "rotation": 25,
        "shift_x": 0.2,
        "shift_y": 0.3,
    },
    **{"zoom": 0.2, "shear": 10, "brightness": 0.1, "contrast": 0.4, "erasing": 0.25},
}
UNIFORM = {
    "rotation": (-25, 25),
    "shift_x": (-6, 6),
    "shift_y": (-6, 6),
    "zoom_x": (0.8, 1.2),
    "zoom_y": (0.8, 1.2),
    "shear": (-10, 10),
    "brightness": (-0.1, 0.1),
    "contrast": (0.6, 1.4),
}


def check_uniform(values, low, high, name):
    """Bounds exactly; mean and variance within five standard errors of a uniform's."""
    said = f"{name}, seed {SEED}"
    assert values.min() >= low - 1e-6, said
    assert values.max() <= high + 1e-6, said
    spread = (high - low) / math.sqrt(12)
    assert abs(values.mean() - (low + high) / 2) < 5 * spread / math.sqrt(len(values)), said
    # the variance of a squared deviation of a uniform is 4/5 of the squared variance
    error = math.sqrt(0.8 / len(values)) * spread**2
    assert abs(values.var() - spread**2) < 5 * error, said


def check_share(happened, share, name):
    """A share within five standard errors of a probability."""
    error = math.sqrt(share * (1 - share) / len(happened))
    assert abs(happened.mean() - share) <= 5 * error, f"{name}, seed {SEED}"


def test_strengths_are_uniform():
    """Each strength is uniform between its bounds, each flip and erasing has its probability."""
    drawn = Augmentation(**EVERY).sample(N, SHAPE, generator(SEED))
    for name, (low, high) in UNIFORM.items():
        check_uniform(getattr(drawn, name).astype(float), low, high, name)
    check_share(drawn.flip_horizontal, 0.3, "flip_horizontal")
    check_share(drawn.flip_vertical, 0.6, "flip_vertical")
    check_share(drawn.erased.any(1), 0.25, "erasing")


def test_strengths_are_independent():
    """No two strengths are correlated by more than five standard errors."""
    drawn = Augmentation(**EVERY).sample(N, SHAPE, generator(SEED))
    table = np.stack([getattr(drawn, name) for name in (*UNIFORM, "flip_horizontal")])
    apart = np.corrcoef(table) - np.eye(len(table))
    assert np.abs(apart).max() < 5 / math.sqrt(N), f"seed {SEED}"


def test_probability_is_of_each_effect():
    """Each effect happens with the probability, and both shifts, or both flips, together."""
    drawn = Augmentation(**EVERY, probability=0.4).sample(N, SHAPE, generator(SEED))
    for name in ("rotation", "shift_x", "shift_y", "shear", "brightness"):
        check_share(getattr(drawn, name) != 0, 0.4, name)
    for name in ("zoom_x", "zoom_y", "contrast"):
        check_share(getattr(drawn, name) != 1, 0.4, name)
    check_share(drawn.flip_horizontal, 0.12, "flip_horizontal")
    check_share(drawn.flip_horizontal & drawn.flip_vertical, 0.4 * 0.3 * 0.6, "both flips")
    check_share(drawn.erased.any(1), 0.1, "erasing")
    assert np.array_equal(drawn.shift_x != 0, drawn.shift_y != 0)
    check_uniform(drawn.rotation[drawn.rotation != 0].astype(float), -25, 25, "rotation")


def test_joint_zoom_keeps_the_proportions():
    """A joint zoom is uniform and the same along both axes."""
    drawn = Augmentation(zoom=0.3, zoom_mode="joint").sample(N, SHAPE, generator(SEED))
    assert np.array_equal(drawn.zoom_x, drawn.zoom_y)
    check_uniform(drawn.zoom_x.astype(float), 0.7, 1.3, "zoom")


def test_a_crop_lies_inside():
    """A crop shows a window uniform in size, anywhere in the image and nowhere outside."""
    drawn = Augmentation(zoom=0.3, zoom_mode="crop").sample(N, SHAPE, generator(SEED))
    check_uniform(drawn.zoom_x.astype(float), 0.7, 1.0, "zoom")
    for shift, side in ((drawn.shift_x, 30), (drawn.shift_y, 20)):
        room = (1 - drawn.zoom_x.astype(float)) * side / 2
        wide = room > 0.01
        check_uniform(shift[wide] / room[wide], -1, 1, "window")


def test_noise_is_normal():
    """Noise has mean 0 and the drawn deviation, uniform up to the setting."""
    noise = Augmentation(noise=0.2).sample(2000, (3, 10, 10), generator(SEED)).noise
    deviations = noise.std((1, 2, 3)).astype(float)
    assert abs(noise.mean()) < 5 * 0.2 / math.sqrt(3 * noise.size), f"seed {SEED}"
    # each is known to 1/sqrt(2 * 300) of itself
    assert deviations.max() < 0.2 * (1 + 5 / math.sqrt(600)), f"seed {SEED}"
    assert abs(deviations.mean() - 0.1) < 5 * 0.2 / math.sqrt(12 * 2000), f"seed {SEED}"
    standard = (noise / noise.std((1, 2, 3), keepdims=True)).ravel()
    assert abs((standard**4).mean() - 3) < 0.05, f"seed {SEED}"  # a normal's kurtosis, nearly


@pytest.mark.parametrize(("height", "width"), [(20, 30), (28, 28), (5, 40), (1, 1), (64, 3)])
def test_erased_rectangles_lie_inside(height, width):
    """Rectangles lie inside and, but for rounding, cover 2 to 40 % with sides up to 1 to 3.3."""
    uniform = np.random.default_rng(SEED).random((N, 4), np.float32)
    top, left, bottom, right = erased_boxes(np.ones(N, bool), uniform, height, width).T
    assert top.min() >= 0
    assert left.min() >= 0
    assert bottom.max() <= height
    assert right.max() <= width
    assert (bottom > top).all()
    assert (right > left).all()
    if (height, width) == (28, 28):
        areas = (bottom - top) * (right - left) / 784
        assert abs(areas.mean() - 0.21) < 0.005
        assert areas.min() > 0.01
        assert areas.max() < 0.43
        aspects = (bottom - top) / (right - left)
        assert 0.2 < aspects.min() < 0.35
        assert 2.9 < aspects.max() < 4.5


@pytest.mark.parametrize("policy", ["document-000", "document-004", "strong", "auto"])
@pytest.mark.parametrize(("channels", "height", "width"), [(1, 28, 28), (3, 17, 12), (3, 1, 5)])
def test_replaying_and_slicing_give_the_same_bytes(policy, channels, height, width):
    """The same parameters give the same bytes, a part of them those of its images."""
    images = batch(33, channels, height, width)
    kept = images.clone()
    augmentation = POLICIES[policy]()
    drawn = augmentation.sample(33, (channels, height, width), generator(SEED))
    whole = augmentation.apply(images, drawn)
    assert torch.equal(images, kept)
    assert not torch.equal(whole, images)
    assert torch.equal(whole, augmentation.apply(images, drawn))
    for rows in (slice(0, 1), slice(5, 22), np.array([30, 2, 2])):
        assert torch.equal(augmentation.apply(images[rows], drawn[rows]), whole[rows])


def test_the_mean_gray_does_not_depend_on_the_batch():
    """A large image alone, whose sum torch shares among threads, changes as in a batch."""
    images = batch(2, 1, 500, 400)
    augmentation = Augmentation(contrast=0.9)
    drawn = augmentation.sample(2, (1, 500, 400), generator(SEED))
    threads = torch.get_num_threads()
    torch.set_num_threads(2)
    try:
        whole = augmentation.apply(images, drawn)
        for row in (slice(0, 1), slice(1, 2)):
            assert torch.equal(augmentation.apply(images[row], drawn[row]), whole[row])
    finally:
        torch.set_num_threads(threads)


@pytest.mark.parametrize("policy", POLICIES)
@pytest.mark.parametrize("channels", [1, 3])
def test_shape_layout_and_range_stay(policy, channels):
    """What comes back is float32 in channels-last memory, in [0, 1] up to rounding."""
    images = batch(40, channels, 15, 10).round()
    augmentation = POLICIES[policy]()
    drawn = augmentation.sample(40, (channels, 15, 10), generator(SEED))
    found = augmentation.apply(images, drawn)
    assert found.shape == images.shape
    assert found.dtype == torch.float32
    assert found.is_contiguous(memory_format=torch.channels_last)
    assert found.min() >= -1e-6
    assert found.max() <= 1 + 1e-6


def test_the_same_state_draws_the_same():
    """The same generator state gives the same images; the next draw gives others."""
    images = batch(8)
    augmentation = Augmentation(**EVERY, noise=0.1)
    one, other = generator(SEED), generator(SEED)

    def drawn(state):
        return augmentation.apply(images, augmentation.sample(8, (3, 11, 8), state))

    first = drawn(one)
    assert torch.equal(first, drawn(other))
    assert not torch.equal(first, drawn(one))


def test_strengths_leave_no_trace_in_the_generator():
    """However strong, however many images, the generator advances alike."""
    states = []
    for policy in POLICIES.values():
        for n_images in (1, 50):
            state = generator(SEED)
            policy().sample(n_images, SHAPE, state)
            states.append(torch.rand(1, generator=state))
    assert len(set(map(float, states))) == 1


@pytest.mark.parametrize("name", [name for name in EFFECTS if name not in ("noise", "erasing")])
def test_changing_one_strength_changes_no_other(name):
    """Switching one effect off leaves all that is drawn for the others."""
    alone = {"zoom": {"zoom_x", "zoom_y"}}.get(name, {name})
    whole = Augmentation(**EVERY).sample(50, SHAPE, generator(SEED))
    less = Augmentation(**(EVERY | {name: 0})).sample(50, SHAPE, generator(SEED))
    for field in {*UNIFORM, "flip_horizontal", "flip_vertical", "erased"} - alone:
        np.testing.assert_array_equal(getattr(whole, field), getattr(less, field), field)
    for field in alone:
        assert not np.array_equal(getattr(whole, field), getattr(less, field))


def test_strength_zero_is_the_identity():
    """Without strengths, or with probability 0, the images themselves come back."""
    images = batch(6)
    for augmentation in (Augmentation(), Augmentation(**EVERY, noise=0.1, probability=0)):
        found = augmentation.apply(images, augmentation.sample(6, (3, 11, 8), generator()))
        assert torch.equal(found, images)


@pytest.mark.parametrize("channels", [1, 3])
def test_values_change_as_pillow_says(channels):
    """Contrast scales around the mean gray, brightness is added, what leaves [0, 1] is cut."""
    images = batch(30, channels, 9, 14)
    augmentation = Augmentation(contrast=0.9, brightness=0.4)
    drawn = augmentation.sample(30, (channels, 9, 14), generator(SEED))
    found = altered(images, drawn).numpy()
    luma = np.array([0.2989, 0.587, 0.114])[:, None, None] if channels == 3 else 1.0
    for i, image in enumerate(images.numpy().astype(float)):
        gray = (image * luma).sum(0).mean()
        expected = (image - gray) * drawn.contrast[i] + gray + drawn.brightness[i]
        np.testing.assert_allclose(found[i], np.clip(expected, 0, 1), atol=1e-5)


def test_erasing_fills_its_rectangle_alone():
    """Within the rectangle all is the fill value, without it all is as it was."""
    images = batch(40, 3, 12, 9)
    augmentation = Augmentation(erasing=0.5, fill_value=0.75)
    drawn = augmentation.sample(40, (3, 12, 9), generator(SEED))
    expected = images.clone()
    for i, (top, left, bottom, right) in enumerate(drawn.erased):
        expected[i, :, top:bottom, left:right] = 0.75
    assert torch.equal(augmentation.apply(images, drawn), expected)


def test_noise_is_added():
    """An image is itself plus its noise, cut to [0, 1]."""
    images = batch(5)
    augmentation = Augmentation(noise=0.5, probability=0.5)
    drawn = augmentation.sample(5, (3, 11, 8), generator(SEED))
    expected = np.clip(images.numpy() + np.moveaxis(drawn.noise, 3, 1), 0, 1)
    assert np.array_equal(augmentation.apply(images, drawn), expected)


def test_trivial_augment_draws_one_effect():
    """Each image gets one effect or none, each as often, its strength uniform."""
    trivial = TrivialAugment(rotation=30, shift_x=0.2, shear=10, contrast=0.5, noise=0.1)
    drawn = trivial.sample(N, (1, 4, 4), generator(SEED))
    noisy = drawn.noise.any((1, 2, 3))
    moved = (drawn.rotation != 0, drawn.shift_x != 0, drawn.shear != 0)
    happened = np.stack((*moved, drawn.contrast != 1, noisy))
    assert happened.sum(0).max() == 1
    for row in (*happened, ~happened.any(0)):
        check_share(row, 1 / 6, "TrivialAugment")
    check_uniform(drawn.rotation[happened[0]].astype(float), -30, 30, "rotation")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *(("flip_horizontal", 1.1), ("rotation", 181), ("shift_x", -0.1), ("zoom", 1.0)),
        *(("shear", 90), ("contrast", float("nan")), ("noise", float("inf")), ("erasing", "0.5")),
        *(("fill", "nearest"), ("zoom_mode", "out"), ("fill_value", 2), ("probability", None)),
    ],
)
def test_values_out_of_range_are_refused(name, value):
    """A setting out of its range is E-VALUE and named in full."""
    with pytest.raises(UsageError) as caught:
        Augmentation(**{name: value}).check()
    assert caught.value.code == "E-VALUE"
    assert f"augmentation.{name}" in str(caught.value)


def test_settings_are_scikit_learns():
    """Settings survive cloning, and each bound that may be reached passes the check."""
    settings = {"rotation": 180, "shift_x": 1, "flip_vertical": 1, "noise": 0, "fill": "reflect"}
    copy = clone(Augmentation(**settings))
    assert settings.items() <= copy.get_params().items()
    copy.check()
