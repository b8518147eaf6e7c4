"""Frozen backbones: a network with published or random weights that turns images into features."""

from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor
from torch.nn import functional

from vistazo.architectures import Backbone
from vistazo.errors import DataError
from vistazo.i18n import N_
from vistazo.pretrained import Preprocessing, Weights
from vistazo.pretrained._from_file import FileWeights
from vistazo.pretrained._timm import PREFIX
from vistazo.transfer.backbones import side_of_three, smallest_side
from vistazo.transfer.departures import Channels, InputScale, Interpolation, Pooling, applied
from vistazo.transfer.feature_engine import Engine
from vistazo.transfer.ledger import Ledger
from vistazo.transfer.networks import SEED, frozen_network, own_network
from vistazo.transfer.weights_by_name import RANDOM, check_weights, published

_TIMES = 5
"""How many times as long the sides of small images are made; docs/experiments.md."""


@dataclass(frozen=True)
class Frozen:
    """A backbone that is not trained, with what is done to images before it.

    Parameters
    ----------
    name : str
        As of :func:`published`.
    side : int
        Pixels along the shorter side of the images that the network gets.
    weights_file : str or None
        As of :func:`published`.
    input_scale, interpolation, channels : str
        Departures from the preprocessing of the weights; see
        :func:`~vistazo.transfer.departures.applied`.
    pooling : {"mean", "flatten"}
        ``flatten`` gives every position of the last map its own features.
    engine : {"auto", "torch", "onnxruntime"}
        What computes the features; see :func:`~vistazo.transfer.extraction.decided_engine`.
    """

    name: str
    side: int
    weights_file: str | None = None
    input_scale: InputScale = "declared"
    pooling: Pooling = "mean"
    interpolation: Interpolation = "declared"
    channels: Channels = "declared"
    engine: Engine = "auto"

    @property
    def weights(self) -> Weights:
        """The published weights, also of a random twin, which shares all but the numbers."""
        return published(self.name, self.weights_file)

    @property
    def identity(self) -> tuple[object, ...]:
        """What decides the features of an image, whoever computes them: plain values."""
        trained = f"seed {SEED}" if self.name.startswith(RANDOM) else self.weights.sha256
        weights = self.weights
        own = (weights.architecture, trained, self.side, repr(self.preprocessing), 1)
        pooled = () if self.pooling == "mean" else (self.pooling,)
        # another version of timm may compute something else
        made_by = (weights.source,) if isinstance(weights, FileWeights) else ()
        return (*own, *pooled, *made_by)

    @property
    def preprocessing(self) -> Preprocessing:
        """What is done to images: what the weights declare, but for departures."""
        return applied(
            self.weights.preprocessing,
            input_scale=self.input_scale,
            interpolation=self.interpolation,
            channels=self.channels,
        )

    @property
    def network(self) -> Backbone:
        """The network in evaluation mode, batch normalisation folded into its convolutions."""
        return self._loaded[0]

    @property
    def ledger(self) -> Ledger:
        """Where the numbers of each tensor came from."""
        return self._loaded[1]

    def own_network(self) -> Backbone:
        """Return a network with the same numbers that is the caller's own, to be trained."""
        return own_network(self.name, self.weights_file, self._digest)

    @property
    def _loaded(self) -> tuple[Backbone, Ledger]:
        return frozen_network(self.name, self.weights_file, self._digest, self.pooling)

    @property
    def _digest(self) -> str:
        return "" if self.name.startswith(RANDOM) else self.weights.sha256

    def features(self, pixels: Tensor) -> Tensor:
        """Return the features of a batch.

        Parameters
        ----------
        pixels : Tensor of uint8, shape (n_images, height, width, 1 or 3)
            Gray images are repeated as red, green and blue.

        Returns
        -------
        Tensor of float32, shape (n_images, feature_dim)
            With ``pooling="flatten"`` as many times more as the last map has positions.
        """
        images = self.prepared(pixels).contiguous(memory_format=torch.channels_last)
        with torch.inference_mode():
            found: Tensor = self.network(images)
        return found

    def prepared(self, pixels: Tensor) -> Tensor:
        """Return a batch as the network gets it, shape (n_images, 3, new height, new width)."""
        # each channel by itself: resized in half the time of channels-last memory, to the same bits
        return self.normalised(pixels.permute(0, 3, 1, 2).contiguous().to(torch.float32).div_(255))

    def normalised(self, images: Tensor) -> Tensor:
        """Return the same of images (n_images, 1 or 3, height, width) in [0, 1]."""
        if images.shape[1] == 1:
            images = images.expand(-1, 3, -1, -1)
        size = self._size(tuple(images.shape[2:]))
        preprocessing = self.preprocessing
        mode = preprocessing.interpolation
        shrinks = size[0] < images.shape[2] or size[1] < images.shape[3]
        images = functional.interpolate(images, size, mode=mode, antialias=shrinks).clamp_(0, 1)
        if preprocessing.channels == "BGR":
            images = images.flip(1)
        return preprocessing.normalise(images)

    def _size(self, size: tuple[int, ...]) -> tuple[int, int]:
        if self.weights.preprocessing.square:
            return self.side, self.side
        height, width = _scaled(size, self.side)
        if not self.weights.architecture.startswith(PREFIX):
            return height, width
        # some of timm's networks fail at sides that are no whole number of positions
        step = smallest_side(self.weights)
        return (
            self.side if height == self.side else step * round(height / step),
            self.side if width == self.side else step * round(width / step),
        )


def fixed_weights(name: str, weights_file: str | None, digest: str | None) -> dict[str, str | None]:
    """Return the parameters that name one file for good: its path, if given, and its SHA-256.

    The weights are loaded once, so that a file that does not fit is refused here.

    Raises
    ------
    UsageError, SetupError, DataError
        As :func:`check_weights` and :func:`~vistazo.transfer.ledger.load_weights`.
    """
    check_weights(name, weights_file, digest)
    weights = published(name, weights_file)
    if name.startswith(RANDOM) or not isinstance(weights, FileWeights):
        return {}
    path = None if weights_file is None else str(Path(weights_file).absolute())
    return {"weights_file": path, "weights_sha256": Frozen(name, 0, path).ledger.sha256}


def fitting_side(name: str, image_shape: tuple[int, int, int]) -> int:
    """Return the side, in pixels, that images are given for a network where nobody says.

    Images smaller than those of the published weights are made five times as large, or as large
    as the published ones: what a network has learned to see has a size in pixels, and its last
    map should have several positions. Larger images are made as small as the published ones.

    Parameters
    ----------
    name : str
    image_shape : tuple of int
        (height, width, channels).
    """
    weights = published(name)
    side, step = min(image_shape[:2]), smallest_side(weights)
    wanted = min(_TIMES * side, weights.preprocessing.side)
    return max(step * round(wanted / step), side_of_three(weights))


def check_side(name: str, side: int) -> None:
    """Raise ``E-NET-SIZE`` for a side that the network does not take."""
    weights = published(name)
    step = smallest_side(weights)
    if weights.preprocessing.square and side != step:
        raise DataError(
            "E-NET-SIZE",
            N_("{name} takes images of {side} pixels a side and no others."),
            N_("Leave input_side out: images are resized to that."),
            name=name,
            side=step,
        )
    if side < step:
        raise DataError(
            "E-NET-SIZE",
            N_("{name} needs images of at least {side} pixels a side."),
            N_("Leave input_side out, or make it larger."),
            name=name,
            side=step,
        )


def _scaled(size: tuple[int, ...], side: int) -> tuple[int, int]:
    """Return the sides with the shorter one as asked for and the same proportions."""
    height, width = size
    shorter = min(height, width)
    return round(height * side / shorter), round(width * side / shorter)
