"""Learning-rate schedules against their closed forms."""

import math

import numpy as np
import pytest

from tests.training._small import generator, network, objective
from vistazo.training.loop import train
from vistazo.training.recipe import TrainingRecipe
from vistazo.training.schedule import rate_factor

STEPS = 10  # per epoch


def factors(epochs=8, **settings):
    recipe = TrainingRecipe(epochs=epochs, **settings)
    return [rate_factor(recipe, step, STEPS) for step in range(epochs * STEPS)]


@pytest.mark.parametrize(
    ("settings", "at"),
    [
        ({}, {0: 1.0, 79: 1.0}),
        ({"schedule": "plateau"}, {0: 1.0, 79: 1.0}),
        ({"schedule": "step", "decay": 0.1, "decay_epochs": 2}, {0: 1, 19: 1, 20: 0.1, 40: 0.01}),
        ({"schedule": "exponential", "decay": 0.25, "decay_epochs": 1}, {0: 1, 5: 0.5, 10: 0.25}),
        ({"schedule": "cosine"}, {0: 1.0, 40: 0.5, 20: (1 + math.sqrt(0.5)) / 2}),
        ({"schedule": "one-cycle"}, {0: 0.04, 10: 0.52, 20: 1.0, 50: 0.5}),
        ({"warmup_epochs": 2}, {0: 0.05, 9: 0.5, 19: 1.0, 50: 1.0}),
        ({"warmup_epochs": 2, "schedule": "cosine"}, {40: 0.5, 0: 0.05}),
    ],
)
def test_values(settings, at):
    """The factor at chosen steps is that of the formula."""
    found = factors(**settings)
    assert {step: pytest.approx(found[step], abs=1e-9) for step in at} == at


@pytest.mark.parametrize("schedule", ["cosine", "one-cycle"])
def test_annealing_ends_near_zero(schedule):
    """The last step is the smallest of the fall, next to nothing."""
    found = factors(schedule=schedule)
    assert found[-1] < 0.02
    assert np.all(np.diff(found[25:]) < 0)


def test_history_tells_the_rate_of_the_last_step():
    """The column holds the rate that an epoch ended with."""
    recipe = TrainingRecipe(
        epochs=4, batch_size=4, patience=None, learning_rate=0.01,
        schedule="step", decay=0.5, decay_epochs=1,
    )  # fmt: skip
    history = train(network(), objective(recipe), recipe, generator())
    assert history.columns["learning_rate"] == pytest.approx([0.01, 0.005, 0.0025, 0.00125])


def test_plateau_lowers_the_rate_when_nothing_gets_better():
    """The rate is multiplied after so many epochs without a lower validation loss."""
    recipe = TrainingRecipe(
        epochs=12, batch_size=8, patience=None, learning_rate=0.05,
        schedule="plateau", decay=0.1, decay_epochs=2,
    )  # fmt: skip
    history = train(network(), objective(recipe), recipe, generator())
    best, since, rate, expected = math.inf, 0, 0.05, []
    for loss in history.columns["validation_loss"]:
        expected.append(rate)
        best, since = (loss, 0) if loss < best else (best, since + 1)
        if since == 2:
            rate, since = rate * 0.1, 0
    assert history.columns["learning_rate"] == pytest.approx(expected)
    assert expected[-1] < 0.05, "this setting never stalls: the test proves nothing"
