"""Transfer: features of a frozen pretrained network, then logistic regression."""

from collections.abc import Callable
from typing import Any, Literal, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.base import clone

from vistazo.data.images import Images
from vistazo.methods import InnerPredictions, State
from vistazo.methods._fitting import begin_fit, begin_predict, preprocessed, seen_shape
from vistazo.methods._most_probable import MostProbable
from vistazo.methods._on_frozen_network import OnFrozenNetwork, counts
from vistazo.randomness import drawn_seed
from vistazo.transfer.backbones import n_parameters
from vistazo.transfer.departures import (
    CHOICES,
    Channels,
    InputScale,
    Interpolation,
    Pooling,
    check_choice,
)
from vistazo.transfer.extraction import decided_engine, extract
from vistazo.transfer.feature_engine import Engine
from vistazo.transfer.feature_store import store_of
from vistazo.transfer.frozen import Frozen, fixed_weights
from vistazo.transfer.logistic import Head, Heads
from vistazo.transfer.strength import chosen_strength
from vistazo.transfer.weights_by_name import (
    RANDOM,
    check_name,
    check_weights,
    published,
)

__all__ = ["LinearProbeClassifier"]


class LinearProbeClassifier(MostProbable, OnFrozenNetwork):
    """A pretrained network as it is, and a linear classifier trained on its features.

    Images are resized and normalised as the weights expect; gray ones are repeated as three
    channels. An image goes through the network once: its features are kept between folds, methods
    and runs. The strength of the regularisation is chosen by cross-validation inside ``fit``.

    Parameters
    ----------
    weights : str, default="imagenet-efficientnet-lite0"
        Of ``vistazo list pretrained``; ``timm:NAME`` for any network of timm; an architecture
        such as ``resnet-18`` for a file that torchvision publishes. With ``random-`` before it,
        the same network as before any training: the control that tells what the training was
        worth.
    weights_file : str or None, default=None
        The file of the weights, safetensors or ``.pth``, for names outside the catalogue. None
        takes what timm's hub left in its cache; nothing is downloaded here.
    weights_sha256 : str or None, default=None
        What the file must be; where nobody says, :meth:`resolve` notes what it is.
    input_side : int or "auto", default="auto"
        Pixels of the shorter side of the images that the network gets.
        See :func:`~vistazo.transfer.frozen.fitting_side`.
    strength : float or "auto", default="auto"
        Of the penalty on squared weights, above 0; see :class:`~vistazo.transfer.logistic.Heads`.
    engine : {"auto", "torch", "onnxruntime"}, default="auto"
        What computes the features: they differ in their last bits. ``auto`` is ONNX Runtime
        where the extra ``onnx`` is installed and can run the network, otherwise torch.
    random_state : int or None, default=None
        Draws the inner folds.
    input_scale : {"declared", "0-1", "-1..1", "0-255"}, default="declared"
        The range of the values that the network gets. This and the next three are there to
        rebuild what a notebook did; the first value of each is what the weights expect.
    pooling : {"mean", "flatten"}, default="mean"
        ``flatten`` takes every position of the last map by itself: many times the features.
    interpolation : {"declared", "bilinear", "bicubic"}, default="declared"
        How images are resized.
    channels : {"declared", "RGB", "BGR"}, default="declared"
        Their order.
    preprocessing : str, default="none"
        A recipe in a line, such as "grayscale,clahe=3"; done to every image before anything
        else. See :mod:`vistazo.preprocessing.recipe`.

    Attributes
    ----------
    head_ : Head
    strength_ : float
        The one used.
    n_parameters_, n_trainable_ : int
        Numbers in the network with its head, and those of the head, which alone are trained.

    References
    ----------
    Alain and Bengio, "Understanding intermediate layers using linear classifier probes", 2016;
    Kornblith et al., "Do better ImageNet models transfer better?", 2019, sec. 3.
    """

    def __init__(
        self,
        *,
        weights: str = "imagenet-efficientnet-lite0",
        weights_file: str | None = None,
        weights_sha256: str | None = None,
        input_side: int | Literal["auto"] = "auto",
        strength: float | Literal["auto"] = "auto",
        engine: Engine = "auto",
        random_state: int | None = None,
        input_scale: InputScale = "declared",
        pooling: Pooling = "mean",
        interpolation: Interpolation = "declared",
        channels: Channels = "declared",
        preprocessing: str = "none",
    ) -> None:
        self.weights = weights
        self.weights_file = weights_file
        self.weights_sha256 = weights_sha256
        self.input_side = input_side
        self.strength = strength
        self.engine = engine
        self.random_state = random_state
        self.input_scale = input_scale
        self.pooling = pooling
        self.interpolation = interpolation
        self.channels = channels
        self.preprocessing = preprocessing

    @classmethod
    def from_variant(cls, variant: str | None) -> Self:
        """Return the method with weights by their name; raise ``E-NAME`` for what is none."""
        name = variant or cls.variants()[0]
        check_name(name)
        return cls(weights=name)

    def check(self) -> None:
        """Raise ``E-VALUE``, ``E-NET-SIZE``, ``E-EXTRA`` or what ``check_weights`` does."""
        super().check()
        for name in CHOICES:
            check_choice(name, getattr(self, name))

    def ranges(self) -> dict[str, tuple[bool, str]]:
        """Return the limits of the parameters."""
        side, strength = self.input_side, self.strength
        return {
            "input_side": (side == "auto" or side >= 1, "≥ 1"),
            "strength": (strength == "auto" or strength > 0, "> 0"),
        }

    def resolve(self, image_shape: tuple[int, int, int], n_classes: int) -> Self:  # noqa: ARG002
        """Return a copy with the size of the images and the engine decided, the weights fixed."""
        copy: Self = clone(self)
        copy.set_params(**fixed_weights(self.weights, self.weights_file, self.weights_sha256))
        frozen = copy._frozen(image_shape)
        engine = decided_engine(frozen, seen_shape(self, image_shape))
        copy.set_params(input_side=frozen.side, engine=engine)
        return copy

    def control(self) -> Self | None:
        """Return the same method on a network that was never trained."""
        if self.weights.startswith(RANDOM):
            return None
        twin: Self = clone(self)
        twin.set_params(weights=RANDOM + self.weights, weights_file=None, weights_sha256=None)
        return twin

    def precompute(
        self, images: Images, *, threads: int, progress: Callable[[int, int], None]
    ) -> None:
        """Let every image through the network that has not been through it."""
        frozen = self._frozen(images.image_shape)
        if store_of(frozen.identity) is None:
            return  # nowhere to keep it
        extract(
            frozen,
            preprocessed(self, images).pixels,
            threads=threads,
            progress=progress,
        )

    def fit(self, X: Any, y: ArrayLike) -> Self:
        """Fit the linear classifier on features of the images."""
        images, codes = begin_fit(self, X, y)
        heads = Heads(extract(self._frozen(self.image_shape_), images.pixels), codes)
        everything = np.ones((1, len(codes)), bool)
        self.inner_predictions_ = None
        if self.strength == "auto":
            chosen = chosen_strength(heads, images.groups, drawn_seed(self.random_state))
            self.strength_ = chosen.strength
            if len(chosen.rows):
                labels = self.classes_[chosen.predicted]
                self.inner_predictions_ = InnerPredictions(chosen.rows, labels, held_out=False)
        else:
            self.strength_ = float(self.strength)
        self.head_ = heads.solve(np.array([self.strength_]), everything).head(0, 0)
        return self

    def predict_proba(self, X: Any) -> NDArray[np.float64]:
        """Return class probabilities, shape (n_images, n_classes)."""
        images = begin_predict(self, X)
        # images that are only asked about come once, and one by one: they would fill the store
        features = extract(self._frozen(self.image_shape_), images.pixels, keep=False)
        return self.head_.probabilities(features)

    @property
    def n_trainable_(self) -> int:
        """Numbers in the head."""
        return int(self.head_.weights.size + self.head_.bias.size)

    @property
    def n_parameters_(self) -> int:
        """Numbers in the network with its head."""
        weights = published(self.weights, self.weights_file)
        return n_parameters(weights.architecture) + self.n_trainable_

    def notes(self) -> list[str]:
        """Return how many numbers were trained."""
        return [counts(self.n_parameters_, self.n_trainable_)]

    def get_state(self) -> State:
        """Return the linear classifier; the network is known by the name of its weights."""
        return State(
            arrays={"weights": self.head_.weights, "bias": self.head_.bias},
            facts={"strength": self.strength_},
        )

    def set_state(self, state: State) -> Self:
        """Take over a linear classifier, for the weights that it was trained on alone."""
        check_weights(self.weights, self.weights_file, self.weights_sha256)
        self.head_ = Head(state.arrays["weights"], state.arrays["bias"])
        self.strength_ = state.facts["strength"]
        return self

    def _frozen(self, image_shape: tuple[int, int, int]) -> Frozen:
        return Frozen(
            self.weights,
            self._side(image_shape),
            self.weights_file,
            input_scale=self.input_scale,
            pooling=self.pooling,
            interpolation=self.interpolation,
            channels=self.channels,
            engine=self.engine,
        )
