"""Pretraining: what it reads, what it decides, what it leaves."""

import numpy as np
import pytest
import torch

from tests.conftest import stripes
from vistazo.errors import DataError, UsageError
from vistazo.pretext.inpainting import Inpainting
from vistazo.pretext.simclr import SimCLR
from vistazo.pretext.vicreg import VICReg
from vistazo.pretraining import pretrain
from vistazo.training.checkpoint_place import checkpointing
from vistazo.training.history import listening
from vistazo.training.recipe import TrainingRecipe

PIXELS, LABELS = stripes(n_per_class=16)
CODES = np.unique(LABELS, return_inverse=True)[1]
PARTS = np.arange(30), np.arange(30, 40)


def run(task=None, pixels=PIXELS, parts=PARTS, codes=None, architecture="fast-cnn", **settings):
    recipe = {"epochs": 2, "batch_size": 8, "precision": "float32", "patience": None} | settings
    return pretrain(
        task or Inpainting(), architecture, pixels, parts, TrainingRecipe(**recipe), codes=codes
    )


def test_it_learns_and_says_what_it_was_before():
    """All weights have moved; the loss on images set aside is lower; curves have every number."""
    pretrained = run(epochs=10, learning_rate=5e-3, codes=CODES)
    names = [n for n, _ in pretrained.backbone.named_parameters()]
    assert all(pretrained.digests_before[n] != pretrained.digests_after[n] for n in names)
    assert pretrained.after["loss"] < pretrained.before["loss"]
    kept, columns = pretrained.history.best_epoch - 1, pretrained.history.columns
    assert {n: columns[f"validation_{n}"][kept] for n in pretrained.after} == pretrained.after
    assert {"knn_accuracy", "probe_accuracy", "spread", "effective_rank"} <= set(pretrained.after)
    assert not pretrained.backbone.training


def test_no_other_row_is_read():
    """Whatever stands in the rows that were not given, to the last bit."""
    changed = PIXELS.copy()
    changed[40:] = 255 - changed[40:]
    assert run().digests_after == run(pixels=changed).digests_after
    changed[3] = 255 - changed[3]
    assert run().digests_after != run(pixels=changed).digests_after


def test_nothing_is_learned_from_labels():
    """With labels, without, or with wrong ones the weights are the same."""
    wrong = np.random.default_rng(0).permutation(CODES)
    weights = [run(SimCLR(), codes=codes).digests_after for codes in (None, CODES, wrong)]
    assert weights[0] == weights[1] == weights[2]


def test_the_seed_and_the_task_decide():
    """Twice is the same; another mask is not."""
    assert run().digests_after == run().digests_after
    assert run().digests_after != run(Inpainting(mask="pixels")).digests_after


def test_a_pretraining_that_was_ended_goes_on_to_the_same_weights(tmp_path):
    """Wherever it was; another task does not take its place."""

    class EndedError(Exception):
        pass

    def end_after_two(history):
        if len(history) == 2:
            raise EndedError

    whole = run(epochs=4)
    with checkpointing(tmp_path, every=0.0):
        with pytest.raises(EndedError), listening(end_after_two):
            run(epochs=4)
        epochs = []
        with listening(lambda history: epochs.append(len(history))):
            other = run(Inpainting(mask="pixels"), epochs=4)
            assert epochs == [1, 2, 3, 4]
            continued = run(epochs=4)
    assert len(epochs) < 8
    assert continued.digests_after == whole.digests_after != other.digests_after


class _Pulled(SimCLR):
    """Broken on purpose: views shall be alike, and nothing keeps images apart."""

    def compare(self, one, other):
        return {"loss": -torch.nn.functional.cosine_similarity(one, other).mean()}


@pytest.mark.parametrize("task", [_Pulled(), VICReg(variance=0.0, covariance=0.0)])
def test_a_collapse_is_an_alarm(task):
    """Views of different images become as alike as views of one."""
    pretrained = run(task, epochs=20, learning_rate=3e-3)
    assert pretrained.collapsed == ["other_images"]


def test_what_keeps_images_apart_gives_no_alarm():
    """The sound loss, on the same images for as long."""
    assert run(SimCLR(), epochs=20, learning_rate=3e-3).collapsed == []


@pytest.mark.parametrize(
    "settings",
    [
        {"label_smoothing": 0.1},
        {"mixup": 0.2},
        {"class_weights": "balanced"},
        {"augmentation": "light"},
    ],
)
def test_settings_that_need_labels_are_refused(settings):
    """By their names."""
    (name,) = settings
    with pytest.raises(UsageError, match=rf"{name}.*E-PRETEXT-RECIPE"):
        run(**settings)


def test_one_image_is_too_few():
    """In a sentence."""
    with pytest.raises(DataError, match="E-PRETEXT-FEW"):
        run(parts=(np.arange(1), np.arange(1, 4)))


def test_a_network_without_a_map_can_tell_views_apart():
    """Its features are what is judged."""
    pretrained = run(SimCLR(), epochs=1, architecture="lenet-5", pixels=_large())
    assert pretrained.after["effective_rank"] > 0


def _large():
    return np.pad(PIXELS, ((0, 0), (4, 4), (4, 4), (0, 0)))
