"""How a network is trained: every number that decides it, in one place."""

import typing
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Literal

from sklearn.base import BaseEstimator

from vistazo.errors import require

if TYPE_CHECKING:
    from vistazo.transforms.augmentation import Augmentation

__all__ = ["TrainingRecipe"]

Optimizer = Literal["adam", "adamw", "sgd", "rmsprop"]
Schedule = Literal["constant", "step", "exponential", "cosine", "one-cycle", "plateau"]


class TrainingRecipe(BaseEstimator):  # type: ignore[misc]  # scikit-learn is untyped
    """Settings of one training.

    A scikit-learn estimator so that ``GridSearchCV`` reaches inside it
    (``recipe__epochs``).

    Parameters
    ----------
    epochs : int, default=30
        Passes over the training images at the most, at least 1.
    batch_size : int, default=64
        Images per step, at least 1. A last batch of one image joins the one before.
    optimizer : {"adam", "adamw", "sgd", "rmsprop"}, default="adam"
        ``sgd`` takes Nesterov's momentum; ``rmsprop`` has the constants of Keras.
    learning_rate : float or "auto", default=1e-3
        Size of a step at the schedule's height, above 0. ``auto`` finds one with a range test
        on the training images before the training starts.
    momentum : float or None, default=None
        Of ``sgd`` and ``rmsprop``, in [0, 1). None: 0.9 for ``sgd``, 0 for ``rmsprop``.
    weight_decay : float or None, default=None
        Share of every weight (biases and norms excepted) taken off in a step, times the
        learning rate, at least 0. None: 0.01 for ``adamw``, else 0.
    layer_decay : float, default=1.0
        What the learning rate is multiplied with from each part of the network to the part
        before it, in (0, 1]; the last part, the head, has the full rate.
    l1, l2 : float, default=0
        Penalties on the sum of absolute and of squared weights, biases and norms excepted.
    schedule : str, default="constant"
        How the learning rate goes: ``constant``; ``step``, times ``decay`` every
        ``decay_epochs``; ``exponential``, the same without steps; ``cosine``, down to 0;
        ``one-cycle``, up over the first quarter and down to 0; ``plateau``, times ``decay``
        after ``decay_epochs`` without a better validation loss.
    decay : float, default=0.5
        In (0, 1).
    decay_epochs : int, default=3
        At least 1.
    warmup_epochs : float, default=0
        Epochs over which the learning rate first rises from 0, at least 0.
    clip_norm : float or None, default=None
        Longest gradient of all parameters together, above 0; a longer one is shortened.
    ema_decay : float, default=0
        How much of the running average of the weights is kept in a step, in [0, 1); the
        average is what is validated and kept. 0: no average.
    label_smoothing : float, default=0
        Share of the target spread over all classes, in [0, 1).
    focal_gamma : float, default=0
        Exponent that lowers the loss of images already classified well, at least 0.
    class_weights : {"balanced"} or None, default=None
        Weight the loss of each class by its rarity.
    balanced_sampling : bool, default=False
        Draw each class equally often, with replacement.
    mixup, cutmix : float, default=0
        Parameter of the beta distribution by which pairs of images are mixed, or patched
        together, at least 0; with both, each batch draws one of them.
    augmentation : str or Augmentation, default="none"
        A policy of ``vistazo list augmentations``, settings such as ``rotation=10,shift_x=0.1``,
        or the object. Training images only.
    test_time_views : {"none", "flip", "flip-shift"}, default="none"
        Views of an image whose probabilities are averaged in prediction.
    dropout : float or None, default=None
        Rate of all dropout layers of the network, in [0, 1); None leaves their own.
    normalization : {"batch", "group", "layer"} or None, default=None
        Kind of all normalisation layers; a network without any gets one after every
        convolution. None leaves the network as it is.
    patience : int or None, default=5
        Epochs without a better monitored value before training stops, at least 1; None never
        stops early.
    monitor : {"validation_loss", "validation_accuracy", "train_loss", "train_accuracy"}
        What early stopping watches.
    mode : {"auto", "min", "max"}, default="auto"
        Whether less of it is better; ``auto`` knows that by the name.
    min_delta : float, default=0.0
        How much better a value must be to count as better, at least 0.
    restore_best_weights : bool, default=True
        Whether the weights of the best epoch are kept, not those of the last.
    validation_fraction : float, default=0.1
        Share of the images given to ``fit`` that is set aside, stratified, to watch the
        training, in [0, 0.5]. 0: all of them are trained on, and watched as they are, which
        says nothing of other images.
    time_limit : float or None, default=None
        Seconds after which no further epoch starts.
    precision : {"auto", "float32", "bfloat16"}, default="auto"
        Numbers of the forward and backward pass. ``auto`` takes bfloat16 where a short
        measurement shows it faster.

    References
    ----------
    AdamW: Loshchilov and Hutter 2019; rates that fall from layer to layer: Howard and Ruder
    2018, "Universal language model fine-tuning for text classification", sec. 3.2; one cycle and
    range test: Smith, "Cyclical learning rates", 2017; label smoothing: Szegedy et al. 2016;
    focal loss: Lin et al. 2017; mixup: Zhang et al. 2018; cutmix: Yun et al. 2019; averaging:
    Polyak and Juditsky 1992.
    """

    def __init__(
        self,
        *,
        epochs: int = 30,
        batch_size: int = 64,
        optimizer: Optimizer = "adam",
        learning_rate: float | Literal["auto"] = 1e-3,
        momentum: float | None = None,
        weight_decay: float | None = None,
        layer_decay: float = 1.0,
        l1: float = 0.0,
        l2: float = 0.0,
        schedule: Schedule = "constant",
        decay: float = 0.5,
        decay_epochs: int = 3,
        warmup_epochs: float = 0.0,
        clip_norm: float | None = None,
        ema_decay: float = 0.0,
        label_smoothing: float = 0.0,
        focal_gamma: float = 0.0,
        class_weights: Literal["balanced"] | None = None,
        balanced_sampling: bool = False,
        mixup: float = 0.0,
        cutmix: float = 0.0,
        augmentation: str | BaseEstimator = "none",
        test_time_views: Literal["none", "flip", "flip-shift"] = "none",
        dropout: float | None = None,
        normalization: Literal["batch", "group", "layer"] | None = None,
        patience: int | None = 5,
        monitor: Literal[
            "validation_loss", "validation_accuracy", "train_loss", "train_accuracy"
        ] = "validation_loss",
        mode: Literal["auto", "min", "max"] = "auto",
        min_delta: float = 0.0,
        restore_best_weights: bool = True,
        validation_fraction: float = 0.1,
        time_limit: float | None = None,
        precision: Literal["auto", "float32", "bfloat16"] = "auto",
    ) -> None:
        self.epochs = epochs
        self.batch_size = batch_size
        self.optimizer = optimizer
        self.learning_rate = learning_rate
        self.momentum = momentum
        self.weight_decay = weight_decay
        self.layer_decay = layer_decay
        self.l1 = l1
        self.l2 = l2
        self.schedule = schedule
        self.decay = decay
        self.decay_epochs = decay_epochs
        self.warmup_epochs = warmup_epochs
        self.clip_norm = clip_norm
        self.ema_decay = ema_decay
        self.label_smoothing = label_smoothing
        self.focal_gamma = focal_gamma
        self.class_weights = class_weights
        self.balanced_sampling = balanced_sampling
        self.mixup = mixup
        self.cutmix = cutmix
        self.augmentation = augmentation
        self.test_time_views = test_time_views
        self.dropout = dropout
        self.normalization = normalization
        self.patience = patience
        self.monitor = monitor
        self.mode = mode
        self.min_delta = min_delta
        self.restore_best_weights = restore_best_weights
        self.validation_fraction = validation_fraction
        self.time_limit = time_limit
        self.precision = precision

    def check(self) -> None:
        """Raise ``E-VALUE`` for the first setting out of its range, ``E-NAME`` for a policy."""
        for name, (holds, range_) in _RANGES.items():
            value = getattr(self, name)
            require(value is None or holds(value), name, value, range_)
        for name, choices in _choices().items():
            value = getattr(self, name)
            require(value in choices, name, value, " | ".join(map(str, choices)))
        rate = self.learning_rate
        is_rate = rate == "auto" if isinstance(rate, str) else rate > 0
        require(is_rate, "learning_rate", rate, "> 0 | auto")
        if augmentation := self.augmenter():
            augmentation.check()

    def augmenter(self) -> "Augmentation | None":
        """Return the augmentation by its name, or as it was given; None where there is none.

        Raises
        ------
        UsageError
            ``E-NAME``, ``E-VALUE`` for a text that is none.
        """
        # here, because reading a model of another kind must not load torch
        from vistazo.transforms.policies import augmentation_named

        if not isinstance(self.augmentation, str):
            given: Augmentation = self.augmentation
            return given
        return None if self.augmentation == "none" else augmentation_named(self.augmentation)


_positive = (lambda value: value > 0, "> 0")
_not_negative = (lambda value: value >= 0, "≥ 0")
_at_least_one = (lambda value: value >= 1, "≥ 1")
_share = (lambda value: 0 <= value < 1, "0 ≤ x < 1")
_RANGES: dict[str, tuple[Callable[[float], bool], str]] = {
    "epochs": _at_least_one,
    "batch_size": _at_least_one,
    "momentum": _share,
    "weight_decay": _not_negative,
    "layer_decay": (lambda value: 0 < value <= 1, "0 < x ≤ 1"),
    "l1": _not_negative,
    "l2": _not_negative,
    "decay": (lambda value: 0 < value < 1, "0 < x < 1"),
    "decay_epochs": _at_least_one,
    "warmup_epochs": _not_negative,
    "clip_norm": _positive,
    "ema_decay": _share,
    "label_smoothing": _share,
    "focal_gamma": _not_negative,
    "mixup": _not_negative,
    "cutmix": _not_negative,
    "dropout": _share,
    "patience": _at_least_one,
    "min_delta": _not_negative,
    "validation_fraction": (lambda value: 0 <= value <= 0.5, "0 ≤ x ≤ 0.5"),
    "time_limit": _positive,
}


def _choices() -> dict[str, tuple[Any, ...]]:
    """Return the values of every setting that is a choice among texts."""
    hints = typing.get_type_hints(TrainingRecipe.__init__)
    found = {}
    for name, hint in hints.items():
        parts = (hint, *typing.get_args(hint))
        texts = [v for p in parts if typing.get_origin(p) is Literal for v in typing.get_args(p)]
        if texts and float not in parts:
            found[name] = (*texts, None) if type(None) in parts else tuple(texts)
    return found
