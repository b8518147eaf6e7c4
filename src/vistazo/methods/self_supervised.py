"""Self-supervision: a network learns from the images alone first, then from their labels."""

from typing import Any, Literal, Self

import numpy as np
import torch
from numpy.typing import ArrayLike, NDArray
from sklearn.base import clone
from torch import nn

from vistazo.data.images import Images
from vistazo.methods import InnerPredictions, State
from vistazo.methods._fitting import begin_fit, begin_predict
from vistazo.methods._history import Trained
from vistazo.methods._inner_split import inner_split
from vistazo.methods._most_probable import MostProbable
from vistazo.methods._networks import (
    channels_last,
    count_parameters,
    probabilities,
    refuse_single_images,
    train_classifier,
    weights_of,
    with_weights,
)
from vistazo.methods._outside_backbone import Shape, as_seen, manifest_of
from vistazo.methods._pretrained_start import (
    ledger_of,
    sentences,
    transfer,
    transfer_from_outside,
)
from vistazo.methods._self_supervised_choices import (
    BACKBONE,
    FROZEN,
    TRAINED,
    SelfSupervisedChoices,
)
from vistazo.methods._self_supervision import new_network, solve_head
from vistazo.methods._without_labels import Parts, more_images, pretraining_parts
from vistazo.pretext._from_text import task_from_text
from vistazo.pretraining.pretrain import pretrain
from vistazo.randomness import drawn_seed
from vistazo.training.device import faster_precision, find_device
from vistazo.training.recipe import TrainingRecipe
from vistazo.transfer.ledger import Ledger

__all__ = ["SelfSupervisedClassifier"]


class SelfSupervisedClassifier(Trained, MostProbable, SelfSupervisedChoices):
    """A network that learns a pretext task from its training images, then their classes.

    Both learn inside ``fit``, from the images given there and no others: in a comparison, from
    those of the training fold. Or it begins with a backbone that was pretrained on other images.

    Parameters
    ----------
    task : str, default="simclr"
        A name of ``vistazo list pretext``, alone or with settings: "inpainting,mask=pixels".
        "backbone" takes the one in the folder ``backbone``; "none" pretrains nothing: the control
        that tells what the pretraining was worth.
    architecture : str, default="fast-cnn"
        A name of ``vistazo list architectures``; that of the backbone where one is given.
    then : {"fine-tune", "probe", "both"}, default="fine-tune"
        What learns the classes: the whole network, from there on; a logistic regression on
        features that stay as they are; or the whole network with such a regression to begin with.
    backbone : str or None, default=None
        The folder of a backbone, as ``vistazo pretrain`` writes it. Images are resized to those
        it was pretrained on, gray ones repeated as three channels where it takes these.
    backbone_sha256 : str or None, default=None
        What its weights must be; where nobody says, :meth:`resolve` notes what they are.
    transductive : bool, default=False
        Whether the pretraining also sees, without their labels, the images that will be scored.
        A comparison then tells what that was worth.
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
        What was measured before and after the pretraining, its history and alarms, and of each
        tensor the SHA-256 before it and after it, which is that of the network that learned the
        classes.
    rows_read_ : ndarray of int64
        Rows of ``X``, and after them of ``unlabelled``, that the pretraining read: trained on or
        watched.
    strength_ : float or None
        Of the logistic regression, where there was one.
    n_parameters_, n_trainable_ : int
        Numbers in the network, and those of them that labels changed.
    history_, best_epoch_, stopped_, range_test_
        Of the training with labels, as for ``CNNClassifier``, unless a head alone was solved.
    """

    rows_read_: NDArray[np.int64]
    seen_shape_: Shape
    network_name_: str

    def __init__(
        self,
        *,
        task: str = "simclr",
        architecture: str = "fast-cnn",
        then: Literal["fine-tune", "probe", "both"] = "fine-tune",
        backbone: str | None = None,
        backbone_sha256: str | None = None,
        transductive: bool = False,
        pretraining: TrainingRecipe | None = None,
        recipe: TrainingRecipe | None = None,
        device: str = "auto",
        random_state: int | None = None,
        preprocessing: str = "none",
    ) -> None:
        self.task = task
        self.architecture = architecture
        self.then = then
        self.backbone = backbone
        self.backbone_sha256 = backbone_sha256
        self.transductive = transductive
        self.pretraining = pretraining
        self.recipe = recipe
        self.device = device
        self.random_state = random_state
        self.preprocessing = preprocessing

    def resolve(self, image_shape: tuple[int, int, int], n_classes: int) -> Self:
        """Return a copy with device and precision decided by looking at this machine."""
        device, shape = find_device(self.device), self._seen(image_shape)
        recipe, pretraining = clone(self._recipe()), clone(self._pretraining())
        if "auto" in (recipe.precision, pretraining.precision):
            batch = torch.zeros(recipe.batch_size, *shape, dtype=torch.uint8, device=device)
            chosen = faster_precision(
                lambda: new_network(self._network(), "both", shape, n_classes, recipe).to(device),
                batch.permute(0, 3, 1, 2),
            )
            for one in (recipe, pretraining):
                one.set_params(precision=chosen if one.precision == "auto" else one.precision)
        copy: Self = clone(self, safe=False)
        copy.set_params(recipe=recipe, pretraining=pretraining, device=str(device))
        if self.backbone is not None:
            sha256 = manifest_of(self.backbone, self.backbone_sha256).sha256
            copy.set_params(backbone_sha256=sha256)
        return copy

    def ledgers(self) -> list[Ledger]:
        """Return where the numbers of a fitted backbone came from, and what labels made of them."""
        pretraining = getattr(self, "pretraining_", None)
        return [] if pretraining is None else [ledger_of(pretraining, self.network_)]

    def fit(self, X: Any, y: ArrayLike, unlabelled: Any = None) -> Self:
        """Learn the pretext task, then the classes.

        Parameters
        ----------
        X, y
            Images with their labels.
        unlabelled : images, optional
            More images for the pretext task, of the same shape; without it, it has those of
            ``X`` alone.
        """
        images, codes = begin_fit(self, X, y)
        more = more_images(self, unlabelled)
        self.seen_shape_ = self._seen(self.image_shape_)
        self.network_name_ = self._network()
        images = as_seen(images, self.seen_shape_)
        decided = self.resolve(self.image_shape_, len(self.classes_))
        recipe, device = decided._recipe(), torch.device(decided.device)
        seed = drawn_seed(self.random_state)
        solves_only = self.then == FROZEN
        watching = decided._pretraining() if solves_only else recipe
        rows, watched = inner_split(images, codes, watching.validation_fraction, seed)
        # dropout and initial weights draw from torch's own generator: lend it, then give it back
        with torch.random.fork_rng():
            torch.manual_seed(seed)
            self.network_ = self._new_network(recipe).to(device)
            self._pretrain(images.pixels, (rows, watched), more, decided, seed)
            refuse_single_images(self.network_, recipe)
            self.inner_predictions_, self.strength_ = None, None
            if self.then != TRAINED:
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
        return self._probabilities(as_seen(begin_predict(self, X), self.seen_shape_))

    def notes(self) -> list[str]:
        """Return on how many images the network was pretrained."""
        return sentences(self.pretraining_)

    def get_state(self) -> State:
        """Return the network's weights, and what is known of both trainings."""
        facts = {
            "pretraining": self.pretraining_,
            "strength": self.strength_,
            "network": self.network_name_,
            "seen_shape": list(self.seen_shape_),
        }
        return State(arrays=weights_of(self.network_), facts=facts | self._history_facts())

    def set_state(self, state: State) -> Self:
        """Take over weights and facts; the folder of an outside backbone is not looked at."""
        self.network_name_ = state.facts["network"]
        height, width, channels = state.facts["seen_shape"]
        self.seen_shape_ = (height, width, channels)
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
        pixels: NDArray[np.uint8],
        parts: Parts,
        more: NDArray[np.uint8] | None,
        decided: Self,
        seed: int,
    ) -> None:
        """Let the backbone learn the task, if there is one, from these images alone."""
        self.pretraining_, self.rows_read_ = None, np.array([], np.int64)
        if self.task == BACKBONE and self.backbone is not None:
            self.pretraining_ = transfer_from_outside(self.backbone, self.network_)
        elif self.learns_unlabelled:
            recipe = decided._pretraining()
            if more is not None:
                parts = pretraining_parts(parts, len(pixels), len(more), recipe, seed)
                pixels = np.concatenate([pixels, more])
            device = torch.device(decided.device)
            task = task_from_text(self.task)
            pretrained = pretrain(
                task, self.architecture, pixels, parts, recipe, seed=seed, device=device
            )
            self.rows_read_ = np.union1d(*parts)
            self.pretraining_ = transfer(pretrained, self.network_)

    def _new_network(self, recipe: TrainingRecipe) -> nn.Sequential:
        name, shape = self.network_name_, self.seen_shape_
        return new_network(name, self.then, shape, len(self.classes_), recipe)

    def _count(self) -> None:
        self.n_parameters_ = count_parameters(self.network_)
        trained = self.network_[1] if self.then == FROZEN else self.network_
        self.n_trainable_ = count_parameters(trained)

    def _probabilities(self, images: Images) -> NDArray[np.float64]:
        """Return the probabilities of images as the network gets them."""
        views = "none" if self.then == FROZEN else self._recipe().test_time_views
        return probabilities(self.network_, images.pixels, views)
