"""The network of self-supervised methods: a part that learns without labels, and a head."""

from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from vistazo import catalog
from vistazo.data.images import Images
from vistazo.errors import DataError, warn
from vistazo.i18n import N_, _, number
from vistazo.methods._networks import build_network, channels_last
from vistazo.pretraining import Pretrained
from vistazo.pretraining.representation import Quarters
from vistazo.training.batches import in_order, resident, to_network
from vistazo.training.recipe import TrainingRecipe
from vistazo.transfer.ledger import digests
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


def transfer(pretrained: Pretrained, network: nn.Sequential) -> dict[str, Any]:
    """Give a network the backbone that was pretrained, and return what became of it.

    Raises
    ------
    DataError
        ``E-WEIGHTS-LOST`` where a tensor did not arrive.
    """
    part = network[0]
    backbone = part.backbone if isinstance(part, Quarters) else part
    backbone.load_state_dict(pretrained.backbone.state_dict())
    arrived = digests(backbone)
    lost = [name for name, digest in pretrained.digests_after.items() if arrived[name] != digest]
    if lost:
        raise DataError(
            "E-WEIGHTS-LOST",
            N_("Tensors that did not arrive in the network ({count}): {names}."),
            N_("Nothing is computed with it. Give the file as its publisher has it."),
            count=len(lost),
            names=", ".join(lost[:10]),
        )
    if pretrained.collapsed:
        warn(
            N_(
                "The pretraining taught the network to say nearly the same of all images"
                " ({alarms}): it collapsed, or was too short to learn anything."
            ),
            alarms=", ".join(pretrained.collapsed),
        )
    history = pretrained.history.as_json()
    del history["seconds"]  # the same fit is the same model, whatever the machine did besides
    return {
        "n_images": len(pretrained.rows),
        "n_tensors": len(arrived),
        "n_epochs": len(pretrained.history),
        "before": pretrained.before,
        "after": pretrained.after,
        "alarms": pretrained.collapsed,
        "history": history,
    }


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


def sentences(pretraining: dict[str, Any] | None) -> list[str]:
    """Return what a fit learned from before the labels."""
    if pretraining is None:
        return []
    return [
        _(
            "Pretrained without labels on {n} images, {epochs} epochs; {tensors} tensors were"
            " taken over, each checked by its SHA-256.",
            n=number(pretraining["n_images"]),
            epochs=number(pretraining["n_epochs"]),
            tensors=number(pretraining["n_tensors"]),
        )
    ]


def _features(part: nn.Module, pixels: NDArray[np.uint8]) -> NDArray[np.float32]:
    part.eval()
    device = next(part.parameters()).device
    with torch.inference_mode():
        batches = (resident(pixels[rows], device) for rows in in_order(len(pixels), 512))
        found = torch.cat([part(to_network(batch)).float().cpu() for batch in batches])
    values: NDArray[np.float32] = found.numpy()
    return values
