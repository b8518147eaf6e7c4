"""A backbone that was pretrained on other images: what it takes, and how it gets it."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch.nn import functional

from vistazo.data.images import Images
from vistazo.errors import UsageError
from vistazo.i18n import N_
from vistazo.pretraining.backbone_folder import BackboneManifest, read_manifest
from vistazo.training.batches import in_order, resident

Shape = tuple[int, int, int]
_GRAY = (0.299, 0.587, 0.114)
"""Rec. 601, as Pillow turns RGB gray."""


def manifest_of(folder: str, sha256: str | None) -> BackboneManifest:
    """Return what is known of the backbone in a folder.

    Raises
    ------
    DataError
        ``E-BACKBONE``.
    UsageError
        ``E-BACKBONE-OTHER`` where its weights are not those with this SHA-256.
    """
    manifest = read_manifest(Path(folder))
    if sha256 is not None and sha256 != manifest.sha256:
        raise UsageError(
            "E-BACKBONE-OTHER",
            N_("The backbone in {folder} is another one than before (SHA-256 {found}…)."),
            N_("Name the folder of the backbone that was used, or begin anew with another --out."),
            folder=folder,
            found=manifest.sha256[:12],
        )
    return manifest


def no_backbone() -> UsageError:
    """Return the error of a method that shall begin with a backbone and is given none."""
    return UsageError(
        "E-BACKBONE-NONE",
        N_("The method begins with a backbone, and none was given."),
        N_(
            "Name its folder: --set self-supervised.backbone=RUN/backbone; 'vistazo pretrain' makes"
            " one."
        ),
    )


def as_seen(images: Images, shape: Shape) -> Images:
    """Return images as a backbone takes them: resized bilinearly, with its channels.

    Gray ones are repeated as red, green and blue; coloured ones are turned gray where the
    backbone learned from gray ones.
    """
    if images.image_shape == shape:
        return images
    pixels = np.empty((len(images), *shape), np.uint8)
    for rows in in_order(len(images), 512):
        pixels[rows] = _resized(images.pixels[rows], shape)
    return replace(images, pixels=pixels)


def _resized(pixels: NDArray[np.uint8], shape: Shape) -> NDArray[np.uint8]:
    height, width, channels = shape
    numbers = resident(pixels, torch.device("cpu")).float().contiguous()
    if numbers.shape[1] > channels:
        numbers = (numbers * torch.tensor(_GRAY)[:, None, None]).sum(1, keepdim=True)
    shrinks = height < numbers.shape[2] or width < numbers.shape[3]
    if (height, width) != tuple(numbers.shape[2:]):
        numbers = functional.interpolate(
            numbers, (height, width), mode="bilinear", antialias=shrinks
        )
    numbers = numbers.round_().clamp_(0, 255).expand(-1, channels, -1, -1)
    found: NDArray[np.uint8] = numbers.byte().permute(0, 2, 3, 1).numpy()
    return found
