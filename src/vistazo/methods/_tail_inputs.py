"""What the trained layers of a fine-tuned network get, and what they answer."""

from collections.abc import Iterator

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from vistazo.training.batches import in_order, resident, to_network
from vistazo.transfer.extraction import extract
from vistazo.transfer.prefix import Prefix
from vistazo.transfer.tail import Tail
from vistazo.transforms.views import views

_TOGETHER = 4096
"""Images that are asked about at once."""

Pixels = NDArray[np.uint8]


def views_of(pixels: Pixels, kind: str) -> Iterator[Pixels]:
    """Yield the views of images, each of the shape (n_images, height, width, channels)."""
    for view in views(resident(pixels, torch.device("cpu")), kind):
        yield view.permute(0, 2, 3, 1).numpy()


def inputs(prefix: Prefix, pixels: Pixels, device: torch.device, *, maps: bool) -> Tensor:
    """Return images as the network to train gets them.

    Parameters
    ----------
    prefix : Prefix
    pixels : ndarray of uint8, shape (n_images, height, width, channels)
    device : torch.device
    maps : bool
        Whether they go through the prefix now, once, or as pixels in every epoch.
    """
    if not maps:
        return resident(pixels, device)
    keep = prefix.n_layers > 0  # to change the size of an image again costs less than its room
    return torch.from_numpy(extract(prefix, pixels, keep=keep, dtype=np.float16)).to(device)


def probabilities(
    prefix: Prefix, tail: Tail, pixels: Pixels, kind_of_views: str
) -> NDArray[np.float64]:
    """Return softmax probabilities, averaged over views, shape (n_images, n_classes)."""
    tail.eval()
    device = next(tail.parameters()).device
    parts: list[Tensor] = []
    for start in range(0, len(pixels), _TOGETHER):
        seen = [
            _softmax(tail, extract(prefix, view, keep=False, dtype=np.float16), device)
            for view in views_of(pixels[start : start + _TOGETHER], kind_of_views)
        ]
        parts.append(torch.stack(seen).mean(0))
    found: NDArray[np.float64] = torch.cat(parts).numpy()
    return found


def _softmax(tail: Tail, maps: NDArray[np.floating], device: torch.device) -> Tensor:
    with torch.inference_mode():
        found = [
            tail(to_network(torch.from_numpy(maps[part]).to(device))).double().softmax(1).cpu()
            for part in in_order(len(maps), 512)
        ]
    return torch.cat(found)
