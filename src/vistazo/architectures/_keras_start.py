"""The weights that Keras starts convolutions and dense layers from."""

from torch import nn


def start_glorot(layer: nn.Module) -> None:
    """Make weights Glorot-uniform and biases zero (Glorot & Bengio 2010, equation 16)."""
    if isinstance(layer, nn.Conv2d | nn.Linear):
        nn.init.xavier_uniform_(layer.weight)
        if layer.bias is not None:
            nn.init.zeros_(layer.bias)
