"""What stays frozen: the notation, and the advice with its reasons."""

import numpy as np
import pytest

from vistazo.errors import UsageError
from vistazo.transfer.freezing import (
    ALIKE,
    FEW,
    MANY,
    advice_on,
    check_freeze,
    n_frozen,
    similarity,
)
from vistazo.transfer.strength import Chosen

NONE = np.zeros(0, np.int64)


def probe(codes, share_right):
    """Predictions of which the same share of every class is right."""
    predicted = codes.copy()
    for code in np.unique(codes):
        rows = np.flatnonzero(codes == code)
        wrong = rows[round(share_right * len(rows)) :]
        predicted[wrong] = (code + 1) % 2
    return Chosen(1.0, np.arange(len(codes)), predicted)


@pytest.mark.parametrize(
    ("freeze", "frozen"), [("all", 18), ("none", 0), ("all-but-6", 12), ("all-but-18", 0)]
)
def test_the_notation_says_how_many_first_layers_stay(freeze, frozen):
    """All, none, or all but the last N."""
    assert n_frozen(freeze, 18) == frozen


@pytest.mark.parametrize("wrong", ["some", "all-but-0", "all-but-19", "all-but-x", "6", ""])
def test_other_texts_are_refused_with_the_number_of_layers(wrong):
    """What is no notation, or asks for more layers than there are."""
    with pytest.raises(UsageError, match="18") as caught:
        check_freeze(wrong, 18)
    assert caught.value.code == "E-FREEZE"


def test_similarity_is_zero_by_chance_and_one_without_mistakes():
    """Balanced: a class with few images counts as much as one with many."""
    codes = np.array([0] * 90 + [1] * 10)
    assert similarity(codes, probe(codes, 1.0)) == 1
    assert similarity(codes, probe(codes, 0.5)) == pytest.approx(0)
    always = Chosen(1.0, np.arange(100), np.zeros(100, np.int64))
    assert similarity(codes, always) == pytest.approx(0)
    assert similarity(codes, Chosen(1.0, NONE, NONE)) is None


@pytest.mark.parametrize(
    ("per_class", "share_right", "n_layers", "freeze"),
    [
        (FEW - 1, 1.0, 18, "all"),
        (FEW - 1, 0.5, 18, "all"),
        (FEW, 1.0, 18, "all-but-6"),
        (MANY, 1.0, 18, "all-but-6"),
        (MANY, (1 + ALIKE) / 2 - 0.05, 18, "all-but-12"),
        (MANY - 1, 0.5, 18, "all-but-6"),
        (MANY, 1.0, 1, "all"),
    ],
)
def test_few_images_train_the_head_and_many_unlike_ones_most_layers(
    per_class, share_right, n_layers, freeze
):
    """The four cases, and a network of one piece, which has no last layers."""
    codes = np.repeat([0, 1], per_class)
    advice = advice_on(codes, probe(codes, share_right), n_layers)
    assert advice.freeze == freeze
    assert advice.images_per_class == per_class
    assert freeze in advice.sentence()


def test_without_a_second_image_of_a_class_nothing_is_known():
    """Then the head alone is trained."""
    codes = np.arange(3)
    advice = advice_on(codes, Chosen(1.0, NONE, NONE), 18)
    assert (advice.freeze, advice.similarity) == ("all", None)
    assert "–" in advice.sentence()
