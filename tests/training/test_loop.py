"""The loop against a slow, obvious second version; when it ends and what it keeps."""

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn import functional

from tests.training._small import IMAGES, N_TRAIN, TARGETS, generator, network, objective, weights
from vistazo.errors import DataError
from vistazo.training.history import listening
from vistazo.training.loop import train
from vistazo.training.recipe import TrainingRecipe
from vistazo.training.supervised import Supervised


def obvious(net, recipe, seed):
    """Train with the textbook loop: one image at a time into a batch, plain Adam."""
    chance = torch.Generator().manual_seed(seed)
    optimizer = torch.optim.Adam(net.parameters(), lr=recipe.learning_rate)
    for _ in range(recipe.epochs):
        order = torch.randperm(N_TRAIN, generator=chance).tolist()
        for start in range(0, N_TRAIN, recipe.batch_size):
            rows = order[start : start + recipe.batch_size]
            batch = torch.stack([IMAGES[row].float() / 255 for row in rows])
            target = torch.stack([TARGETS[row] for row in rows])
            loss = functional.cross_entropy(net(batch), target)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
    return net


def test_trains_as_the_textbook_loop_does():
    """After three epochs the weights are those of the obvious loop."""
    recipe = TrainingRecipe(epochs=3, batch_size=16, patience=None, restore_best_weights=False)
    net = network()
    train(net, objective(recipe), recipe, generator(7))
    for name, expected in obvious(network(), recipe, 7).state_dict().items():
        assert torch.allclose(net.state_dict()[name], expected, atol=1e-5), name


def test_one_batch_can_be_overfitted():
    """A network that can learn anything learns one batch by heart."""
    net = network()
    recipe = TrainingRecipe(epochs=150, batch_size=8, learning_rate=1e-2, patience=None)
    same = Supervised(IMAGES[:8], TARGETS[:8], IMAGES[:8], TARGETS[:8], recipe, 3)
    history = train(net, same, recipe, generator())
    assert history.columns["validation_accuracy"][-1] == 1.0
    assert history.columns["train_accuracy"][-1] == 1.0


def test_history_has_one_row_per_epoch_and_tells_the_listener():
    """Every column has a value per epoch; the listener hears of each once."""
    heard = []
    recipe = TrainingRecipe(epochs=4, patience=None)
    with listening(lambda history: heard.append(len(history))):
        history = train(network(), objective(recipe), recipe, generator())
    assert heard == [1, 2, 3, 4]
    assert history.stopped == "epochs"
    assert {name: len(values) for name, values in history.columns.items()} == dict.fromkeys(
        ("epoch", "train_loss", "train_accuracy", "validation_loss", "validation_accuracy",
         "learning_rate", "seconds"), 4,
    )  # fmt: skip
    assert history.best_epoch == 1 + int(np.argmin(history.columns["validation_loss"]))


def test_train_columns_are_means_over_the_images():
    """With one step per epoch they are the loss and accuracy before the step."""
    recipe = TrainingRecipe(epochs=1, batch_size=N_TRAIN, patience=None)
    net = network()
    with torch.inference_mode():
        logits = net(IMAGES[:N_TRAIN].float() / 255)
    history = train(net, objective(recipe), recipe, generator())
    expected = functional.cross_entropy(logits, TARGETS[:N_TRAIN]).item()
    assert history.columns["train_loss"] == [pytest.approx(expected, abs=1e-6)]
    right = (logits.argmax(1) == TARGETS[:N_TRAIN]).float().mean().item()
    assert history.columns["train_accuracy"] == [pytest.approx(right, abs=1e-6)]


@pytest.mark.parametrize("restored", [True, False])
def test_the_best_weights_are_restored_if_wanted(restored):
    """After training, the network validates exactly as in the epoch that is named."""
    recipe = TrainingRecipe(
        epochs=25, batch_size=4, learning_rate=2e-2, patience=None, restore_best_weights=restored
    )
    net, target = network(), objective(recipe)
    history = train(net, target, recipe, generator(0))
    net.eval()
    losses = history.columns["validation_loss"]
    assert np.argmin(losses) < 24, "this setting no longer overfits: the test proves nothing"
    assert history.best_epoch == (1 + int(np.argmin(losses)) if restored else 25)
    with torch.inference_mode():
        kept = target.validate(net)["loss"]
    assert kept == pytest.approx(losses[history.best_epoch - 1], abs=1e-6)


def test_a_loss_that_is_no_number_from_the_start_is_an_error():
    """Training that breaks down at once says so, with the epoch and what to lower."""
    recipe = TrainingRecipe(epochs=3, learning_rate=1e30, patience=None)
    with pytest.raises(DataError, match="E-TRAIN-NAN"):
        train(network(), objective(recipe), recipe, generator())


def test_a_loss_that_breaks_down_later_keeps_the_last_good_weights():
    """The weights of the best epoch before it are kept, and the history says why it ended."""
    recipe = TrainingRecipe(epochs=9, patience=None)
    net, target = network(), objective(recipe)
    seen = []

    def spoil(history):
        seen.append(weights(net))
        if len(history) == 3:
            target.images = target.images.float() * float("nan")

    with listening(spoil):
        history = train(net, target, recipe, generator())
    assert history.stopped == "nan"
    assert len(history) == 4
    assert history.best_epoch in (1, 2, 3)
    for name, tensor in net.state_dict().items():
        assert torch.equal(tensor, seen[history.best_epoch - 1][name]), name


def test_a_time_limit_ends_after_the_epoch():
    """No epoch starts after the limit; one is always trained."""
    recipe = TrainingRecipe(epochs=50, time_limit=1e-9)
    history = train(network(), objective(recipe), recipe, generator())
    assert len(history) == 1
    assert history.stopped == "time"


def test_a_last_batch_of_one_image_joins_the_one_before():
    """Batch normalisation of one value is undefined, so such a batch is never made."""
    net = nn.Sequential(nn.Flatten(), nn.Linear(36, 8), nn.BatchNorm1d(8), nn.Linear(8, 3))
    recipe = TrainingRecipe(epochs=2, batch_size=10, patience=None)
    history = train(net, objective(recipe, n=31), recipe, generator())
    assert np.isfinite(history.columns["train_loss"]).all()


def test_recipe_is_a_scikit_learn_estimator():
    """A grid search can reach inside a recipe."""
    from vistazo.methods.cnn import CNNClassifier

    method = CNNClassifier(recipe=TrainingRecipe()).set_params(recipe__epochs=7)
    assert method.recipe.epochs == 7
