"""Dropout and normalisation of a network as a recipe wants them."""

from torch import nn

from vistazo.training.recipe import TrainingRecipe

_NORMS = (nn.BatchNorm2d, nn.GroupNorm)


def adapt_layers(network: nn.Module, recipe: TrainingRecipe) -> nn.Module:
    """Set the rates of dropout and the kind of normalisation in place, and return the network.

    Group normalisation (Wu and He 2018) takes the most groups up to 32 that divide the
    channels; layer normalisation is the same with one group. A network without any
    normalisation gets one behind every convolution.
    """
    if recipe.dropout is not None:
        for layer in network.modules():
            if isinstance(layer, nn.Dropout | nn.Dropout2d):
                layer.p = recipe.dropout
    if recipe.normalization is not None:
        has_norms = any(isinstance(layer, _NORMS) for layer in network.modules())
        for parent in list(network.modules()):
            for name, child in list(parent.named_children()):
                if isinstance(child, _NORMS):
                    setattr(parent, name, _norm(_channels(child), recipe.normalization))
                elif isinstance(child, nn.Conv2d) and not has_norms:
                    norm = _norm(child.out_channels, recipe.normalization)
                    setattr(parent, name, nn.Sequential(child, norm))
    return network


def needs_batches(network: nn.Module) -> bool:
    """Return whether an image's answer depends on the others of its batch in training."""
    norms = nn.BatchNorm1d | nn.BatchNorm2d
    network.train()
    return any(isinstance(layer, norms) and layer.training for layer in network.modules())


def _norm(channels: int, kind: str) -> nn.Module:
    if kind == "batch":
        return nn.BatchNorm2d(channels)
    groups = 1 if kind == "layer" else max(g for g in range(1, 33) if channels % g == 0)
    return nn.GroupNorm(groups, channels)


def _channels(norm: nn.BatchNorm2d | nn.GroupNorm) -> int:
    return norm.num_features if isinstance(norm, nn.BatchNorm2d) else norm.num_channels
