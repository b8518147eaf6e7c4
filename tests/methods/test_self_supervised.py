"""Self-supervision inside a fit: what is read, what is taken over, what it is compared with."""

import numpy as np
import pytest
import torch

from tests.conftest import stripes
from vistazo import catalog, persistence
from vistazo.data.images import plain
from vistazo.errors import DataError, UsageError, VistazoWarning
from vistazo.evaluation.controls import controls_among
from vistazo.methods._pretrained_start import sentences
from vistazo.methods.cnn import CNNClassifier
from vistazo.methods.self_supervised import SelfSupervisedClassifier
from vistazo.pretext._from_text import task_from_text
from vistazo.pretraining import pretrain
from vistazo.randomness import drawn_seed
from vistazo.training.recipe import TrainingRecipe
from vistazo.workflows.naming import chosen_methods

PIXELS, LABELS = stripes(n_per_class=10)
pytestmark = pytest.mark.filterwarnings("ignore:The pretraining")
SHORT = {"batch_size": 8, "precision": "float32", "patience": None}


def quick(task="simclr", epochs=2, **settings):
    settings = {
        "pretraining": TrainingRecipe(**SHORT, epochs=2, learning_rate=1e-3),
        "recipe": TrainingRecipe(**SHORT, epochs=epochs, learning_rate=1e-3),
        "random_state": 0,
    } | settings
    return SelfSupervisedClassifier(task=task, **settings)


def numbers(method):
    return {name: tensor.clone() for name, tensor in method.network_.state_dict().items()}


@pytest.mark.parametrize("then", ["fine-tune", "probe", "both"])
@pytest.mark.parametrize("task", ["simclr", "inpainting,mask=pixels", "none"])
def test_it_learns_the_classes(task, then):
    """Whatever it learned before, and whatever learns them."""
    # with none set aside, the weights that are kept do not hang on a guess about three images
    settings = {"validation_fraction": 0.0, "schedule": "one-cycle", "learning_rate": 3e-3}
    pixels, labels = stripes(side=12)
    method = quick(task, then=then, recipe=TrainingRecipe(**SHORT, **settings, epochs=12))
    method.fit(pixels, labels)
    assert (method.predict(pixels) == labels).mean() > 0.8
    assert (method.strength_ is None) == (then == "fine-tune")
    assert hasattr(method, "history_") == (then != "probe")
    assert (method.pretraining_ is None) == (task == "none")
    assert method.n_trainable_ < method.n_parameters_ or then != "probe"


def test_what_classifies_is_what_was_pretrained():
    """A probe's features are those of a pretraining by itself, on its rows, to the last bit."""
    seen = {}

    def noted(task, architecture, pixels, parts, *rest, **settings):
        seen["parts"] = parts
        return pretrain(task, architecture, pixels, parts, *rest, **settings)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("vistazo.methods.self_supervised.pretrain", noted)
        method = quick("inpainting", then="probe").fit(PIXELS, LABELS)
    assert method.rows_read_.tolist() == list(range(len(PIXELS)))
    alone = pretrain(
        task_from_text("inpainting"),
        "fast-cnn",
        PIXELS,
        seen["parts"],
        method.pretraining,
        seed=drawn_seed(0),
    )
    found = method.network_[0].backbone.state_dict()
    assert all(torch.equal(t, found[n]) for n, t in alone.backbone.state_dict().items())


def test_a_fold_is_pretrained_on_its_training_images_alone():
    """Other images of the data set change nothing; the rows that were read are on record."""
    rows = np.arange(24)
    changed = PIXELS.copy()
    changed[24:] = 255 - changed[24:]
    methods = [quick().fit(plain(pixels)[rows], LABELS[rows]) for pixels in (PIXELS, changed)]
    first, second = map(numbers, methods)
    assert all(torch.equal(first[name], second[name]) for name in first)
    assert methods[0].rows_read_.tolist() == rows.tolist()
    assert methods[0].pretraining_["n_images"] < len(rows)


def test_the_control_is_the_same_network_from_the_same_start():
    """Without its pretraining; fine-tuning it is training from scratch."""
    control = quick().control()
    assert (control.task, control.then, control.recipe.epochs) == ("none", "fine-tune", 2)
    assert control.control() is None
    control.fit(PIXELS, LABELS)
    scratch = CNNClassifier(architecture="fast-cnn", recipe=quick().recipe, random_state=0)
    scratch.fit(PIXELS, LABELS)
    assert np.array_equal(control.predict_proba(PIXELS), scratch.predict_proba(PIXELS))
    assert not np.array_equal(
        quick().fit(PIXELS, LABELS).predict_proba(PIXELS), control.predict_proba(PIXELS)
    )


def test_a_tensor_that_does_not_arrive_is_an_error(monkeypatch):
    """By its name."""

    def forgetful(self, state, *_rest, **_options):
        for name, tensor in self.named_parameters():
            if name != "layers.0.0.weight":
                tensor.data.copy_(state[name])
        for name, tensor in self.named_buffers():
            tensor.copy_(state[name])

    monkeypatch.setattr("vistazo.architectures.fast_cnn.FastCNN.load_state_dict", forgetful)
    with pytest.raises(DataError, match=r"\(1\): layers\.0\.0\.weight.*E-WEIGHTS-LOST"):
        quick().fit(PIXELS, LABELS)


def test_a_collapse_is_told():
    """The warning comes from the fit."""
    method = quick(
        "vicreg,variance=0,covariance=0",
        pretraining=TrainingRecipe(**SHORT, epochs=5, learning_rate=3e-3),
    )
    with pytest.warns(VistazoWarning, match="other_images"):
        method.fit(PIXELS, LABELS)
    assert method.pretraining_["alarms"] == ["other_images"]


def test_names_on_the_command_line():
    """Each task is a variant, and brings its control, which is a floor of the report."""
    chosen = chosen_methods(
        ["self-supervised", "self-supervised:inpainting"],
        floors=True,
        settings=["self-supervised.pretraining.epochs=3", "self-supervised.then=probe"],
        epochs=4,
    )
    own = {n: m for n, m in chosen.items() if n.startswith("self-supervised")}
    assert set(own) == {
        *("self-supervised:simclr", "self-supervised:random-simclr"),
        "self-supervised:random-trained-simclr",
        "self-supervised:random-trained-inpainting",
        *("self-supervised:inpainting", "self-supervised:random-inpainting"),
    }
    for name, method in own.items():
        assert (method.task == "none") == (name in controls_among(own))
        trained = ":random-trained-" in name
        assert method.then == ("fine-tune" if trained else "probe")
        assert method.recipe.epochs == 4
        if method.task != "none":
            assert method.pretraining.epochs == 3
    assert own["self-supervised:inpainting"].pretraining.learning_rate == 5e-4


@pytest.mark.parametrize(
    ("settings", "code"),
    [
        ({"task": "simclear"}, "E-NAME"),
        ({"task": "simclr,heat=1"}, "E-NAME"),
        ({"task": "simclr,temperature=0"}, "E-VALUE"),
        ({"task": "simclr,temperature=warm"}, "E-VALUE"),
        ({"then": "guess"}, "E-VALUE"),
        ({"architecture": "none-such"}, "E-NAME"),
        ({"architecture": "vgg-16", "task": "inpainting"}, "E-PRETEXT-MAP"),
        ({"recipe": TrainingRecipe(normalization="group")}, "E-VALUE"),
        ({"pretraining": TrainingRecipe(mixup=0.2)}, "E-PRETEXT-RECIPE"),
    ],
)
def test_what_cannot_be_is_refused(settings, code):
    """Before anything is trained."""
    with pytest.raises(UsageError, match=code):
        quick(**settings).check()


def test_a_folder_keeps_both_trainings(tmp_path):
    """Answers, facts and notes are the same."""
    method = quick().fit(PIXELS, LABELS)
    persistence.save(method, tmp_path / "model")
    model = persistence.load(tmp_path / "model")
    assert np.array_equal(model.predict_proba(PIXELS), method.predict_proba(PIXELS))
    (note,) = method.notes()
    assert "27 images, 2 epochs" in note
    assert catalog.load("methods", "self-supervised") is SelfSupervisedClassifier
    assert sentences(None) == []
