"""The last layers of a pretrained network with a new head: what is trained again."""

from typing import Self

import torch
from torch import Tensor, nn

from vistazo.transfer.ledger import Ledger, digests
from vistazo.transfer.logistic import Head
from vistazo.transfer.prefix import Prefix


class Tail(nn.Sequential):
    """Layers one after the other, whose batch normalisations may keep their statistics.

    Parameters
    ----------
    *layers : torch.nn.Module
    norms_are_frozen : bool
        Whether batch normalisation takes mean and variance from the training elsewhere, also
        while it is trained here. Its scale and shift are trained either way.
    """

    def __init__(self, *layers: nn.Module, norms_are_frozen: bool) -> None:
        super().__init__(*layers)
        self.norms_are_frozen = norms_are_frozen

    def train(self, mode: bool = True) -> Self:
        """Set the mode of all layers but frozen normalisations, which stay in evaluation."""
        super().train(mode)
        for layer in self.modules() if self.norms_are_frozen else ():
            if isinstance(layer, nn.BatchNorm1d | nn.BatchNorm2d):
                layer.eval()
        return self

    def after(self, entry: nn.Module) -> "Tail":
        """Return a network of these very layers that begins with another one."""
        return Tail(entry, *self, norms_are_frozen=self.norms_are_frozen)


class Entry(nn.Module):
    """A prefix as a layer without parameters, for images that are new in every epoch."""

    def __init__(self, prefix: Prefix) -> None:
        super().__init__()
        self.prefix = prefix

    def forward(self, images: Tensor) -> Tensor:  # (n_images, channels, height, width) in [0, 1]
        """Return the maps of a batch; no gradient passes."""
        with torch.no_grad():
            return self.prefix.maps(images.cpu()).to(images.device)


def new_tail(
    prefix: Prefix, n_classes: int, *, norms_are_frozen: bool, depthwise_is_frozen: bool
) -> Tail:
    """Return the layers after a prefix with the weights they have there, and a head of zeros.

    Parameters
    ----------
    prefix : Prefix
    n_classes : int
    norms_are_frozen : bool
    depthwise_is_frozen : bool
        Whether the filters of convolutions over single channels are left as they are.
    """
    backbone = prefix.frozen.own_network()
    head = nn.Linear(backbone.feature_dim, n_classes)
    nn.init.zeros_(head.weight)
    nn.init.zeros_(head.bias)
    layers = backbone.parts()[prefix.n_layers :]
    tail = Tail(*layers, head, norms_are_frozen=norms_are_frozen)
    for layer in tail.modules() if depthwise_is_frozen else ():
        if isinstance(layer, nn.Conv2d) and layer.groups == layer.in_channels > 1:
            layer.weight.requires_grad_(False)
    return tail.to(memory_format=torch.channels_last)  # type: ignore[call-overload,no-any-return]


def begin_with(tail: Tail, head: Head) -> None:
    """Give a tail the head that a logistic regression found."""
    last: nn.Linear = tail[-1]  # type: ignore[assignment]
    with torch.no_grad():
        last.weight.copy_(torch.from_numpy(head.weights.T))
        last.bias.copy_(torch.from_numpy(head.bias))


def ledger_of(prefix: Prefix, tail: Tail) -> Ledger:
    """Return where the numbers of a network came from, and what training made of its tail.

    Tensors have their published names; the head has none.
    """
    backbone = prefix.frozen.own_network()
    published = backbone.published.state_dict(keep_vars=True)
    names = {id(tensor): name for name, tensor in published.items()}
    now, found = digests(tail), {}
    for number, layer in enumerate(backbone.parts()[prefix.n_layers :]):
        for own, tensor in layer.state_dict(keep_vars=True).items():
            found[names[id(tensor)]] = now.get(f"{number}.{own}", "")
    return prefix.frozen.ledger.after_training(found)
