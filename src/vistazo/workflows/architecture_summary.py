"""What a network consists of and what it costs, told without training or even building it.

The network lives on torch's ``meta`` device, which knows shapes and does no arithmetic, so that
the largest one is described in a moment and takes no memory.
"""

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.utils.hooks import RemovableHandle

from vistazo import catalog
from vistazo.architectures import Backbone
from vistazo.errors import require

_BYTES = 4
"""Of one number, a float32."""
_VALUES_PER_PARAMETER = 4
"""In training: the parameter, its gradient and Adam's two moments."""
_NOT_LISTED = (
    nn.ReLU, nn.ReLU6, nn.Tanh, nn.GELU, nn.SiLU, nn.Sigmoid, nn.Softmax,
    nn.Dropout, nn.Flatten, nn.Identity,
)  # fmt: skip
"""Layers that have neither parameters nor sums of products and keep what they are given."""


@dataclass(frozen=True)
class LayerSummary:
    """One layer: a convolution, a dense layer, a normalisation or a pool."""

    name: str
    """Within the network; the classifier's own layer is ``head``."""
    kind: str
    """Its class, such as ``Conv2d``."""
    output_shape: tuple[int, ...]
    """Of one image: (channels, height, width) or (features,)."""
    parameters: int
    """Numbers that training can change; 0 where the layer has been listed before."""
    macs: int
    """Multiplications with an addition, for one image, of convolutions and dense layers."""


@dataclass(frozen=True)
class NetworkSummary:
    """A network with its head: its layers in the order in which they run, and its totals."""

    name: str
    image_shape: tuple[int, int, int]
    """(height, width, channels)."""
    n_classes: int
    stem: str | None
    """``published`` or ``small``; None where the network has only one."""
    layers: tuple[LayerSummary, ...]
    parameters: int
    """All of them; the statistics of batch normalisation are not among them."""
    trainable: int
    """Parameters that training changes."""
    activation_bytes: int
    """What automatic differentiation keeps of one image for the backward pass, itself
    included."""

    @property
    def frozen(self) -> int:
        """Parameters that training leaves alone."""
        return self.parameters - self.trainable

    @property
    def macs(self) -> int:
        """Multiplications with an addition for one image, all layers together."""
        return sum(layer.macs for layer in self.layers)

    @property
    def parameter_bytes(self) -> int:
        """Room of the parameters as float32."""
        return _BYTES * self.parameters

    def training_bytes(self, batch_size: int = 64) -> int:
        """Return about how much memory a training step with Adam takes.

        All parameters, for those that are trained a gradient and Adam's two moments too, and
        what is kept of each image of a batch. What the libraries need to compute with comes
        on top.
        """
        moving = _BYTES * (_VALUES_PER_PARAMETER - 1) * self.trainable
        return self.parameter_bytes + moving + batch_size * self.activation_bytes


def describe_architecture(
    name: str, image_shape: tuple[int, int, int], n_classes: int = 10
) -> NetworkSummary:
    """Describe an architecture with the head of a classifier.

    Parameters
    ----------
    name : str
        A name of ``vistazo list architectures``.
    image_shape : tuple of int
        (height, width, channels).
    n_classes : int, default=10
        At least 2.

    Returns
    -------
    NetworkSummary

    Raises
    ------
    UsageError
        ``E-NAME`` for an unknown name, ``E-VALUE`` for fewer than two classes.
    DataError
        ``E-NET-SIZE`` for images smaller than the network takes.

    Examples
    --------
    >>> describe_architecture("fashion-cnn", (28, 28, 1)).parameters
    241546
    """
    require(n_classes >= 2, "n_classes", n_classes, "≥ 2")
    architecture = catalog.load("architectures", name)
    with torch.device("meta"):
        backbone: Backbone = architecture(image_shape)
        head = nn.Linear(backbone.feature_dim, n_classes)
    return describe_network(backbone, head, image_shape, name)


def describe_network(
    backbone: Backbone, head: nn.Linear, image_shape: tuple[int, int, int], name: str
) -> NetworkSummary:
    """Describe a backbone and a head that are on the ``meta`` device.

    Parameters
    ----------
    backbone : Backbone
        Parameters that do not require a gradient count as frozen.
    head : torch.nn.Linear
    image_shape : tuple of int
        (height, width, channels).
    name : str
        Of the network.
    """
    rows: list[LayerSummary] = []
    hooks = _listen(backbone, head, rows)
    # one image alone would have no variance to normalise by
    kept_of_two = _bytes_kept(backbone, head, image_shape, 2)
    for hook in hooks:
        hook.remove()
    parameters = [*backbone.parameters(), *head.parameters()]
    return NetworkSummary(
        name=name,
        image_shape=image_shape,
        n_classes=head.out_features,
        stem=backbone.stem_,
        layers=tuple(rows),
        parameters=sum(p.numel() for p in parameters),
        trainable=sum(p.numel() for p in parameters if p.requires_grad),
        # what is kept once per batch, such as a normalisation's mean, drops out
        activation_bytes=_bytes_kept(backbone, head, image_shape, 3) - kept_of_two,
    )


def _listen(backbone: Backbone, head: nn.Linear, rows: list[LayerSummary]) -> list[RemovableHandle]:
    """Let each layer add its row when it runs; the hooks are the caller's to remove."""
    seen: set[nn.Module] = set()

    def listen(name: str, layer: nn.Module) -> RemovableHandle:
        def note(layer: nn.Module, _inputs: tuple[Tensor, ...], output: Tensor) -> None:
            own = 0 if layer in seen else sum(p.numel() for p in layer.parameters())
            seen.add(layer)
            shape = tuple(output.shape[1:])
            rows.append(LayerSummary(name, type(layer).__name__, shape, own, _macs(layer, shape)))

        return layer.register_forward_hook(note)

    return [
        listen(name, layer)
        for name, layer in (*backbone.named_modules(), ("head", head))
        if not any(layer.children()) and not isinstance(layer, _NOT_LISTED)
    ]


def _macs(layer: nn.Module, output_shape: tuple[int, ...]) -> int:
    if isinstance(layer, nn.Conv2d):
        channels, height, width = output_shape
        each = layer.in_channels // layer.groups * layer.kernel_size[0] * layer.kernel_size[1]
        return channels * height * width * each
    if isinstance(layer, nn.Linear):
        return layer.in_features * layer.out_features
    return 0


def _bytes_kept(
    backbone: Backbone, head: nn.Linear, image_shape: tuple[int, int, int], n_images: int
) -> int:
    """Return the bytes that the backward pass of a batch needs, each storage counted once."""
    height, width, channels = image_shape
    kept: dict[int, Tensor] = {}

    def keep(tensor: Tensor) -> Tensor:
        # meta tensors have no address to tell them apart by, but each its own storage object
        kept[tensor.untyped_storage()._cdata] = tensor
        return tensor

    with torch.autograd.graph.saved_tensors_hooks(keep, lambda tensor: tensor):
        head(backbone(torch.zeros(n_images, channels, height, width, device="meta")))
    return sum(tensor.untyped_storage().nbytes() for tensor in kept.values())
