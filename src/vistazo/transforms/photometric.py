"""Effects on values: contrast, brightness, noise, erasing."""

import numpy as np
import torch
from torch import Tensor

from vistazo.transforms.parameters import Parameters

__all__ = ["altered"]

_LUMA = (0.2989, 0.587, 0.114)


def altered(images: Tensor, parameters: Parameters, fill_value: float = 0.0) -> Tensor:
    """Return images after the effects on values: contrast, brightness, noise, erasing.

    Contrast is that of Pillow's ``ImageEnhance.Contrast`` and torchvision's
    ``adjust_contrast``: around the mean of the grayscale image.

    Parameters
    ----------
    images : Tensor of float32, shape (n_images, channels, height, width)
        In [0, 1], in channels-last memory.
    parameters : Parameters
        Of these images.
    fill_value : float
        What an erased pixel becomes.

    Returns
    -------
    Tensor of float32, shape (n_images, channels, height, width)
        In [0, 1], in channels-last memory; ``images`` itself where nothing is to be done.
    """
    valued = (parameters.contrast != 1).any() or parameters.brightness.any()
    erased = parameters.erased.any(1)
    if not valued and not erased.any() and parameters.noise is None:
        return images
    images = images.clone(memory_format=torch.channels_last)
    if valued:
        factor = torch.from_numpy(parameters.contrast).to(images.device)
        added = _mean_gray(images) * (1 - factor)
        added += torch.from_numpy(parameters.brightness).to(images.device)
        images.mul_(factor[:, None, None, None]).add_(added[:, None, None, None])
    if parameters.noise is not None:
        images.add_(torch.from_numpy(parameters.noise).to(images.device).permute(0, 3, 1, 2))
    images.clamp_(0, 1)
    # a loop: a mask over all pixels costs more than the few rectangles
    for image in np.flatnonzero(erased):
        top, left, bottom, right = parameters.erased[image]
        images[image, :, top:bottom, left:right] = fill_value
    return images


def _mean_gray(images: Tensor) -> Tensor:
    """Return the mean of each image in gray, shape (n_images,), with the luma of ITU-R 601."""
    # summed in double precision: the order of summing, hence the batch, leaves no trace
    means = images.mean((2, 3), dtype=torch.float64)  # (n, channels)
    if means.shape[1] == 3:
        return (means * means.new_tensor(_LUMA)).sum(1).float()
    return means.mean(1).float()
