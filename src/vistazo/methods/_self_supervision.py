"""The network of self-supervised methods: a part that learns without labels, and a head."""

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from vistazo import catalog
from vistazo.data.images import Images
from vistazo.methods._networks import build_network, channels_last
from vistazo.pretraining.representation import Quarters
from vistazo.training.batches import in_order, resident, to_network
from vistazo.training.recipe import TrainingRecipe
from vistazo.transfer.logistic import Head, Heads
from vistazo.transfer.strength import Chosen, chosen_strength


def new_network(
    architecture: str,
    then: str,
    image_shape: tuple[int, int, int],
    n_classes: int,
    recipe: TrainingRecipe,
) -> nn.Sequential:
    """Return a fresh network of two parts: what gives the features, and a linear head.

    Where the head alone is trained, features are quarters of the last map.
    """
    if then != "probe":
        return build_network(architecture, image_shape, n_classes, recipe)  # type: ignore[return-value]
    quarters = Quarters(catalog.load("architectures", architecture)(image_shape))
    height, width, channels = image_shape
    with torch.no_grad():
        n_features = quarters.eval()(torch.zeros(1, channels, height, width)).shape[1]
    return channels_last(nn.Sequential(quarters, nn.Linear(n_features, n_classes)))  # type: ignore[return-value]


def solve_head(
    network: nn.Sequential, images: Images, codes: NDArray[np.int64], seed: int
) -> Chosen:
    """Make the head a logistic regression on the features of images, as the linear probe does.

    Returns
    -------
    Chosen
        The strength of its regularisation, and what was predicted while it was sought.
    """
    heads = Heads(_features(network[0], images.pixels), codes)
    chosen = chosen_strength(heads, images.groups, seed)
    everything = np.ones((1, len(codes)), bool)
    head: Head = heads.solve(np.array([chosen.strength]), everything).head(0, 0)
    last: nn.Linear = network[1]  # type: ignore[assignment]
    with torch.no_grad():
        last.weight.copy_(torch.from_numpy(head.weights.T))
        last.bias.copy_(torch.from_numpy(head.bias))
    return chosen


def _features(part: nn.Module, pixels: NDArray[np.uint8]) -> NDArray[np.float32]:
    part.eval()
    device = next(part.parameters()).device
    with torch.inference_mode():
        batches = (resident(pixels[rows], device) for rows in in_order(len(pixels), 512))
        found = torch.cat([part(to_network(batch)).float().cpu() for batch in batches])
    values: NDArray[np.float32] = found.numpy()
    return values
