"""Networks for weights of any origin: those of Vistazo, and those of timm in the same shape."""

import functools

import torch
from torch import Tensor, nn

from vistazo import catalog
from vistazo.architectures import Backbone
from vistazo.pretrained import Weights
from vistazo.pretrained._timm import PREFIX, timm_module
from vistazo.transfer.pieces import pieces

_REDUCTION = 32
"""Pixels per position of the last map in the published form of the architectures here."""
_POSITIONS = 3
"""Along the last map, at least: in fewer, nothing is beside anything."""
_MOST_STEPS = 10


class TimmBackbone(Backbone):
    """A network of timm without its head, after whatever pooling it has.

    Parameters
    ----------
    name : str
        With the tag of its weights, where it has one: the size of the images may depend on it.
    """

    def __init__(self, name: str) -> None:
        super().__init__()
        self.network: nn.Module = timm_module().create_model(name, num_classes=0)
        self.feature_dim = int(self.network.head_hidden_size)

    @property
    def published(self) -> nn.Module:
        """The network as timm has it."""
        return self.network

    def forward_features(self, images: Tensor) -> Tensor:  # (n_images, channels, height, width)
        """Return the pooled features, shape (n_images, feature_dim)."""
        features: Tensor = self.network(images)
        return features

    def parts(self) -> list[nn.Module]:
        """Return the layers or blocks of the network, each with what has no weights after it."""
        return self._parts

    @functools.cached_property
    def _parts(self) -> list[nn.Module]:
        return pieces(self.network.eval())


def new_backbone(architecture: str) -> Backbone:
    """Return the network that weights with such an ``architecture`` are for, untrained."""
    if architecture.startswith(PREFIX):
        return TimmBackbone(architecture.removeprefix(PREFIX))
    backbone: Backbone = catalog.load("architectures", architecture)((224, 224, 3))
    return backbone


@functools.cache
def n_parameters(architecture: str) -> int:
    """Return how many numbers a network has, without its head, that a training could change."""
    with torch.device("meta"):  # no numbers are needed to count them
        return sum(parameter.numel() for parameter in new_backbone(architecture).parameters())


def smallest_side(weights: Weights) -> int:
    """Return the pixels of an image's side that are one position of the last map."""
    if weights.preprocessing.square:
        return weights.preprocessing.side
    if weights.architecture.startswith(PREFIX):
        return _steps(weights.architecture.removeprefix(PREFIX))[0]
    if weights.architecture == "alexnet":
        return 2 * _REDUCTION  # its pools have no padding: below 63 px nothing is left
    return _REDUCTION


def side_of_three(weights: Weights) -> int:
    """Return the side in pixels from which the last map has three positions along each side."""
    if weights.architecture.startswith(PREFIX) and not weights.preprocessing.square:
        return _steps(weights.architecture.removeprefix(PREFIX))[1]
    return (1 if weights.preprocessing.square else _POSITIONS) * smallest_side(weights)


@functools.cache
def _steps(name: str) -> tuple[int, int]:
    """Return the reduction of a network of timm, and its side of three positions."""
    with torch.device("meta"):  # no numbers are needed to ask
        network = timm_module().create_model(name, num_classes=0).eval()
        step = int(network.feature_info[-1]["reduction"])
        for side in range(_POSITIONS * step, _MOST_STEPS * step, step):
            maps = network.forward_features(torch.empty(1, 3, side, side))
            # others than convolutional networks have no map whose border could be lost
            if not isinstance(maps, Tensor) or maps.ndim != 4 or min(maps.shape[1:]) >= _POSITIONS:
                return step, side
    return step, _POSITIONS * step
