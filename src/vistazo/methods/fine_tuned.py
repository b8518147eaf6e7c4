"""Transfer: the last layers of a pretrained network, trained again on these images."""

from collections.abc import Callable
from dataclasses import asdict
from typing import Any, Literal, Self

import numpy as np
import torch
from numpy.typing import ArrayLike, NDArray
from sklearn.base import clone

from vistazo.data.images import Images
from vistazo.methods import InnerPredictions, State
from vistazo.methods._fitting import begin_fit, begin_predict, preprocessed, seen_shape
from vistazo.methods._history import Trained
from vistazo.methods._inner_split import inner_split
from vistazo.methods._most_probable import MostProbable
from vistazo.methods._networks import channels_last, refuse_single_images, weights_of, with_weights
from vistazo.methods._on_frozen_network import OnFrozenNetwork
from vistazo.methods._tail_inputs import probabilities
from vistazo.methods._tail_training import (
    RECIPE,
    asks_the_probe,
    chosen_precision,
    counted,
    decide,
    from_scratch,
    precompute_maps,
    probe_engine,
    sentences,
    train_tail,
)
from vistazo.randomness import drawn_seed
from vistazo.training.device import find_device
from vistazo.training.layers import adapt_layers
from vistazo.training.recipe import TrainingRecipe
from vistazo.transfer.feature_engine import Engine
from vistazo.transfer.feature_store import store_of
from vistazo.transfer.freezing import Advice, check_freeze, n_frozen
from vistazo.transfer.frozen import Frozen, fixed_weights
from vistazo.transfer.ledger import Ledger
from vistazo.transfer.networks import n_parts
from vistazo.transfer.observation import Observation
from vistazo.transfer.prefix import Prefix
from vistazo.transfer.static_checks import training_observations
from vistazo.transfer.tail import Tail, ledger_of, new_tail
from vistazo.transfer.weights_by_name import RANDOM, check_name, check_weights

__all__ = ["FineTunedClassifier"]


class FineTunedClassifier(Trained, MostProbable, OnFrozenNetwork):
    """A pretrained network whose last layers are trained again.

    Images go through the layers before them once, and an epoch costs what the last layers cost;
    with augmentation, which changes every image in every epoch, all layers run each time.

    Parameters
    ----------
    weights, weights_file, weights_sha256 : str
        As for :class:`~vistazo.methods.linear_probe.LinearProbeClassifier`.
    freeze : str, default="auto"
        Which layers stay as they are: "all", "none", "all-but-N" with the last N layers and the
        head trained, or "auto"; see :func:`vistazo.transfer.freezing.advice_on`. Layers are
        :meth:`vistazo.architectures.Backbone.parts`. Where all stay, it is the linear probe.
    batch_norm : {"frozen", "trained"}, default="frozen"
        Whether the batch normalisations of the trained layers keep the mean and variance of the
        training elsewhere.
    depthwise : {"frozen", "trained"}, default="frozen"
        Whether the filters of single channels in the trained layers stay as they are. On a
        processor their gradient takes more than half of a step.
    probe_first : bool, default=False
        Whether the head begins as the logistic regression of the linear probe (Kumar et al.
        2022), or at zero, which was better with some hundreds of images; docs/experiments.md.
    input_side : int or "auto", default="auto"
        As for :class:`~vistazo.methods.linear_probe.LinearProbeClassifier`.
    recipe : TrainingRecipe or None, default=None
        None: ten epochs of one cycle with AdamW and no images set aside. Training draws from
        the views that its ``test_time_views`` averages, by default an image and its mirror
        image: "none" is for images that have a right and a left.
    device : {"auto", "cpu", "cuda", "cuda:N", "mps"}, default="auto"
        Of the layers that are trained.
    engine : {"auto", "torch", "onnxruntime"}, default="auto"
        As for ``LinearProbeClassifier``, where the probe is asked: with ``freeze`` auto or all,
        or ``probe_first``. The layers before those that are trained are always torch's.
    random_state : int or None, default=None
        Seeds inner folds, order, views, augmentation and dropout.
    preprocessing : str, default="none"
        As for ``LinearProbeClassifier``.

    Attributes
    ----------
    network_ : Tail
        The layers that were trained, and the head.
    freeze_ : str
        What stayed as it was, decided.
    advice_ : Advice or None
        Why, where ``freeze`` left it open.
    n_parameters_, n_trainable_ : int
        Numbers in the whole network with its head, and those of them that were trained.
    history_, best_epoch_, stopped_, range_test_
        As for ``CNNClassifier``, where anything was trained.

    References
    ----------
    Kumar, Raghunathan, Jones, Ma and Liang, "Fine-tuning can distort pretrained features and
    underperform out-of-distribution", 2022, sec. 3.4.
    """

    def __init__(
        self,
        *,
        weights: str = "imagenet-efficientnet-lite0",
        weights_file: str | None = None,
        weights_sha256: str | None = None,
        freeze: str = "auto",
        batch_norm: Literal["frozen", "trained"] = "frozen",
        depthwise: Literal["frozen", "trained"] = "frozen",
        probe_first: bool = False,
        input_side: int | Literal["auto"] = "auto",
        recipe: TrainingRecipe | None = None,
        device: str = "auto",
        engine: Engine = "auto",
        random_state: int | None = None,
        preprocessing: str = "none",
    ) -> None:
        self.weights = weights
        self.weights_file = weights_file
        self.weights_sha256 = weights_sha256
        self.freeze = freeze
        self.batch_norm = batch_norm
        self.depthwise = depthwise
        self.probe_first = probe_first
        self.input_side = input_side
        self.recipe = recipe
        self.device = device
        self.engine = engine
        self.random_state = random_state
        self.preprocessing = preprocessing

    @classmethod
    def from_variant(cls, variant: str | None) -> Self:
        """Return the method with weights by their name, trained from scratch where random."""
        name = variant or cls.variants()[0]
        check_name(name)
        method = cls(weights=name.removeprefix(RANDOM), recipe=TrainingRecipe(**RECIPE))
        control = method.control() if name.startswith(RANDOM) else None
        return control or method.set_params(weights=name)

    def check(self) -> None:
        """Raise ``E-FREEZE``, ``E-DEVICE`` or what ``LinearProbeClassifier`` does."""
        super().check()
        check_freeze(self.freeze, n_parts(self.weights))
        if self.recipe is not None:
            self.recipe.check()
        find_device(self.device)

    def ranges(self) -> dict[str, tuple[bool, str]]:
        """Return the limits of the parameters."""
        kept = ("frozen", "trained")
        return {
            "input_side": (self.input_side == "auto" or self.input_side >= 1, "≥ 1"),
            "batch_norm": (self.batch_norm in kept, " | ".join(kept)),
            "depthwise": (self.depthwise in kept, " | ".join(kept)),
        }

    def resolve(self, image_shape: tuple[int, int, int], n_classes: int) -> Self:
        """Return a copy with the side of the images, device, engine and precision decided."""
        device, recipe = find_device(self.device), clone(self._recipe())
        copy: Self = clone(self, safe=False)
        copy.set_params(
            input_side=self._frozen(image_shape).side,
            device=str(device),
            recipe=recipe,
            **fixed_weights(self.weights, self.weights_file, self.weights_sha256),
        )
        shape = seen_shape(self, image_shape)
        asked = asks_the_probe(self.freeze, self.probe_first)
        copy.set_params(engine=probe_engine(copy._frozen(image_shape), shape, asked=asked))
        if recipe.precision == "auto":
            prefix = copy._prefix(self.freeze, image_shape)
            chosen = chosen_precision(
                prefix, shape, recipe.batch_size, lambda: copy._new_tail(prefix, n_classes), device
            )
            recipe.set_params(precision=chosen)
        return copy

    def control(self) -> Self | None:
        """Return the same network trained from scratch, by its own recipe, on images of 64 px."""
        if self.weights.startswith(RANDOM):
            return None
        twin: Self = clone(self)
        twin.set_params(**from_scratch(self.weights, self.input_side, self._recipe()))
        return twin

    def observations(self, image_shape: tuple[int, int, int]) -> list[Observation] | None:
        """Return where the settings depart from what the weights were made for, or usual here.

        None where everything is trained from scratch.
        """
        if self.weights.startswith(RANDOM) and self.freeze == "none":
            return None
        found = super().observations(image_shape) or []
        return [*found, *training_observations(self.freeze, self.batch_norm, self.weights)]

    def ledgers(self) -> list[Ledger]:
        """Return where the numbers of the network came from, and what training made of them."""
        if not hasattr(self, "network_"):
            return super().ledgers()
        return [ledger_of(self._prefix(self.freeze_, self.image_shape_), self.network_)]

    def precompute(
        self, images: Images, *, threads: int, progress: Callable[[int, int], None]
    ) -> None:
        """Let every image through the layers that are frozen, once for all fits."""
        prefix = self._prefix(self.freeze, images.image_shape)
        if store_of(prefix.identity) is None:
            return  # nowhere to keep it
        pixels = preprocessed(self, images).pixels
        probe = asks_the_probe(self.freeze, self.probe_first)
        precompute_maps(prefix, pixels, self._recipe(), probe, threads, progress)

    def fit(self, X: Any, y: ArrayLike) -> Self:
        """Decide how much is trained, and train it."""
        images, codes = begin_fit(self, X, y)
        decided = self.resolve(self.image_shape_, len(self.classes_))
        recipe, device = decided._recipe(), torch.device(decided.device)
        seed = drawn_seed(self.random_state)
        rows, watched = inner_split(images, codes, recipe.validation_fraction, seed)
        frozen, own = decided._frozen(self.image_shape_), images[rows]
        decision = decide(frozen, own, codes[rows], seed, self.freeze, self.probe_first)
        self.freeze_, self.advice_ = decision.freeze, decision.advice
        prefix = self._prefix(self.freeze_, self.image_shape_)
        # dropout draws from torch's own generator: lend it, then give it back
        with torch.random.fork_rng():
            torch.manual_seed(seed)
            self.network_ = decided._new_tail(prefix, len(self.classes_)).to(device)
            refuse_single_images(self.network_, recipe)
            history = train_tail(
                self.network_, prefix, images, codes, (rows, watched), recipe, seed, decision.head
            )
        self._take_history(history)
        self.n_parameters_, self.n_trainable_ = counted(prefix, self.network_)
        self.inner_predictions_ = None
        if len(rows) < len(images):
            codes = self._probabilities(images[watched]).argmax(axis=1)
            self.inner_predictions_ = InnerPredictions(watched, self.classes_[codes], held_out=True)
        return self

    def predict_proba(self, X: Any) -> NDArray[np.float64]:
        """Return softmax probabilities, shape (n_images, n_classes)."""
        return self._probabilities(begin_predict(self, X))

    def notes(self) -> list[str]:
        """Return how much was trained and, where that was left open, why so much."""
        return sentences(self.n_parameters_, self.n_trainable_, self.advice_)

    def get_state(self) -> State:
        """Return the weights of the trained layers; those before them are known by their name."""
        advice = asdict(self.advice_) if self.advice_ else None
        facts = {"freeze": self.freeze_, "advice": advice, **self._history_facts()}
        return State(arrays=weights_of(self.network_), facts=facts)

    def set_state(self, state: State) -> Self:
        """Take over the trained layers, for the weights that they came from, and the history."""
        check_weights(self.weights, self.weights_file, self.weights_sha256)
        self.freeze_, advice = state.facts["freeze"], state.facts["advice"]
        self.advice_ = Advice(**advice) if advice else None
        prefix = self._prefix(self.freeze_, self.image_shape_)
        self.network_ = self._new_tail(prefix, len(self.classes_))
        with_weights(self.network_, state.arrays)
        channels_last(self.network_.to(find_device(self.device)))
        self._take_history_facts(state.facts)
        self.n_parameters_, self.n_trainable_ = counted(prefix, self.network_)
        return self

    def _recipe(self) -> TrainingRecipe:
        return self.recipe or TrainingRecipe(**RECIPE)

    def _frozen(self, image_shape: tuple[int, int, int]) -> Frozen:
        return Frozen(self.weights, self._side(image_shape), self.weights_file, engine=self.engine)

    def _prefix(self, freeze: str, image_shape: tuple[int, int, int]) -> Prefix:
        layers = n_frozen(freeze, n_parts(self.weights))
        return Prefix(self._frozen(image_shape), layers)

    def _new_tail(self, prefix: Prefix, n_classes: int) -> Tail:
        tail = new_tail(
            prefix,
            n_classes,
            norms_are_frozen=self.batch_norm == "frozen",
            depthwise_is_frozen=self.depthwise == "frozen",
        )
        adapt_layers(tail, self._recipe())
        return tail

    def _probabilities(self, images: Images) -> NDArray[np.float64]:
        """Return the probabilities of images that are preprocessed."""
        prefix = self._prefix(self.freeze_, self.image_shape_)
        return probabilities(prefix, self.network_, images.pixels, self._recipe().test_time_views)
