"""Networks with published or random numbers in them: to be used as they are, or trained on."""

import copy
import functools
import threading
from typing import Any

import torch
from torch import nn
from torch.nn import functional

from vistazo.architectures import Backbone
from vistazo.errors import UsageError
from vistazo.i18n import N_
from vistazo.transfer.backbones import TimmBackbone, new_backbone, smallest_side
from vistazo.transfer.departures import Pooling
from vistazo.transfer.ledger import Ledger, digests, load_weights, random_ledger
from vistazo.transfer.weights_by_name import RANDOM, published

SEED = 0
"""Of random weights: they are one more fixed function of an image, not a thing to be lucky with."""
_NOISE = 128
"""Pixels a side, at least, of the noise that random networks are set on."""
_LOADING = threading.Lock()


def frozen_network(
    name: str, weights_file: str | None, digest: str, pooling: Pooling
) -> tuple[Backbone, Ledger]:
    """Return a network that is not trained, made fast, and where its numbers came from.

    Parameters
    ----------
    name, weights_file : str
        As of :func:`~vistazo.transfer.weights_by_name.published`.
    digest : str
        SHA-256 of the weights: with another one, they are read again.
    pooling : {"mean", "flatten"}
    """
    with _LOADING:  # threads that ask at once would share one stream of random numbers
        return _loaded(name, weights_file, digest, pooling)


@functools.lru_cache(maxsize=4)
def _loaded(
    name: str, weights_file: str | None, _digest: str, pooling: Pooling
) -> tuple[Backbone, Ledger]:
    backbone, ledger = _built(name, weights_file)
    if pooling == "flatten":
        _leave_out_pooling(backbone)
    backbone.requires_grad_(requires_grad=False)
    # what timm has beside its convolutions may do more than normalise
    folded: Any = backbone if isinstance(backbone, TimmBackbone) else _folded(backbone)
    return folded.to(memory_format=torch.channels_last), ledger


def own_network(name: str, weights_file: str | None, digest: str) -> Backbone:
    """Return a network of one's own to be trained on, in evaluation mode.

    Parameters
    ----------
    name, weights_file, digest : str
        As of :func:`frozen_network`.
    """
    with _LOADING:
        return copy.deepcopy(_start(name, weights_file, digest))


def n_parts(name: str) -> int:
    """Return how many parts a network has: :meth:`vistazo.architectures.Backbone.parts`."""
    with _LOADING, torch.random.fork_rng(devices=[]):
        return _n_parts(published(name).architecture)


@functools.cache
def _n_parts(architecture: str) -> int:
    return len(new_backbone(architecture).parts())


@functools.lru_cache(maxsize=2)
def _start(name: str, weights_file: str | None, _digest: str) -> Backbone:
    return _built(name, weights_file)[0]


def _built(name: str, weights_file: str | None) -> tuple[Backbone, Ledger]:
    """Return a new network in evaluation mode, and where its numbers came from."""
    weights = published(name, weights_file)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(SEED)
        backbone = new_backbone(weights.architecture)
        if name.startswith(RANDOM):
            before, step = digests(backbone.published), smallest_side(weights)
            _calibrate(backbone, step * -(-_NOISE // step))
            ledger = random_ledger(name, backbone, before)
        else:
            ledger = load_weights(backbone, weights)
    return backbone.eval(), ledger


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


def _calibrate(network: nn.Module, side: int) -> None:
    """Set the statistics of batch normalisation on blurred noise, ``side`` pixels a side.

    Untrained ones would let features fade to nothing, layer by layer, and a twin that sees
    nothing is no control.
    """
    norms = [module for module in network.modules() if isinstance(module, nn.BatchNorm2d)]
    if not norms:
        return
    momenta = [norm.momentum for norm in norms]
    for norm in norms:
        norm.momentum = None  # the mean of what follows, not a running one
    noise = functional.interpolate(torch.randn(32, 3, 16, 16), (side, side), mode="bicubic")
    with torch.no_grad():
        network.train()(noise)
    for norm, momentum in zip(norms, momenta, strict=True):
        norm.momentum = momentum


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
    return network
