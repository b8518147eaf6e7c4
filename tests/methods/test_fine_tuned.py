"""Fine-tuning: where it begins, what it changes, what it says of itself."""

import numpy as np
import pytest
import torch

from tests.conftest import stripes
from vistazo import persistence
from vistazo.errors import UsageError
from vistazo.evaluation.controls import controls_among
from vistazo.methods import _tail_training
from vistazo.methods._tail_training import RECIPE
from vistazo.methods.fine_tuned import FineTunedClassifier
from vistazo.methods.linear_probe import LinearProbeClassifier
from vistazo.training.checkpoint import Checkpoint
from vistazo.training.checkpoint_place import checkpointing
from vistazo.training.recipe import TrainingRecipe
from vistazo.transfer.frozen import Frozen
from vistazo.transfer.weights_by_name import RANDOM
from vistazo.workflows.naming import chosen_methods, method_from_name

PIXELS, LABELS = stripes(n_per_class=8)
NAME = "imagenet-efficientnet-lite0"
SHORT = {"epochs": 2, "batch_size": 8, "precision": "float32"}


def quick(recipe=None, **settings):
    """Two epochs of the last layer, on small images."""
    settings = {"input_side": 64, "freeze": "all-but-1", "random_state": 0} | settings
    recipe = TrainingRecipe(**(RECIPE | SHORT | (recipe or {})))
    return FineTunedClassifier(recipe=recipe, **settings)


def test_it_can_begin_as_the_linear_probe():
    """Where it is asked to: with steps of no length its answers are those of the probe."""
    still = quick({"learning_rate": 1e-12, "test_time_views": "none"}, probe_first=True)
    still.fit(PIXELS, LABELS)
    probe = LinearProbeClassifier(input_side=64, random_state=0).fit(PIXELS, LABELS)
    assert np.allclose(still.predict_proba(PIXELS), probe.predict_proba(PIXELS), atol=2e-3)
    moved = quick({"test_time_views": "none"}).fit(PIXELS, LABELS)
    assert not np.allclose(moved.predict_proba(PIXELS), probe.predict_proba(PIXELS), atol=2e-3)


def test_only_what_is_not_frozen_changes():
    """Statistics and the filters of single channels are as they came; all the rest has moved."""
    method = quick(freeze="all-but-2").fit(PIXELS, LABELS)
    *layers, head = method.network_
    assert head.weight.abs().max() > 0
    assert len(layers) == 2
    for layer, as_it_came in zip(layers, Frozen(NAME, 64).own_network().parts()[-2:], strict=True):
        before = as_it_came.state_dict()
        for name, tensor in layer.state_dict().items():
            stays = any(word in name for word in ("depthwise", "running", "num_batches"))
            assert torch.equal(tensor, before[name]) == stays, name


def test_parameters_are_counted():
    """All of the backbone and its head; the head alone; everything."""
    backbone, head = 3_371_008, 1280 * 3 + 3
    counts = [
        (method.n_parameters_, method.n_trainable_)
        for method in (
            quick(freeze="all").fit(PIXELS, LABELS),
            quick({"epochs": 1}, freeze="none", depthwise="trained").fit(PIXELS, LABELS),
        )
    ]
    assert counts == [(backbone + head, head), (backbone + head, backbone + head)]


def test_what_was_left_open_is_decided_and_said():
    """``freeze="auto"`` looks at the images given; the reason is in the notes and the state."""
    method = quick(freeze="auto").fit(PIXELS[:6], LABELS[:6])
    assert method.freeze_ == method.advice_.freeze == "all"
    assert method.advice_.images_per_class == 2
    counts, reason = method.notes()
    assert "3,374,851" in counts
    assert "freeze=auto chose all" in reason
    assert quick(freeze="all").fit(PIXELS[:6], LABELS[:6]).notes() == [counts]


def test_maps_that_are_kept_change_no_more_than_rounding(monkeypatch):
    """Where they do not fit, the frozen layers run in every epoch: the same training."""
    kept = quick().fit(PIXELS, LABELS)
    monkeypatch.setattr(_tail_training, "_MOST_BYTES", 0)
    again = quick().fit(PIXELS, LABELS)
    assert np.allclose(kept.predict_proba(PIXELS), again.predict_proba(PIXELS), atol=0.02)


def test_augmentation_changes_images_in_every_epoch():
    """It reaches the training through the frozen layers, and replays from the seed."""
    plain = quick({"test_time_views": "none"}).fit(PIXELS, LABELS)
    settings = {"test_time_views": "none", "augmentation": "light"}
    one, same = (quick(settings).fit(PIXELS, LABELS).history_["train_loss"] for _ in range(2))
    assert one == same
    assert one != plain.history_["train_loss"]


def test_where_everything_is_frozen_it_is_the_linear_probe():
    """The head is solved already: nothing is trained, also where a fit before it did."""
    method = quick({"test_time_views": "none"}).fit(PIXELS, LABELS)
    assert len(method.history_["epoch"]) == method.best_epoch_ == 2
    method.set_params(freeze="all").fit(PIXELS, LABELS)
    assert not hasattr(method, "history_")
    probe = LinearProbeClassifier(input_side=64, random_state=0).fit(PIXELS, LABELS)
    assert np.allclose(method.predict_proba(PIXELS), probe.predict_proba(PIXELS), atol=2e-3)


def test_images_set_aside_are_held_out():
    """By default all are trained on; with a share set aside those are predicted."""
    assert quick().fit(PIXELS, LABELS).inner_predictions_ is None
    inner = quick({"validation_fraction": 0.25}).fit(PIXELS, LABELS).inner_predictions_
    assert inner.held_out
    assert len(inner.rows) == 6


def test_the_control_is_trained_from_scratch():
    """Nothing from elsewhere, every layer, its own recipe; by its name it is the same."""
    _name, method = method_from_name("fine-tuned")
    control = method.control()
    assert (control.weights, control.freeze) == (RANDOM + NAME, "none")
    assert (control.batch_norm, control.depthwise) == ("trained", "trained")
    assert not control.probe_first
    assert control.recipe.optimizer == "sgd"
    assert control.control() is None
    name, by_name = method_from_name(f"fine-tuned:{RANDOM}{NAME}")
    assert controls_among([name, f"fine-tuned:{NAME}"]) == {name}
    assert repr(by_name) == repr(control)
    chosen = chosen_methods(["fine-tuned"], time_limit="90s")
    assert list(chosen)[-2:] == [name, f"fine-tuned:{NAME}"]
    assert chosen[name].recipe.time_limit == 90
    assert name not in chosen_methods(["fine-tuned"], floors=False)


def test_from_scratch_every_layer_is_trained():
    """From the first convolution on, each parameter is another one than at the start."""
    twin = quick().control()
    twin.set_params(random_state=0, recipe__epochs=1, recipe__batch_size=8)
    twin.fit(PIXELS, LABELS)
    begun = Frozen(RANDOM + NAME, 64).own_network().parts()
    for trained, before in zip(twin.network_, begun, strict=False):
        for (name, one), other in zip(trained.named_parameters(), before.parameters(), strict=True):
            assert not torch.equal(one, other), name
    assert len(twin.network_) == len(begun) + 1


def test_a_model_that_is_kept_answers_the_same(tmp_path):
    """The trained layers are in the folder; what came from elsewhere is known by its name."""
    method = quick(freeze="auto").fit(PIXELS, LABELS)
    loaded = persistence.load(persistence.save(method, tmp_path / "model")).estimator
    assert np.array_equal(loaded.predict_proba(PIXELS), method.predict_proba(PIXELS))
    assert loaded.notes() == method.notes()


def test_a_training_that_was_ended_goes_on_to_the_same_weights(tmp_path, monkeypatch):
    """A checkpoint of the trained layers continues to the last bit."""
    whole = quick({"epochs": 3}).fit(PIXELS, LABELS)
    monkeypatch.setattr(Checkpoint, "write_when_due", _stopping())
    with checkpointing(tmp_path), pytest.raises(KeyboardInterrupt):
        quick({"epochs": 3}).fit(PIXELS, LABELS)
    monkeypatch.undo()
    with checkpointing(tmp_path):
        again = quick({"epochs": 3}).fit(PIXELS, LABELS)
    assert again.history_["train_loss"] == whole.history_["train_loss"]
    for name, tensor in whole.network_.state_dict().items():
        assert torch.equal(tensor, again.network_.state_dict()[name])


def _stopping():
    seen = []

    def write(checkpoint, training):
        seen.append(1)
        if len(seen) == 4:
            checkpoint.write(training)
            raise KeyboardInterrupt

    return write


@pytest.mark.parametrize(
    ("settings", "code"),
    [
        ({"weights": "imagenet-resnet-50"}, "E-NAME"),
        ({"freeze": "most"}, "E-FREEZE"),
        ({"freeze": "all-but-19"}, "E-FREEZE"),
        ({"batch_norm": "thawed"}, "E-VALUE"),
        ({"depthwise": "thawed"}, "E-VALUE"),
    ],
)
def test_settings_that_cannot_be(settings, code):
    """Found before any image is looked at."""
    with pytest.raises(UsageError) as caught:
        FineTunedClassifier(**settings).fit(PIXELS, LABELS)
    assert caught.value.code == code
