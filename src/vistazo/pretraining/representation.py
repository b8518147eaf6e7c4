"""What a backbone's features are worth while it learns, and whether they still differ."""

import math
from collections.abc import Mapping

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from vistazo.architectures import Backbone
from vistazo.training.batches import in_order, to_network
from vistazo.transfer.logistic import Heads

_QUARTERS = 2
"""Positions along each side that a map is averaged to."""
_NEIGHBOURS = 20
_STRENGTH = 0.1
"""Of the linear probe's regularisation, which is not searched while a network learns."""
_PROBE_STEPS = 100
_APART = 0.05
"""Cosines: broken losses stayed below 0.03 and sound ones came above 0.14 in four epochs."""
_COLLAPSED = 0.1
"""Share of what it was before training, below which a spread or a rank is called collapsed."""


class Quarters(nn.Module):
    """A backbone whose features are quarters of its last map; its own where it gives none.

    Parameters
    ----------
    backbone : Backbone
    """

    def __init__(self, backbone: Backbone) -> None:
        super().__init__()
        self.backbone = backbone

    def forward(self, images: Tensor) -> Tensor:  # (n_images, channels, height, width) in [0, 1]
        """Return features, shape (n_images, n_features)."""
        if not self.backbone.gives_map:
            features: Tensor = self.backbone(images)
            return features
        maps = self.backbone.forward_map(images)
        side = min(_QUARTERS, *maps.shape[2:])
        return functional.adaptive_avg_pool2d(maps, side).flatten(1)


def features_of(backbone: Backbone, images: Tensor, batch_size: int = 512) -> Tensor:
    """Return features of images as :class:`Quarters` gives them.

    Parameters
    ----------
    backbone : Backbone
        Put into evaluation mode.
    images : Tensor of uint8, shape (n_images, channels, height, width)

    Returns
    -------
    Tensor of float32, shape (n_images, n_features)
    """
    quarters = Quarters(backbone).eval()
    with torch.inference_mode():
        parts = in_order(len(images), batch_size)
        return torch.cat([quarters(to_network(images[part])).float().cpu() for part in parts])


def spread(said: Tensor) -> float:
    """Return how far apart vectors of length 1 are: 0 where all images have the same, at most 1.

    The standard deviation of each of their numbers, averaged, times the root of how many there
    are (Chen & He 2021, "Exploring simple siamese representation learning", fig. 2).

    Parameters
    ----------
    said : Tensor, shape (n_images, n_features)
    """
    if len(said) < 2:
        return math.nan
    unit = functional.normalize(said.double())
    return float(unit.std(0).mean() * said.shape[1] ** 0.5)


def effective_rank(features: Tensor) -> float:
    """Return how many directions features fill, at least 0.

    The exponential of the entropy of the singular values, each a share of their sum (Roy &
    Vetterli 2007; Garrido et al. 2023, "RankMe", eq. 1), around the mean.
    """
    values = torch.linalg.svdvals(features.double() - features.double().mean(0))
    if not values.sum() > 0:
        return 0.0
    share = values / values.sum()
    return float(torch.special.entr(share).sum().exp())


def collapsed(before: Mapping[str, float], after: Mapping[str, float]) -> list[str]:
    """Return what says that different images are not told apart: empty where nothing does.

    ``spread`` and ``effective_rank``, where next to nothing of an untrained network's is left;
    ``other_images``, where views of different images are as alike as views of one.

    Parameters
    ----------
    before, after : mapping of str to float
        What was seen of an untrained and of the trained network; ``after`` may have
        ``same_image`` and ``other_images`` besides.
    """
    looked_at = ("spread", "effective_rank")
    found = [name for name in looked_at if after[name] < _COLLAPSED * before[name]]
    if "same_image" in after and after["same_image"] - after["other_images"] < _APART:
        found.append("other_images")
    return found


def neighbour_accuracy(
    known: Tensor, known_codes: NDArray[np.int64], asked: Tensor, asked_codes: NDArray[np.int64]
) -> float:
    """Return the share of images whose nearest neighbours have their class, most of them.

    Twenty neighbours by cosine, each with the weight ``exp(cosine / 0.1)`` (Wu et al. 2018,
    "Unsupervised feature learning via non-parametric instance discrimination", sec. 3.4).

    Parameters
    ----------
    known, asked : Tensor of float32, shape (n_images, n_features)
    known_codes, asked_codes : ndarray of int64, shape (n_images,)
    """
    alike = functional.normalize(asked) @ functional.normalize(known).T
    nearest = alike.topk(min(_NEIGHBOURS, len(known)), dim=1)
    codes = torch.from_numpy(known_codes)[nearest.indices]
    n_classes = int(max(known_codes.max(), asked_codes.max())) + 1
    votes = torch.zeros(len(asked), n_classes, dtype=alike.dtype)
    votes.scatter_add_(1, codes, (nearest.values / 0.1).exp())
    return float((votes.argmax(1).numpy() == asked_codes).mean())


def probe_accuracy(
    known: Tensor, known_codes: NDArray[np.int64], asked: Tensor, asked_codes: NDArray[np.int64]
) -> float:
    """Return the share that a logistic regression on the features of other images gets right."""
    heads = Heads(known.numpy(), known_codes)
    everything = np.ones((1, len(known_codes)), bool)
    solved = heads.solve(np.array([_STRENGTH]), everything, most_steps=_PROBE_STEPS)
    found = solved.head(0, 0).probabilities(asked.numpy()).argmax(1)
    return float((found == asked_codes).mean())
