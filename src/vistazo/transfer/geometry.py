"""What size does to a network: the positions of its last map, and what each of them sees."""

import functools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves
from torch.utils.weak import WeakTensorKeyDictionary

from vistazo.architectures import Backbone
from vistazo.errors import DataError
from vistazo.i18n import N_
from vistazo.transfer.backbones import new_backbone


@dataclass(frozen=True)
class Geometry:
    """The last map of a network, before it is averaged.

    Parameters
    ----------
    channels : int
    positions : tuple of int
        (height, width) of the map.
    receptive_field : int
        Pixels along a side of what one position can depend on.
    stride : int
        Pixels from one position to the next.
    """

    channels: int
    positions: tuple[int, int]
    receptive_field: int
    stride: int


@functools.cache
def geometry(architecture: str, side: int) -> Geometry | None:
    """Return what is left of a square image where a network averages over positions.

    The network runs without arithmetic, on torch's ``meta`` device. The receptive field grows
    with every convolution and pool by (kernel - 1) × dilation × the stride so far, the longest
    path counting (Araujo, Norris & Sim 2019, "Computing receptive fields of convolutional neural
    networks", eq. 2).

    Parameters
    ----------
    architecture : str
        A name of ``vistazo list architectures``, in its published form, or ``timm:NAME``.
    side : int
        Pixels of the images.

    Returns
    -------
    Geometry or None
        None for a network that averages over no map.

    Raises
    ------
    DataError
        ``E-NET-SIZE`` where nothing is left of so small an image.
    """
    with torch.device("meta"):
        return last_map(new_backbone(architecture).eval(), architecture, side)


def last_map(network: Backbone, name: str, side: int) -> Geometry | None:
    """Return the geometry of a network that is on the ``meta`` device; see :func:`geometry`."""
    images = torch.zeros(1, 3, side, side, device="meta")
    following = _Following(images)
    try:
        with torch.no_grad(), following:
            network.forward_features(images)
    except RuntimeError as error:  # a layer that is left without a pixel
        raise DataError(
            "E-NET-SIZE",
            N_("{name} leaves nothing of images of {side} pixels a side."),
            N_("Leave input_side out, or make it larger."),
            name=name,
            side=side,
        ) from error
    return following.last


class _Following(TorchDispatchMode):  # type: ignore[no-untyped-call]
    """Knows of every tensor how much of the image it depends on, and at which stride."""

    def __init__(self, images: Tensor) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.last: Geometry | None = None
        self._seen = WeakTensorKeyDictionary()
        self._seen[images] = (1, 1)

    def __torch_dispatch__(
        self, func: Any, types: Any, args: Sequence[Any] = (), kwargs: Any = None
    ) -> Any:
        output = func(*args, **(kwargs or {}))
        inputs = [leaf for leaf in tree_leaves((args, kwargs)) if isinstance(leaf, Tensor)]
        known = [self._seen[tensor] for tensor in inputs if tensor in self._seen]
        if not known:
            return output
        field, stride = (max(values) for values in zip(*known, strict=True))
        operation = func.overloadpacket.__name__
        if operation == "convolution":
            _image, weight, _bias, strides, _padding, dilation, *_ = args
            field += (weight.shape[-1] - 1) * dilation[-1] * stride
            stride *= strides[-1]
        elif operation in ("max_pool2d_with_indices", "avg_pool2d"):
            kernel = args[1][-1]
            field += (kernel - 1) * stride
            stride *= args[2][-1] if len(args) > 2 and args[2] else kernel
        elif _pools_everything(operation, args):
            _n, channels, height, width = args[0].shape
            self.last = Geometry(channels, (height, width), field, stride)
        for tensor in tree_leaves(output):
            if isinstance(tensor, Tensor):
                self._seen[tensor] = (field, stride)
        return output


def _pools_everything(operation: str, args: Sequence[Any]) -> bool:
    if operation == "mean":  # what averaging to a single position is, inside torch
        return args[0].dim() == 4 and {axis % 4 for axis in args[1]} == {2, 3}
    return operation == "_adaptive_avg_pool2d"
