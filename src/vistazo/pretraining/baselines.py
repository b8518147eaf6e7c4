"""How well an image can be made whole again without any learning."""

from collections.abc import Callable

import torch
from torch import Tensor, nn
from torch.nn import functional

from vistazo.pretext._reconstruction import Corrupted, Reconstruction
from vistazo.pretraining.objective import VALIDATION_SEED
from vistazo.training.batches import batches_of, to_network

_BATCH = 64
_NEARLY = 0.25
"""Share of the error of the mean below which a median filter is close to the solution."""
_SIGMA = 1.0


def copied(corrupted: Corrupted, seen: Tensor) -> Tensor:  # noqa: ARG001
    """Return what the network gets, as it is."""
    return corrupted.images


def mean_of_the_rest(corrupted: Corrupted, seen: Tensor) -> Tensor:
    """Return images whose hidden numbers are the mean of those seen, channel by channel."""
    counts = seen.sum((2, 3), keepdim=True).clamp(min=1)
    means = (corrupted.images * seen).sum((2, 3), keepdim=True) / counts
    return _put_in(corrupted, means.expand_as(corrupted.images))


def blurred(corrupted: Corrupted, seen: Tensor) -> Tensor:
    """Return the Gaussian average of what is seen around; sigma one pixel, 5×5."""
    known = seen.to(corrupted.images.dtype)
    steps = torch.arange(-2.0, 3.0)
    line = torch.exp(-(steps**2) / (2 * _SIGMA**2))
    channels = corrupted.images.shape[1]
    kernel = (line[:, None] * line).expand(channels, 1, 5, 5)
    total, weight = (
        functional.conv2d(values, kernel, padding=2, groups=channels)
        for values in (corrupted.images * known, known)
    )
    average = total / weight.clamp(min=1e-12)
    found = torch.where(weight > 0, average, mean_of_the_rest(corrupted, seen))
    return _put_in(corrupted, found)


def median_of_neighbours(corrupted: Corrupted, seen: Tensor) -> Tensor:
    """Return the median of what is seen in 3×3; the mean of the image where nothing is."""
    unseen = corrupted.images.masked_fill(~seen, torch.nan)
    padded = functional.pad(unseen, (1, 1, 1, 1), value=torch.nan)
    windows = padded.unfold(2, 3, 1).unfold(3, 3, 1).flatten(4)
    found = windows.nanmedian(4).values
    return _put_in(corrupted, torch.where(found.isnan(), mean_of_the_rest(corrupted, seen), found))


BASELINES: dict[str, Callable[[Corrupted, Tensor], Tensor]] = {
    "copy": copied,
    "mean": mean_of_the_rest,
    "blur": blurred,
    "median": median_of_neighbours,
}


def hidden_errors(task: Reconstruction, network: nn.Module, images: Tensor) -> dict[str, float]:
    """Return mean squared errors where something was hidden: the network's and the baselines'.

    Parameters
    ----------
    task : Reconstruction
    network : PretextNetwork
        On the processor, in evaluation mode.
    images : Tensor of uint8, shape (n_images, channels, height, width)

    Returns
    -------
    dict of str to float
        ``network`` and the names of :data:`BASELINES`, for images in [0, 1].
    """
    generator = torch.Generator().manual_seed(VALIDATION_SEED)
    sums = dict.fromkeys(("network", *BASELINES), 0.0)
    n_hidden = 0
    for rows in batches_of(torch.arange(len(images)), _BATCH):
        batch = to_network(images[rows])
        corrupted = task.corrupt(batch, generator)
        with torch.inference_mode():
            seen = ~corrupted.hidden if task.hides else torch.ones_like(corrupted.hidden)
            made = {"network": task.reconstruct(network, corrupted)}
            made |= {name: baseline(corrupted, seen) for name, baseline in BASELINES.items()}
            for name, whole in made.items():
                sums[name] += float((whole - batch)[corrupted.hidden].double().square().sum())
        n_hidden += int(corrupted.hidden.sum())
    return {name: total / n_hidden for name, total in sums.items()}


def is_nearly_denoising(errors: dict[str, float]) -> bool:
    """Whether a median of the neighbours comes so close that little has to be understood."""
    return errors["median"] < _NEARLY * errors["mean"]


def _put_in(corrupted: Corrupted, found: Tensor) -> Tensor:
    return torch.where(corrupted.hidden, found, corrupted.images)
