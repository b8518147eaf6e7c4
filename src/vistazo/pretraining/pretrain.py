"""Let a network learn a pretext task, and keep its backbone."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from vistazo import catalog
from vistazo.architectures import Backbone
from vistazo.errors import DataError, UsageError
from vistazo.i18n import N_
from vistazo.pretext import PretextNetwork, PretextTask
from vistazo.pretraining.objective import PretextObjective
from vistazo.pretraining.representation import collapsed
from vistazo.pretraining.watching import Watch
from vistazo.training.batches import resident
from vistazo.training.device import faster_precision
from vistazo.training.history import History
from vistazo.training.loop import train
from vistazo.training.recipe import TrainingRecipe
from vistazo.transfer.ledger import digests

Rows = NDArray[np.int64]

_MEANINGLESS = (
    *("class_weights", "focal_gamma", "balanced_sampling", "label_smoothing", "mixup", "cutmix"),
    *("test_time_views", "augmentation"),
)
"""Settings that need labels, or change images, which is the task's."""


@dataclass(frozen=True, eq=False)
class Pretrained:
    """What a pretraining left.

    Parameters
    ----------
    backbone : Backbone
        In evaluation mode, on the processor.
    network : PretextNetwork
        The backbone with what the task put on it.
    history : History
    before, after : dict of str to float
        What the task and :class:`~vistazo.pretraining.watching.Watch` measured on the images
        set aside.
    digests_before, digests_after : dict of str to str
        SHA-256 of each tensor of the backbone.
    rows, watched : ndarray of int64
        Rows that were trained on, and that were set aside: no other was read.
    """

    backbone: Backbone
    network: PretextNetwork
    history: History
    before: dict[str, float]
    after: dict[str, float]
    digests_before: dict[str, str]
    digests_after: dict[str, str]
    rows: Rows
    watched: Rows

    @property
    def collapsed(self) -> list[str]:
        """What says that different images are hardly told apart any more; empty if nothing."""
        return collapsed(self.before, self.after)


def pretrain(
    task: PretextTask,
    architecture: str,
    pixels: NDArray[np.uint8],
    parts: tuple[Rows, Rows],
    recipe: TrainingRecipe,
    *,
    seed: int = 0,
    device: torch.device | None = None,
    codes: NDArray[np.int64] | None = None,
) -> Pretrained:
    """Train a network on a pretext task and return its backbone.

    Parameters
    ----------
    task : PretextTask
    architecture : str
        A name of ``vistazo list architectures``.
    pixels : ndarray of uint8, shape (n_images, height, width, channels)
    parts : tuple of ndarray of int64
        Rows to train on and rows to watch; no other row is read.
    recipe : TrainingRecipe
        Settings that need labels keep their defaults; augmentation is the task's.
    seed : int, default=0
        Of the initial weights, the order, what is hidden or changed, and dropout.
    device : torch.device, optional
        By default the processor.
    codes : ndarray of int64, shape (n_images,), optional
        Classes, by which the features are judged after every epoch. Nothing is learned from
        them, and nothing is decided by them.

    Raises
    ------
    UsageError
        ``E-VALUE``, ``E-NAME``, ``E-PRETEXT-RECIPE``, ``E-PRETEXT-MAP``.
    DataError
        ``E-NET-SIZE``, ``E-TRAIN-NAN``, ``E-PRETEXT-FEW``.
    """
    task.check()
    recipe.check()
    check_recipe(recipe)
    rows, watched = parts
    if len(rows) < 2:
        raise DataError(
            "E-PRETEXT-FEW",
            N_("A pretraining needs at least two images to train on, and there are {n}."),
            N_("Give more images, or set fewer aside."),
            n=len(rows),
        )
    device = device or torch.device("cpu")
    height, width, channels = pixels.shape[1:]
    shape = (height, width, channels)
    images, others = resident(pixels[rows], device), resident(pixels[watched], device)
    watch = Watch(
        images,
        others,
        None if codes is None else codes[rows],
        None if codes is None else codes[watched],
        np.random.default_rng(seed),
    )

    def build() -> PretextNetwork:
        backbone: Backbone = catalog.load("architectures", architecture)(shape)
        network = task.network(backbone, shape)
        return network.to(memory_format=torch.channels_last).to(device)  # type: ignore[call-overload, no-any-return]

    if recipe.precision == "auto":
        recipe = _decided(recipe, build, pixels, device)
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        network = build()
        objective = PretextObjective(task, images, others, recipe.batch_size, watch)
        with torch.inference_mode():
            before = objective.validate(network.eval())
        first = digests(network.backbone)
        history = train(network, objective, recipe, torch.Generator().manual_seed(seed))
        with torch.inference_mode():
            after = objective.validate(network.eval())
    network.cpu()
    return Pretrained(
        network.backbone,
        network,
        history,
        before,
        after,
        first,
        digests(network.backbone),
        rows,
        watched,
    )


def check_recipe(recipe: TrainingRecipe) -> None:
    """Raise ``E-PRETEXT-RECIPE`` for a setting that means nothing without labels."""
    plain = TrainingRecipe()
    for name in _MEANINGLESS:
        if getattr(recipe, name) != getattr(plain, name):
            raise UsageError(
                "E-PRETEXT-RECIPE",
                N_("A pretext task knows no {name}: it has no labels, and changes images itself."),
                N_("Leave it out; what is done to images are settings of the task."),
                name=name,
            )


def _decided(
    recipe: TrainingRecipe,
    build: Callable[[], PretextNetwork],
    pixels: NDArray[np.uint8],
    device: torch.device,
) -> TrainingRecipe:
    batch = torch.zeros(recipe.batch_size, *pixels.shape[1:], dtype=torch.uint8, device=device)
    chosen = faster_precision(lambda: build().backbone, batch.permute(0, 3, 1, 2))
    return TrainingRecipe(**(recipe.get_params(deep=False) | {"precision": chosen}))
