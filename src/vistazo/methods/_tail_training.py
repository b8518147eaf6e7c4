"""How the last layers of a pretrained network are trained: which, on what, with what."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import torch
from numpy.typing import NDArray

from vistazo import catalog
from vistazo.data.images import Images
from vistazo.methods._networks import count_parameters, recipe_of
from vistazo.methods._on_frozen_network import counts
from vistazo.methods._tail_inputs import Pixels, inputs, views_of
from vistazo.training.device import faster_precision
from vistazo.training.history import History
from vistazo.training.loop import train
from vistazo.training.recipe import TrainingRecipe
from vistazo.training.several_views import SeveralViews
from vistazo.transfer.backbones import smallest_side
from vistazo.transfer.extraction import decided_engine, extract
from vistazo.transfer.feature_engine import TORCH, Engine
from vistazo.transfer.freezing import Advice, advice_on
from vistazo.transfer.frozen import Frozen
from vistazo.transfer.logistic import Head, Heads
from vistazo.transfer.networks import n_parts
from vistazo.transfer.prefix import Prefix
from vistazo.transfer.strength import chosen_strength
from vistazo.transfer.tail import Entry, Tail, begin_with
from vistazo.transfer.weights_by_name import RANDOM, published

RECIPE: dict[str, Any] = {
    "epochs": 10,
    "batch_size": 32,
    "optimizer": "adamw",
    "learning_rate": 3e-4,
    "schedule": "one-cycle",
    "patience": None,
    "validation_fraction": 0.0,
    "test_time_views": "flip",
}
"""Settings of the recipe that differ from its defaults; docs/experiments.md."""
_SCRATCH_SIDE = 64
"""Pixels of the images of the network that is trained from scratch: it takes every layer through
every epoch."""
_MOST_BYTES = 2**29
"""Of maps kept in memory; above it the frozen layers run in every epoch."""


@dataclass(frozen=True, eq=False)
class Decision:
    """What stays frozen, why, and the head to begin with; None begins at zero."""

    freeze: str
    advice: Advice | None = None
    head: Head | None = None


def asks_the_probe(freeze: str, probe_first: bool) -> bool:
    """Return whether the linear probe has to be solved before anything is trained."""
    return probe_first or freeze in ("auto", "all")


def probe_engine(frozen: Frozen, image_shape: tuple[int, ...], *, asked: bool) -> Engine:
    """Return what computes the features of the probe; torch where nobody asks it."""
    if frozen.engine == "auto" and not asked:
        return TORCH
    return decided_engine(frozen, image_shape)


def decide(
    frozen: Frozen,
    images: Images,
    codes: NDArray[np.int64],
    seed: int,
    freeze: str,
    probe_first: bool,
) -> Decision:
    """Return what stays frozen, and the head of the linear probe where it is begun with.

    Parameters
    ----------
    frozen : Frozen
    images : Images
        To be trained on.
    codes : ndarray of int64, shape (n_images,)
        Their classes.
    seed : int
        Of the inner folds.
    freeze : str
    probe_first : bool
    """
    if not asks_the_probe(freeze, probe_first):
        return Decision(freeze)
    heads = Heads(extract(frozen, images.pixels), codes)
    chosen = chosen_strength(heads, images.groups, seed)
    advice = None
    if freeze == "auto":
        advice = advice_on(codes, chosen, n_parts(frozen.name))
        freeze = advice.freeze
    if not probe_first and freeze != "all":
        return Decision(freeze, advice)
    everything = np.ones((1, len(codes)), bool)
    head = heads.solve(np.array([chosen.strength]), everything).head(0, 0)
    return Decision(freeze, advice, head)


def keeps_maps(prefix: Prefix, pixels: Pixels, recipe: TrainingRecipe) -> bool:
    """Return whether images go through the frozen layers once, not in every epoch."""
    if recipe.augmenter() or recipe.mixup or recipe.cutmix:
        return False
    views = [*views_of(pixels[:1], recipe.test_time_views)]
    one = prefix.features(torch.from_numpy(views[0]))
    return len(pixels) * len(views) * one.numel() * 2 <= _MOST_BYTES


def precompute_maps(
    prefix: Prefix,
    pixels: Pixels,
    recipe: TrainingRecipe,
    probe: bool,
    threads: int,
    progress: Callable[[int, int], None],
) -> None:
    """Keep what images give that every training, and the probe before it, will ask for."""
    if probe:
        extract(prefix.frozen, pixels, threads=threads, progress=progress)
    if prefix.n_layers and keeps_maps(prefix, pixels, recipe):
        for view in views_of(pixels, recipe.test_time_views):
            extract(prefix, view, threads=threads, progress=progress, dtype=np.float16)


def chosen_precision(
    prefix: Prefix,
    image_shape: tuple[int, int, int],
    batch_size: int,
    new_tail: Callable[[], Tail],
    device: torch.device,
) -> str:
    """Return the precision in which a tail learns faster on this machine."""
    maps = prefix.features(torch.zeros(1, *image_shape, dtype=torch.uint8)).to(device)
    batch = maps.repeat(batch_size, *[1] * (maps.ndim - 1))
    return faster_precision(lambda: new_tail().to(device), batch)


def train_tail(
    tail: Tail,
    prefix: Prefix,
    images: Images,
    codes: NDArray[np.int64],
    parts: tuple[NDArray[np.int64], NDArray[np.int64]],
    recipe: TrainingRecipe,
    seed: int,
    head: Head | None,
) -> History | None:
    """Train the layers after a prefix in place; None where a head alone is solved already.

    Parameters
    ----------
    tail : Tail
        On the device that it is trained on.
    prefix : Prefix
    images : Images
    codes : ndarray of int64, shape (n_images,)
        Their classes.
    parts : tuple of ndarray of int64
        Rows to train on, and rows that watch the training: the same where none were set aside.
    recipe : TrainingRecipe
    seed : int
    head : Head or None
        To begin with.
    """
    if head is not None:
        begin_with(tail, head)
    if len(tail) == 1:
        return None
    rows, watched = parts
    device = next(tail.parameters()).device
    pixels = images[rows].pixels
    maps = keeps_maps(prefix, pixels, recipe)
    network = tail if maps else tail.after(Entry(prefix))
    given = [
        inputs(prefix, view, device, maps=maps) for view in views_of(pixels, recipe.test_time_views)
    ]
    others = given[0]
    if watched is not rows:
        others = inputs(prefix, images[watched].pixels, device, maps=maps)
    targets = torch.from_numpy(codes).to(device)
    n_classes = int(codes.max()) + 1
    objective = SeveralViews(given, targets[rows], others, targets[watched], recipe, n_classes)
    return train(network, objective, recipe, torch.Generator().manual_seed(seed))


def from_scratch(
    weights: str, input_side: int | Literal["auto"], recipe: TrainingRecipe
) -> dict[str, Any]:
    """Return the parameters of the same network trained from scratch.

    Parameters
    ----------
    weights : str
        Published ones.
    input_side : int or "auto"
    recipe : TrainingRecipe
        Of the method; its views and its time limit are kept.
    """
    published_weights = published(weights)
    own = _scratch_recipe(published_weights.architecture)
    smallest = smallest_side(published_weights)
    side = _SCRATCH_SIDE if input_side == "auto" else min(input_side, _SCRATCH_SIDE)
    own.set_params(test_time_views=recipe.test_time_views, time_limit=recipe.time_limit)
    return {
        "weights": RANDOM + weights,
        "weights_file": None,
        "weights_sha256": None,
        "freeze": "none",
        "batch_norm": "trained",
        "depthwise": "trained",
        "probe_first": False,
        "input_side": max(side, smallest),
        "recipe": own,
    }


def _scratch_recipe(architecture: str) -> TrainingRecipe:
    known = architecture in catalog.names("architectures")
    return recipe_of(architecture) if known else TrainingRecipe()


def counted(prefix: Prefix, tail: Tail) -> tuple[int, int]:
    """Return how many numbers a whole network has with its head, and how many were trained."""
    parts = prefix.frozen.own_network().parts()
    frozen = sum(count_parameters(part) for part in parts[: prefix.n_layers])
    trained = sum(p.numel() for p in tail.parameters() if p.requires_grad)
    return frozen + count_parameters(tail), trained


def sentences(total: int, trained: int, advice: Advice | None) -> list[str]:
    """Return how much was trained and, where that was left open, why so much."""
    return [counts(total, trained), *([advice.sentence()] if advice else [])]
