"""Augmentation on batches: images a second, ours against loops over images and kornia."""

import argparse
import os
from collections.abc import Callable, Sequence
from importlib import import_module
from importlib.util import find_spec

import numpy as np
import torch
from numpy.typing import NDArray
from scipy.ndimage import affine_transform
from threadpoolctl import threadpool_limits
from torch import Tensor, nn

from benchmarks._pairs import publish, timed
from vistazo.transforms.geometric import matrices, warp
from vistazo.transforms.policies import augmentation_named

POLICY = "document-000"
SHAPES = ((28, 28, 1), (32, 32, 3))

Work = Callable[[Tensor], object]


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks warp", description=__doc__)
    parser.add_argument("--batch", type=int, default=64, help="images at once")
    parser.add_argument("--batches", type=int, default=8, help="of ours and of kornia's, in a pair")
    parser.add_argument("--pairs", type=int, default=15, help="at least 7")
    options = parser.parse_args(arguments)
    if options.pairs < 7:
        parser.error("fewer than 7 pairs say little")
    torch.set_num_threads(1)
    with threadpool_limits(limits=1):
        for shape in SHAPES:
            run(shape, options.batch, options.batches, options.pairs)


def run(shape: tuple[int, int, int], batch: int, n_batches: int, n_pairs: int) -> None:
    pixels = np.random.default_rng(0).random((batch, *shape), np.float32)
    images = torch.from_numpy(pixels).permute(0, 3, 1, 2)  # (batch, channels, height, width)
    augmentation = augmentation_named(POLICY)
    generator = torch.Generator().manual_seed(0)
    channels_first = (shape[2], *shape[:2])
    maps = matrices(augmentation.sample(batch, channels_first, generator))

    def ours(images: Tensor) -> Tensor:
        drawn = augmentation.sample(batch, channels_first, generator)
        return augmentation.apply(images, drawn)

    # the loop of our own is given its maps, the others draw
    peers: dict[str, tuple[Work, Tensor, int]] = {
        "scipy": (lambda images: loop(images, maps), images, 1)
    }
    if find_spec("keras"):
        peers["keras"] = (keras_loop(), images.permute(0, 2, 3, 1), 1)
    if find_spec("kornia"):
        peers["kornia"] = (kornia_augmentation(), images.contiguous(), n_batches)
    if missing := {"keras", "kornia"} - peers.keys():
        print("not installed, so not compared:", *sorted(missing))
    size = "x".join(map(str, shape))
    difference = np.abs(warp(images, maps).numpy() - loop(images, maps)).max()
    for peer, (work, input_, n_theirs) in peers.items():
        speeds = np.empty((n_pairs, 2, 2))
        ours(images), work(input_)
        for pair in range(n_pairs):
            _, speeds[pair, 0] = timed(repeated(ours, images, n_batches), n_batches * batch)
            _, speeds[pair, 1] = timed(repeated(work, input_, n_theirs), n_theirs * batch)
        publish(
            f"warp-{size}-{peer}",
            peer,
            speeds,
            ("numpy", "torch", peer),
            images=[batch, *shape],
            policy=POLICY,
            threads=1,
            **({"largest_difference": float(difference)} if peer == "scipy" else {}),
        )


def repeated(work: Work, images: Tensor, times: int) -> Callable[[], None]:
    def run_all() -> None:
        for _ in range(times):
            work(images)

    return run_all


def loop(images: Tensor, maps: NDArray[np.float32]) -> NDArray[np.float32]:
    """Warp each channel of each image by itself: the inner part of Keras' loop alone."""
    pixels = images.numpy()
    warped = np.empty_like(pixels)
    centre = (np.array(pixels.shape[2:]) - 1) / 2
    for image, channels, map_ in zip(warped, pixels, maps, strict=True):
        matrix = map_[::-1, 1::-1].astype(float)  # of row and column, as scipy counts
        offset = centre - matrix @ centre + map_[::-1, 2]
        for output, channel in zip(image, channels, strict=True):
            affine_transform(channel, matrix, offset, order=1, mode="nearest", output=output)
    return warped


def keras_loop() -> Work:
    """Return what Keras' own generator does to each image."""
    os.environ.setdefault("KERAS_BACKEND", "torch")
    generator = import_module("keras.src.legacy.preprocessing.image").ImageDataGenerator(
        rotation_range=10,
        width_shift_range=0.1,
        height_shift_range=0.1,
        horizontal_flip=True,
        zoom_range=0.1,
        shear_range=5,
    )
    return lambda images: np.stack([generator.random_transform(i) for i in images.numpy()])


def kornia_augmentation() -> nn.Module:
    """Return the same effects, from the same ranges, of kornia's."""
    kornia = import_module("kornia.augmentation")
    module: nn.Module = nn.Sequential(
        kornia.RandomHorizontalFlip(p=0.5),
        kornia.RandomAffine(
            degrees=10,
            translate=(0.1, 0.1),
            scale=(0.9, 1.1, 0.9, 1.1),
            shear=5,
            padding_mode="border",
            p=1.0,
        ),
    )
    return module
