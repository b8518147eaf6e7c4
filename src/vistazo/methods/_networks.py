"""What methods that are networks share: building, counting, asking."""

import copy
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from vistazo import catalog
from vistazo.architectures import Backbone
from vistazo.data.images import Images
from vistazo.errors import UsageError
from vistazo.i18n import N_
from vistazo.training.batches import in_order, resident, to_network
from vistazo.training.history import History
from vistazo.training.layers import adapt_layers, needs_batches
from vistazo.training.loop import train
from vistazo.training.recipe import TrainingRecipe
from vistazo.training.supervised import Supervised
from vistazo.transforms.views import views


def recipe_of(architecture: str | nn.Module) -> TrainingRecipe:
    """Return the recipe that an architecture is meant to be trained with."""
    if isinstance(architecture, nn.Module):
        return TrainingRecipe()
    backbone: type[Backbone] = catalog.load("architectures", architecture)
    return TrainingRecipe(**backbone.RECIPE)


def build_network(
    architecture: str | nn.Module,
    image_shape: tuple[int, int, int],
    n_classes: int,
    recipe: TrainingRecipe,
) -> nn.Module:
    """Return a fresh network with a head for the classes, in channels-last memory.

    Parameters
    ----------
    architecture : str or torch.nn.Module
        A name of the catalogue, or a whole network, of which a copy is taken.
    image_shape : tuple of int
        (height, width, channels).
    n_classes : int
    recipe : TrainingRecipe
        Its ``dropout`` and ``normalization`` are put in.
    """
    if isinstance(architecture, nn.Module):
        network = copy.deepcopy(architecture)
    else:
        backbone: Backbone = catalog.load("architectures", architecture)(image_shape)
        head = nn.Linear(backbone.feature_dim, n_classes)
        nn.init.xavier_uniform_(head.weight)
        nn.init.zeros_(head.bias)
        network = nn.Sequential(backbone, head)
    return channels_last(adapt_layers(network, recipe))


def channels_last(network: nn.Module) -> nn.Module:
    """Return the network with its memory in the order in which convolutions are fast."""
    # torch's types do not know that a module takes a memory format
    return network.to(memory_format=torch.channels_last)  # type: ignore[call-overload,no-any-return]


def refuse_single_images(network: nn.Module, recipe: TrainingRecipe) -> None:
    """Raise ``E-VALUE`` for batches of one image where a network needs the spread of several."""
    if recipe.batch_size == 1 and needs_batches(network):
        raise UsageError(
            "E-VALUE",
            N_("A batch of one image has no spread, which batch normalisation needs."),
            N_("Set batch_size to 2 or more, or normalization to group."),
        )


def count_parameters(network: nn.Module) -> int:
    """Return how many numbers a network holds that training can change."""
    return sum(parameter.numel() for parameter in network.parameters())


def train_classifier(
    network: nn.Module,
    images: Images,
    codes: NDArray[np.int64],
    parts: tuple[NDArray[np.int64], NDArray[np.int64]],
    recipe: TrainingRecipe,
    seed: int,
) -> History:
    """Train a network on the classes of images, in place.

    Parameters
    ----------
    network : torch.nn.Module
        Returns logits; on the device that it is trained on.
    images : Images
    codes : ndarray of int64, shape (n_images,)
        Every class is among them.
    parts : tuple of ndarray of int64
        Rows to train on, and rows that watch the training.
    recipe : TrainingRecipe
    seed : int
        Of order, augmentation and mixing.
    """
    device = next(network.parameters()).device
    targets = torch.from_numpy(codes).to(device)
    pixels = [resident(images[rows].pixels, device) for rows in parts]
    classes = [targets[torch.from_numpy(rows)] for rows in parts]
    objective = Supervised(
        pixels[0], classes[0], pixels[1], classes[1], recipe, int(codes.max()) + 1
    )
    return train(network, objective, recipe, torch.Generator().manual_seed(seed))


def probabilities(
    network: nn.Module, pixels: NDArray[np.uint8], kind_of_views: str = "none"
) -> NDArray[np.float64]:
    """Return softmax probabilities, averaged over the views of each image.

    Parameters
    ----------
    network : torch.nn.Module
        Returns logits; set to evaluation.
    pixels : ndarray of uint8, shape (n_images, height, width, channels)
    kind_of_views : str
        See :func:`vistazo.transforms.views.views`.

    Returns
    -------
    ndarray of float64, shape (n_images, n_classes)
    """
    network.eval()
    device = next(network.parameters()).device
    parts: list[Tensor] = []
    with torch.inference_mode():
        for part in in_order(len(pixels), 512):
            images = to_network(resident(pixels[part], device))
            seen = [network(view).double().softmax(1) for view in views(images, kind_of_views)]
            parts.append(torch.stack(seen).mean(0).cpu())
    found: NDArray[np.float64] = torch.cat(parts).numpy()
    return found


def weights_of(network: nn.Module) -> dict[str, NDArray[Any]]:
    """Return all numbers of a network by name."""
    return {name: tensor.cpu().numpy() for name, tensor in network.state_dict().items()}


def with_weights(network: nn.Module, weights: dict[str, NDArray[Any]]) -> nn.Module:
    """Give a network on the meta device the numbers of another; every name must match."""
    kinds = {name: tensor.dtype for name, tensor in network.state_dict().items()}
    tensors = {name: torch.from_numpy(a).to(kinds.get(name)) for name, a in weights.items()}
    network.load_state_dict(tensors, strict=True, assign=True)
    return network
