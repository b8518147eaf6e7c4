"""Labelled images for the tests of checks: textured, of one kind, and what is asked of them."""

import numpy as np

from tests.data.pictures import encode
from vistazo.data.arrays import from_arrays


def photos(n_images, classes=("a", "b"), *, side=32, seed=0, counts=None, **more):
    """Colour images of one soft texture, whose classes nothing tells apart."""
    pixels = textures(n_images, side, seed)
    if counts is None:
        labels = [classes[row % len(classes)] for row in range(n_images)]
    else:
        labels = np.repeat(classes, counts).tolist()
    return from_arrays(pixels, labels, classes=classes, **more)


def textures(n_images, side=32, seed=0):
    """Noise with detail of a few pixels, in colour, shape (n_images, side, side, 3)."""
    rng = np.random.default_rng(seed)
    noise = rng.normal(0, 1, (n_images, side, side, 3))
    for axis in (1, 2):
        noise = noise + np.roll(noise, 1, axis) + np.roll(noise, 2, axis)
    return np.clip(128 + 25 * noise, 0, 255).astype(np.uint8)


def jpegs(folders, *, side=32, seed=0, quality=lambda name, row: 90, shape=None):
    """Files of textures: per class folder a number of JPEG, each of its own quality and shape."""
    files, rng = {}, np.random.default_rng(seed)
    for name, count in folders.items():
        for row, image in enumerate(textures(count, 2 * side, int(rng.integers(10**6)))):
            height, width = shape(name, row) if shape else (side, side)
            content = encode(image[:height, :width], "JPEG", quality=quality(name, row))
            files[f"{name}/{row}.jpg"] = content
    return files
