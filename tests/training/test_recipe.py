"""Every setting of a recipe has a range, and its error names it."""

import pytest

from vistazo.errors import UsageError
from vistazo.training.recipe import TrainingRecipe
from vistazo.transforms.augmentation import Augmentation

WRONG = [
    {"epochs": 0}, {"batch_size": 0}, {"learning_rate": 0.0}, {"learning_rate": "fast"},
    {"optimizer": "adamax"}, {"momentum": 1.0}, {"weight_decay": -1}, {"layer_decay": 0.0},
    {"l1": -1e-9}, {"l2": -1},
    {"schedule": "linear"}, {"decay": 1.0}, {"decay_epochs": 0}, {"warmup_epochs": -1},
    {"clip_norm": 0.0}, {"ema_decay": 1.0}, {"label_smoothing": 1.0}, {"focal_gamma": -1},
    {"class_weights": "rare"}, {"mixup": -1}, {"cutmix": -0.1}, {"test_time_views": "all"},
    {"dropout": 1.0}, {"normalization": "instance"}, {"patience": 0}, {"monitor": "loss"},
    {"mode": "less"}, {"min_delta": -1.0}, {"validation_fraction": 0.6}, {"time_limit": 0.0},
    {"precision": "float16"},
]  # fmt: skip


@pytest.mark.parametrize("wrong", WRONG, ids=lambda wrong: next(iter(wrong)))
def test_settings_out_of_range_are_refused(wrong):
    """Each setting has a range, and the error names it."""
    with pytest.raises(UsageError, match=f"'{next(iter(wrong))}'.*E-VALUE"):
        TrainingRecipe(**wrong).check()


def test_every_setting_is_tried_out_of_range():
    """No setting can be added without a range: those without one can hold nothing wrong."""
    free = {"restore_best_weights", "balanced_sampling", "augmentation"}
    tried = {next(iter(wrong)) for wrong in WRONG}
    assert set(TrainingRecipe().get_params()) - free == tried


def test_the_default_recipe_is_sound():
    """Nothing in it is out of range."""
    TrainingRecipe().check()


@pytest.mark.parametrize(
    ("augmentation", "code"),
    [("lihgt", "E-NAME"), ("rotation=400", "E-VALUE"), (Augmentation(zoom=2.0), "E-VALUE")],
)
def test_a_wrong_augmentation_is_refused(augmentation, code):
    """Names of policies and strengths are checked with the recipe."""
    with pytest.raises(UsageError, match=code):
        TrainingRecipe(augmentation=augmentation).check()
