"""A convolutional network trained from scratch."""

from typing import Any, Self

import numpy as np
import torch
from numpy.typing import ArrayLike, NDArray
from sklearn.base import clone
from torch import nn

from vistazo import catalog
from vistazo.data.images import Images
from vistazo.methods import ImageClassifier, InnerPredictions, State
from vistazo.methods._fitting import begin_fit, begin_predict, seen_shape
from vistazo.methods._history import Trained
from vistazo.methods._inner_split import inner_split
from vistazo.methods._most_probable import MostProbable
from vistazo.methods._networks import (
    build_network,
    channels_last,
    count_parameters,
    probabilities,
    recipe_of,
    refuse_single_images,
    train_classifier,
    weights_of,
    with_weights,
)
from vistazo.randomness import drawn_seed
from vistazo.training.device import faster_precision, find_device
from vistazo.training.recipe import TrainingRecipe

__all__ = ["CNNClassifier"]


class CNNClassifier(Trained, MostProbable, ImageClassifier):
    """Trains a network on the images, watched by a part of them set aside.

    Parameters
    ----------
    architecture : str or torch.nn.Module, default="fashion-cnn"
        A name of ``vistazo list architectures``, or a module of yours that takes float
        images (n, channels, height, width) in [0, 1] and returns logits; each ``fit``
        trains a fresh copy of it.
    recipe : TrainingRecipe or None, default=None
        None: the recipe that the architecture is meant to be trained with.
    device : {"auto", "cpu", "cuda", "cuda:N", "mps"}, default="auto"
    random_state : int or None, default=None
        Seeds the weights, the split, the order, augmentation and dropout.
    preprocessing : str, default="none"
        A recipe in a line, such as "grayscale,clahe=3"; done to every image before anything
        else. See :mod:`vistazo.preprocessing.recipe`.

    Attributes
    ----------
    network_ : torch.nn.Module
    history_ : dict of list
        One entry per epoch of each column of :class:`~vistazo.training.history.History`; None
        where it was no finite number.
    best_epoch_ : int
        The epoch whose weights were kept.
    stopped_ : {"epochs", "patience", "time", "nan"}
        Why the training ended.
    range_test_ : dict of list, or None
        The learning-rate range test, where one was made.
    n_parameters_ : int
        Numbers in the network.
    """

    def __init__(
        self,
        *,
        architecture: str | nn.Module = "fashion-cnn",
        recipe: TrainingRecipe | None = None,
        device: str = "auto",
        random_state: int | None = None,
        preprocessing: str = "none",
    ) -> None:
        self.architecture = architecture
        self.recipe = recipe
        self.device = device
        self.random_state = random_state
        self.preprocessing = preprocessing

    @classmethod
    def from_variant(cls, variant: str | None) -> Self:
        """Return the method with an architecture by its name, and the recipe it is meant for."""
        architecture = variant or cls.variants()[0]
        return cls(architecture=architecture, recipe=recipe_of(architecture))

    @classmethod
    def variants(cls) -> list[str]:
        """Return the names of architectures, the one of the constructor first."""
        default = "fashion-cnn"
        return [default, *(n for n in catalog.names("architectures") if n != default)]

    def check(self) -> None:
        """Raise ``E-VALUE``, ``E-NAME`` or ``E-DEVICE`` for what cannot be used here."""
        if isinstance(self.architecture, str) and self.architecture not in self.variants():
            raise catalog.unknown("architectures", self.architecture, self.variants())
        if self.recipe is not None:
            self.recipe.check()
        super().check()
        find_device(self.device)

    def resolve(self, image_shape: tuple[int, int, int], n_classes: int) -> Self:
        """Return a copy with device and precision decided by looking at this machine."""
        device = find_device(self.device)
        recipe = clone(self.recipe) if self.recipe else recipe_of(self.architecture)
        if recipe.precision == "auto":
            shape = seen_shape(self, image_shape)
            height, width, channels = shape
            batch = torch.zeros(recipe.batch_size, height, width, channels, dtype=torch.uint8)
            chosen = faster_precision(
                lambda: build_network(self.architecture, shape, n_classes, recipe).to(device),
                batch.to(device).permute(0, 3, 1, 2),
            )
            recipe.set_params(precision=chosen)
        copy: Self = clone(self, safe=False)
        copy.set_params(recipe=recipe, device=str(device))
        return copy

    def fit(self, X: Any, y: ArrayLike) -> Self:
        """Train the network; the weights of the best epoch on the part set aside are kept."""
        images, codes = begin_fit(self, X, y)
        decided = self.resolve(self.image_shape_, len(self.classes_))
        recipe, device = decided.recipe or TrainingRecipe(), torch.device(decided.device)
        seed = drawn_seed(self.random_state)
        rows, watched = inner_split(images, codes, recipe.validation_fraction, seed)
        # dropout and initial weights draw from torch's own generator: lend it, then give it back
        with torch.random.fork_rng():
            torch.manual_seed(seed)
            self.network_ = self._build(recipe).to(device)
            refuse_single_images(self.network_, recipe)
            history = train_classifier(self.network_, images, codes, (rows, watched), recipe, seed)
        self._take_history(history)
        self.n_parameters_ = count_parameters(self.network_)
        self.inner_predictions_ = None
        if len(rows) < len(images):
            codes = self._probabilities(images[watched]).argmax(axis=1)
            self.inner_predictions_ = InnerPredictions(watched, self.classes_[codes], held_out=True)
        return self

    def predict_proba(self, X: Any) -> NDArray[np.float64]:
        """Return softmax probabilities, shape (n_images, n_classes)."""
        return self._probabilities(begin_predict(self, X))

    def get_state(self) -> State:
        """Return the network's weights and the history."""
        return State(arrays=weights_of(self.network_), facts=self._history_facts())

    def set_state(self, state: State) -> Self:
        """Take over weights and history."""
        # on the meta device nothing is drawn or allocated: the weights given are taken over
        with torch.device("meta"):
            network = self._build(self.recipe or recipe_of(self.architecture))
        network = with_weights(network, state.arrays)
        self.network_ = channels_last(network.to(find_device(self.device)))
        self._take_history_facts(state.facts)
        self.n_parameters_ = count_parameters(self.network_)
        return self

    def _probabilities(self, images: Images) -> NDArray[np.float64]:
        """Return the probabilities of images that are preprocessed."""
        recipe = self.recipe or recipe_of(self.architecture)
        return probabilities(self.network_, images.pixels, recipe.test_time_views)

    def _build(self, recipe: TrainingRecipe) -> nn.Module:
        shape = seen_shape(self, self.image_shape_)
        return build_network(self.architecture, shape, len(self.classes_), recipe)
