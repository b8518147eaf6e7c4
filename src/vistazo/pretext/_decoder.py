"""From the last map of a backbone back to an image."""

import torch
from torch import Tensor, nn
from torch.nn import functional

from vistazo.architectures import Backbone
from vistazo.architectures._keras_start import start_glorot
from vistazo.architectures._map_dropout import MapDropout
from vistazo.errors import UsageError
from vistazo.i18n import N_

_NARROWEST = 16


def decoder_of(backbone: Backbone, image_shape: tuple[int, int, int]) -> nn.Module:
    """Return layers that double a map until it is as large as the image.

    Before each doubling but the last one stands a convolution that halves the channels. The
    last one is that of the document: up, dropout 0.2, a convolution to the image's channels and
    the logistic function. A map of half the image's size therefore gets the document's decoder.

    Raises
    ------
    UsageError
        ``E-PRETEXT-MAP`` for a backbone that gives no map.
    """
    height, width, channels = image_shape
    check_map(type(backbone))
    with torch.no_grad():
        found = backbone.eval().forward_map(torch.zeros(1, channels, height, width))
    _one, n_channels, map_height, map_width = found.shape
    sizes = _doublings((map_height, map_width), (height, width))
    layers: list[nn.Module] = []
    for size in sizes[:-1]:
        narrower = max(n_channels // 2, _NARROWEST)
        layers += [_To(size), *_convolution(n_channels, narrower)]
        n_channels = narrower
    last = nn.Conv2d(n_channels, channels, 3, padding=1)
    layers += [_To((height, width)), MapDropout(0.2, inplace=True), last, nn.Sigmoid()]
    return nn.Sequential(*layers).apply(start_glorot)


def check_map(kind: type[Backbone]) -> None:
    """Raise ``E-PRETEXT-MAP`` for a backbone that gives no map."""
    if not kind.gives_map:
        raise UsageError(
            "E-PRETEXT-MAP",
            N_("{network} gives no map from which an image could be made again."),
            N_("Take another network, such as fast-cnn, or a task such as simclr or rotation."),
            network=kind.__name__,
        )


class _To(nn.Module):
    """Repeat the nearest position until the map has a size."""

    def __init__(self, size: tuple[int, int]) -> None:
        super().__init__()
        self.size = size

    def forward(self, maps: Tensor) -> Tensor:
        return functional.interpolate(maps, self.size, mode="nearest")


def _doublings(small: tuple[int, int], large: tuple[int, int]) -> list[tuple[int, int]]:
    """Return the sizes after each step, the last one ``large``: halves of it, rounded up."""
    sizes = [large]
    while max((sizes[0][0] + 1) // 2 - small[0], (sizes[0][1] + 1) // 2 - small[1]) > 0:
        sizes.insert(0, ((sizes[0][0] + 1) // 2, (sizes[0][1] + 1) // 2))
    return sizes


def _convolution(before: int, after: int) -> list[nn.Module]:
    return [
        nn.Conv2d(before, after, 3, padding=1, bias=False),
        nn.BatchNorm2d(after),
        nn.LeakyReLU(0.1, inplace=True),
    ]
