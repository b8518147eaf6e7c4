"""Frozen backbones: a network with published or random weights that turns images into features."""

import functools
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from vistazo import catalog
from vistazo.architectures import Backbone
from vistazo.architectures._published import load_published
from vistazo.errors import DataError, UsageError
from vistazo.i18n import N_
from vistazo.pretrained import Preprocessing, PretrainedWeights
from vistazo.transfer.departures import Channels, InputScale, Interpolation, Pooling, applied

RANDOM = "random-"
"""Before the name of published weights: the same network as it was before any training."""
_SEED = 0
"""Of random weights: they are one more fixed function of an image, not a thing to be lucky with."""
_TIMES = 5
"""How many times as long the sides of small images are made; docs/experiments.md."""
_SMALLEST_MAP = 3
"""Positions along the last map, at least."""


@dataclass(frozen=True)
class Frozen:
    """A backbone that is not trained, with what is done to images before it.

    Parameters
    ----------
    name : str
        Of published weights (``vistazo list pretrained``), or that after ``random-``.
    side : int
        Pixels along the shorter side of the images that the network gets.
    input_scale, interpolation, channels : str
        Departures from the preprocessing of the weights; see
        :func:`~vistazo.transfer.departures.applied`.
    pooling : {"mean", "flatten"}
        ``flatten`` gives every position of the last map its own features.
    """

    name: str
    side: int
    input_scale: InputScale = "declared"
    pooling: Pooling = "mean"
    interpolation: Interpolation = "declared"
    channels: Channels = "declared"

    @property
    def weights(self) -> PretrainedWeights:
        """The published weights, also of a random twin, which shares all but the numbers."""
        return published(self.name)

    @property
    def identity(self) -> tuple[object, ...]:
        """What decides the features of an image: plain values."""
        trained = f"seed {_SEED}" if self.name.startswith(RANDOM) else self.weights.sha256
        plain = (self.weights.architecture, trained, self.side, repr(self.preprocessing), 1)
        return plain if self.pooling == "mean" else (*plain, self.pooling)

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
        return _network(self.name, self.pooling)

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
        images = pixels.permute(0, 3, 1, 2).contiguous().to(torch.float32).div_(255)
        if images.shape[1] == 1:
            images = images.expand(-1, 3, -1, -1)
        size = _scaled(tuple(images.shape[2:]), self.side)
        preprocessing = self.preprocessing
        mode = preprocessing.interpolation
        shrinks = size[0] < images.shape[2]
        images = functional.interpolate(images, size, mode=mode, antialias=shrinks).clamp_(0, 1)
        if preprocessing.channels == "BGR":
            images = images.flip(1)
        return preprocessing.normalise(images)


def published(name: str) -> PretrainedWeights:
    """Return the published weights of a name, or of its random twin.

    Raises
    ------
    UsageError
        ``E-NAME``.
    """
    weights: PretrainedWeights = catalog.load("pretrained", name.removeprefix(RANDOM))
    return weights


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
    side, step = min(image_shape[:2]), _step(weights)
    wanted = min(_TIMES * side, weights.preprocessing.side)
    return max(step * round(wanted / step), _SMALLEST_MAP * step)


def check_side(name: str, side: int) -> None:
    """Raise ``E-NET-SIZE`` for a side below the smallest that the network takes."""
    step = _step(published(name))
    if side < step:
        raise DataError(
            "E-NET-SIZE",
            N_("{name} needs images of at least {side} pixels a side."),
            N_("Leave input_side out, or make it larger."),
            name=name,
            side=step,
        )


def _step(weights: PretrainedWeights) -> int:
    smallest: int = catalog.load("architectures", weights.architecture).smallest_side
    return smallest


def _scaled(size: tuple[int, ...], side: int) -> tuple[int, int]:
    """Return the sides with the shorter one as asked for and the same proportions."""
    height, width = size
    shorter = min(height, width)
    return round(height * side / shorter), round(width * side / shorter)


@functools.cache
def _network(name: str, pooling: Pooling) -> Backbone:
    weights = published(name)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(_SEED)
        backbone: Backbone = catalog.load("architectures", weights.architecture)((224, 224, 3))
        if name.startswith(RANDOM):
            _calibrate(backbone)
    if not name.startswith(RANDOM):
        load_published(backbone, weights.state_dict())
    if pooling == "flatten":
        _leave_out_pooling(backbone)
    return _folded(backbone.eval()).to(memory_format=torch.channels_last)  # type: ignore[no-any-return]


def _leave_out_pooling(network: nn.Module) -> None:
    """Let the last map reach the features as it is; every network flattens what it pools."""
    pools = [
        name
        for name, module in network.named_modules()
        if isinstance(module, nn.AdaptiveAvgPool2d) and module.output_size in (1, (1, 1))
    ]
    if not pools:
        raise UsageError(
            "E-POOLING",
            N_("{name} does not average its last map, so pooling='flatten' means nothing there."),
            N_("Leave pooling out."),
            name=type(network).__name__,
        )
    parent, _, last = pools[-1].rpartition(".")
    setattr(network.get_submodule(parent), last, nn.Identity())


def _calibrate(network: nn.Module) -> None:
    """Set the statistics of batch normalisation on blurred noise.

    Untrained ones would let features fade to nothing, layer by layer, and a twin that sees
    nothing is no control.
    """
    for module in network.modules():
        if isinstance(module, nn.BatchNorm2d):
            module.momentum = None  # the mean of what follows, not a running one
    noise = functional.interpolate(torch.randn(32, 3, 16, 16), (128, 128), mode="bicubic")
    with torch.no_grad():
        network.train()(noise)


def _folded(network: Any) -> Any:
    """Fold each batch normalisation into the convolution that stands before it.

    Jacob et al. 2018, "Quantization and training of neural networks for efficient
    integer-arithmetic-only inference", eq. 14: the same function with fewer passes over memory,
    and with activations in place with still fewer.
    """
    for parent in network.modules():
        before: tuple[str, nn.Conv2d] | None = None
        for name, child in list(parent.named_children()):
            if isinstance(child, nn.BatchNorm2d) and before is not None:
                fused = torch.nn.utils.fusion.fuse_conv_bn_eval(before[1], child)
                setattr(parent, before[0], fused)
                setattr(parent, name, nn.Identity())
            before = (name, child) if isinstance(child, nn.Conv2d) else None
            if isinstance(child, nn.ReLU | nn.ReLU6):
                child.inplace = True
    for parameter in network.parameters():
        parameter.requires_grad_(requires_grad=False)
    return network
