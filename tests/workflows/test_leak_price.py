"""The price of a leak: nothing where nothing leaks, and what copies add where they do."""

import numpy as np
import pytest

from tests.data.altered import jpeg, turned
from vistazo.data.arrays import from_arrays
from vistazo.data.reading import read_images
from vistazo.evaluation.protocol import Protocol
from vistazo.workflows.leak_price import _clustered_error, leak_price


def with_copies(data, share, seed):
    """Append copies of a share of the images, turned by up to 12 degrees or saved as JPEG."""
    rng = np.random.default_rng(seed)
    rows = rng.permutation(len(data))[: round(share * len(data))]
    copies = [
        turned(data.images.pixels[row], rng.integers(-12, 13))
        if position % 2
        else jpeg(data.images.pixels[row], 75)
        for position, row in enumerate(rows)
    ]
    return from_arrays(
        np.concatenate([data.images.pixels, copies]),
        np.concatenate([data.labels, data.labels[rows]]),
        classes=data.classes,
    )


def test_clean_data_have_no_price():
    """Without copies both scores are one number and the price is exactly 0."""
    data = read_images("fashion-mnist-10k").limited(200)
    price = leak_price(data, Protocol(folds=3), processes=1)
    assert price.naive == price.grouped
    assert (price.price, price.low, price.high, price.n_copies) == (0, 0, 0, 0)


def test_copies_raise_the_naive_score():
    """Where every image has a copy, the naive score is far above the grouped one."""
    data = with_copies(read_images("fashion-mnist-10k").limited(150), 1.0, seed=0)
    price = leak_price(data, Protocol(folds=3), processes=1)
    assert price.n_copies >= 0.9 * len(data)
    assert price.price == pytest.approx(price.naive - price.grouped)
    assert price.low < price.price < price.high
    assert price.low > 0.05


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(2))
def test_a_tenth_of_copies_is_paid_for_and_grouping_gives_the_clean_value(seed):
    """With 10 % altered copies the naive score rises, and the grouped one is the clean one."""
    print("seed", seed)
    clean = read_images("fashion-mnist-10k").limited(1500, seed)
    price = leak_price(with_copies(clean, 0.1, seed), processes=1)
    honest = leak_price(clean, processes=1).naive
    assert price.low > 0
    assert price.naive > honest
    # the copies are scored too: the grouped value is that of other images, a little
    half = (price.high - price.low) / 2
    assert abs(price.grouped - honest) < half


def test_in_a_given_split_training_copies_are_left_out():
    """Naive trains on copies of test images, the second time these are not trained on."""
    data = read_images("fashion-mnist-10k").limited(240)
    pixels = np.concatenate([data.images.pixels, data.images.pixels[:80]])
    labels = np.concatenate([data.labels, data.labels[:80]])
    parts = np.repeat(["train", "test"], [240, 80])
    leaky = from_arrays(pixels, labels, classes=data.classes, split=parts)
    price = leak_price(leaky, Protocol(split="given"), processes=1)
    assert price.naive > 0.95
    assert price.grouped < 0.85
    assert price.low > 0


def test_the_error_is_that_of_resampled_groups():
    """The closed form agrees with the spread over bootstrap samples of whole groups."""
    rng = np.random.default_rng(0)
    groups = np.repeat(np.arange(400), 3)
    codes = np.repeat(rng.integers(0, 2, 400), 3)
    weight = 1 / (np.bincount(codes)[codes] * 2)
    difference = np.repeat(rng.choice([-1.0, 0.0, 0.0, 1.0, 1.0], 400), 3)
    error = _clustered_error(weight * difference, weight, codes, groups)
    sums = []
    for _ in range(2000):
        rows = (rng.integers(0, 400, 400)[:, None] * 3 + np.arange(3)).ravel()
        means = [difference[rows][codes[rows] == code].mean() for code in (0, 1)]
        sums.append(np.mean(means))
    assert error == pytest.approx(np.std(sums), rel=0.08)
