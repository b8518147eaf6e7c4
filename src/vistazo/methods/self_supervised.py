"""Self-supervision: a network learns from the images alone first, then from their labels."""

from typing import Any, Literal, Self

import numpy as np
import torch
from numpy.typing import ArrayLike, NDArray
from sklearn.base import clone
from torch import nn

from vistazo import catalog
from vistazo.data.images import Images
from vistazo.errors import require
from vistazo.methods import ImageClassifier, InnerPredictions, State
from vistazo.methods._fitting import begin_fit, begin_predict, seen_shape
from vistazo.methods._history import Trained
from vistazo.methods._inner_split import inner_split
from vistazo.methods._most_probable import MostProbable
from vistazo.methods._networks import (
    channels_last,
    count_parameters,
    probabilities,
    recipe_of,
    refuse_single_images,
    train_classifier,
    weights_of,
    with_weights,
)
from vistazo.methods._self_supervision import new_network, sentences, solve_head, transfer
from vistazo.pretext._from_text import task_from_text
from vistazo.pretraining.pretrain import check_recipe, pretrain
from vistazo.randomness import drawn_seed
from vistazo.training.device import faster_precision, find_device
from vistazo.training.recipe import TrainingRecipe

__all__ = ["SelfSupervisedClassifier"]

_NONE = "none"
_RANDOM = "random-"


class SelfSupervisedClassifier(Trained, MostProbable, ImageClassifier):
    """A network that learns a pretext task from its training images, then their classes.

    Both learn inside ``fit``, from the images given there and no others: in a comparison, from
    those of the training fold.

    Parameters
    ----------
    task : str, default="simclr"
        A name of ``vistazo list pretext``, alone or with settings: "inpainting,mask=pixels".
        "none" pretrains nothing: the control that tells what the pretraining was worth.
    architecture : str, default="fast-cnn"
        A name of ``vistazo list architectures``.
    then : {"fine-tune", "probe", "both"}, default="fine-tune"
        What learns the classes: the whole network, from there on; a logistic regression on
        features that stay as they are; or the whole network with such a regression to begin with.
    pretraining : TrainingRecipe or None, default=None
        Of the pretext task; None: the one it is meant to be trained with.
    recipe : TrainingRecipe or None, default=None
        Of the training with labels; None: the one that the architecture is meant for.
    device : {"auto", "cpu", "cuda", "cuda:N", "mps"}, default="auto"
    random_state : int or None, default=None
        Seeds weights, splits, order, what the task hides or changes, and dropout.
    preprocessing : str, default="none"
        A recipe in a line, such as "grayscale,clahe=3"; done to every image before anything
        else. See :mod:`vistazo.preprocessing.recipe`.

    Attributes
    ----------
    network_ : torch.nn.Sequential
        What gives the features, and the head.
    pretraining_ : dict or None
        What was measured before and after the pretraining, its history and alarms.
    rows_read_ : ndarray of int64
        Rows of ``X`` that the pretraining read: trained on or watched.
    strength_ : float or None
        Of the logistic regression, where there was one.
    n_parameters_, n_trainable_ : int
        Numbers in the network, and those of them that labels changed.
    history_, best_epoch_, stopped_, range_test_
        Of the training with labels, as for ``CNNClassifier``, unless a head alone was solved.
    """

    rows_read_: NDArray[np.int64]

    def __init__(
        self,
        *,
        task: str = "simclr",
        architecture: str = "fast-cnn",
        then: Literal["fine-tune", "probe", "both"] = "fine-tune",
        pretraining: TrainingRecipe | None = None,
        recipe: TrainingRecipe | None = None,
        device: str = "auto",
        random_state: int | None = None,
        preprocessing: str = "none",
    ) -> None:
        self.task = task
        self.architecture = architecture
        self.then = then
        self.pretraining = pretraining
        self.recipe = recipe
        self.device = device
        self.random_state = random_state
        self.preprocessing = preprocessing

    @classmethod
    def from_variant(cls, variant: str | None) -> Self:
        """Return the method with a task by its name; ``random-TASK`` is its control."""
        name = variant or cls.variants()[0]
        task = task_from_text(name.removeprefix(_RANDOM))
        recipe = recipe_of("fast-cnn")
        method = cls(task=name.removeprefix(_RANDOM), pretraining=task.recipe(), recipe=recipe)
        control = method.control() if name.startswith(_RANDOM) else None
        return control or method

    @classmethod
    def variants(cls) -> list[str]:
        """Return the names of tasks, the one of the constructor first, and of their controls."""
        names = ["simclr", *(n for n in catalog.names("pretext") if n != "simclr")]
        return [variant for name in names for variant in (name, _RANDOM + name)]

    def check(self) -> None:
        """Raise ``E-VALUE``, ``E-NAME``, ``E-DEVICE``, ``E-PRETEXT-RECIPE`` for wrong settings."""
        super().check()
        known = catalog.names("architectures")
        if self.architecture not in known:
            raise catalog.unknown("architectures", self.architecture, known)
        if self.task != _NONE:
            task_from_text(self.task).check_network(self.architecture)
            self._pretraining().check()
            check_recipe(self._pretraining())
        self._recipe().check()
        norm = self._recipe().normalization
        # another kind would put fresh layers in the place of those that were pretrained
        require(norm == TrainingRecipe().normalization, "normalization", norm, "batch")
        find_device(self.device)

    def ranges(self) -> dict[str, tuple[bool, str]]:
        """Return the limits of the parameters."""
        ways = ("fine-tune", "probe", "both")
        return {"then": (self.then in ways, " | ".join(ways))}

    def resolve(self, image_shape: tuple[int, int, int], n_classes: int) -> Self:
        """Return a copy with device and precision decided by looking at this machine."""
        device, shape = find_device(self.device), seen_shape(self, image_shape)
        recipe, pretraining = clone(self._recipe()), clone(self._pretraining())
        if "auto" in (recipe.precision, pretraining.precision):
            batch = torch.zeros(recipe.batch_size, *shape, dtype=torch.uint8, device=device)
            chosen = faster_precision(
                lambda: new_network(self.architecture, "both", shape, n_classes, recipe).to(device),
                batch.permute(0, 3, 1, 2),
            )
            for one in (recipe, pretraining):
                one.set_params(precision=chosen if one.precision == "auto" else one.precision)
        copy: Self = clone(self, safe=False)
        copy.set_params(recipe=recipe, pretraining=pretraining, device=str(device))
        return copy

    def control(self) -> Self | None:
        """Return the same network without the pretraining, its labels learned the same way."""
        if self.task == _NONE:
            return None
        twin: Self = clone(self)
        twin.set_params(task=_NONE)
        return twin

    def fit(self, X: Any, y: ArrayLike) -> Self:
        """Learn the pretext task, then the classes."""
        images, codes = begin_fit(self, X, y)
        decided = self.resolve(self.image_shape_, len(self.classes_))
        recipe, device = decided._recipe(), torch.device(decided.device)
        seed = drawn_seed(self.random_state)
        solves_only = self.then == "probe"
        watching = decided._pretraining() if solves_only else recipe
        rows, watched = inner_split(images, codes, watching.validation_fraction, seed)
        # dropout and initial weights draw from torch's own generator: lend it, then give it back
        with torch.random.fork_rng():
            torch.manual_seed(seed)
            self.network_ = self._new_network(recipe).to(device)
            self._pretrain(images, (rows, watched), decided, seed)
            refuse_single_images(self.network_, recipe)
            self.inner_predictions_, self.strength_ = None, None
            if self.then != "fine-tune":
                own = np.arange(len(images)) if solves_only else rows
                chosen = solve_head(self.network_, images[own], codes[own], seed)
                self.strength_ = chosen.strength
            history = None
            if not solves_only:
                history = train_classifier(
                    self.network_, images, codes, (rows, watched), recipe, seed
                )
        self._take_history(history)
        self._count()
        if solves_only and len(chosen.rows):
            labels = self.classes_[chosen.predicted]
            self.inner_predictions_ = InnerPredictions(chosen.rows, labels, held_out=False)
        elif not solves_only and len(rows) < len(images):
            found = self._probabilities(images[watched]).argmax(axis=1)
            self.inner_predictions_ = InnerPredictions(watched, self.classes_[found], held_out=True)
        return self

    def predict_proba(self, X: Any) -> NDArray[np.float64]:
        """Return softmax probabilities, shape (n_images, n_classes)."""
        return self._probabilities(begin_predict(self, X))

    def notes(self) -> list[str]:
        """Return on how many images the network was pretrained."""
        return sentences(self.pretraining_)

    def get_state(self) -> State:
        """Return the network's weights, and what is known of both trainings."""
        facts = {"pretraining": self.pretraining_, "strength": self.strength_}
        return State(arrays=weights_of(self.network_), facts=facts | self._history_facts())

    def set_state(self, state: State) -> Self:
        """Take over weights and facts."""
        with torch.device("meta"):
            network = self._new_network(self._recipe())
        with_weights(network, state.arrays)
        channels_last(network.to(find_device(self.device)))
        self.network_ = network
        self.pretraining_ = state.facts["pretraining"]
        self.strength_ = state.facts["strength"]
        self._take_history_facts(state.facts)
        self._count()
        return self

    def _pretrain(
        self,
        images: Images,
        parts: tuple[NDArray[np.int64], NDArray[np.int64]],
        decided: Self,
        seed: int,
    ) -> None:
        """Let the backbone learn the task, if there is one, from these rows alone."""
        self.pretraining_, self.rows_read_ = None, np.array([], np.int64)
        if self.task == _NONE:
            return
        pretrained = pretrain(
            task_from_text(self.task),
            self.architecture,
            images.pixels,
            parts,
            decided._pretraining(),
            seed=seed,
            device=torch.device(decided.device),
        )
        self.rows_read_ = np.union1d(*parts)
        self.pretraining_ = transfer(pretrained, self.network_)

    def _new_network(self, recipe: TrainingRecipe) -> nn.Sequential:
        shape = seen_shape(self, self.image_shape_)
        return new_network(self.architecture, self.then, shape, len(self.classes_), recipe)

    def _count(self) -> None:
        self.n_parameters_ = count_parameters(self.network_)
        trained = self.network_[1] if self.then == "probe" else self.network_
        self.n_trainable_ = count_parameters(trained)

    def _recipe(self) -> TrainingRecipe:
        return self.recipe or recipe_of(self.architecture)

    def _pretraining(self) -> TrainingRecipe:
        if self.pretraining is not None or self.task == _NONE:
            return self.pretraining or TrainingRecipe()
        return task_from_text(self.task).recipe()

    def _probabilities(self, images: Images) -> NDArray[np.float64]:
        """Return the probabilities of images that are preprocessed."""
        views = "none" if self.then == "probe" else self._recipe().test_time_views
        return probabilities(self.network_, images.pixels, views)
