"""Images of simple shapes, some of them each other mirrored or turned."""

import numpy as np

from vistazo.data.arrays import from_arrays

SIDE = 24


def tee():
    image = np.zeros((SIDE, SIDE))
    image[5:8, 5:19] = 200
    image[5:19, 11:13] = 200
    return image


def ring():
    y, x = np.mgrid[:SIDE, :SIDE] - (SIDE - 1) / 2
    return np.where(np.abs(np.hypot(x, y) - 6) < 1.5, 200.0, 0.0)


def plus():
    image = np.zeros((SIDE, SIDE))
    image[11:13, 5:19] = image[5:19, 11:13] = 200
    return image


def frame():
    image = np.zeros((SIDE, SIDE))
    image[5:19, 5:19] = 200
    image[7:17, 7:17] = 0
    return image


def shapes(drawn, n_each=40, seed=0):
    """Return noisy images of shapes, a little moved."""
    print(f"seed {seed}")
    rng = np.random.default_rng(seed)
    pixels, labels = [], []
    for name, image in drawn.items():
        for _ in range(n_each):
            moved = np.roll(image, rng.integers(-1, 2, 2), axis=(0, 1))
            pixels.append(np.clip(moved + rng.normal(20, 8, image.shape), 0, 255))
            labels.append(name)
    order = rng.permutation(len(labels))
    stacked = np.array(pixels, np.uint8)[order][..., None]
    return from_arrays(stacked, np.array(labels)[order], name="shapes")
