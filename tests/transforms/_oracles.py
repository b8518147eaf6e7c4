"""Slow, obvious second versions of what the transforms compute."""

import math

import numpy as np
import torch


def batch(n_images=6, channels=3, height=11, width=8, seed=0):
    """Random images in channels-last memory."""
    pixels = np.random.default_rng(seed).random((n_images, height, width, channels), np.float32)
    return torch.from_numpy(pixels).permute(0, 3, 1, 2)


def generator(seed=0):
    return torch.Generator().manual_seed(seed)


def outside(index, size, fill):
    """The index of the pixel that stands for one beyond the edge, None for the fill value."""
    if 0 <= index < size:
        return index
    if fill == "constant":
        return None
    if fill == "edge":
        return min(max(index, 0), size - 1)
    index %= 2 * size
    return index if index < size else 2 * size - 1 - index


def bilinear(image, x, y, fill, fill_value):
    """The value of an image (height, width) at a place, from its four neighbours."""
    left, top = math.floor(x), math.floor(y)
    total = 0.0
    for column, row in ((left, top), (left + 1, top), (left, top + 1), (left + 1, top + 1)):
        weight = (1 - abs(x - column)) * (1 - abs(y - row))
        inside = outside(row, image.shape[0], fill), outside(column, image.shape[1], fill)
        total += weight * (fill_value if None in inside else float(image[inside]))
    return total


def slow_warp(images, maps, fill, fill_value):
    """Each pixel of each image of each channel by itself, in double precision."""
    images = images.numpy()
    out = np.empty_like(images)
    n_images, channels, height, width = images.shape
    for i, c, row, column in np.ndindex(n_images, channels, height, width):
        centred = column - (width - 1) / 2, row - (height - 1) / 2, 1.0
        x, y = maps[i].astype(float) @ centred
        place = x + (width - 1) / 2, y + (height - 1) / 2
        out[i, c, row, column] = bilinear(images[i, c], *place, fill, fill_value)
    return out


def keras_matrix(theta, tx, ty, shear, zx, zy):
    """Keras' ``apply_affine_transform`` before it is centred, on (x, y, 1); degrees."""
    theta, shear = math.radians(theta), math.radians(shear)
    sin, cos = math.sin(theta), math.cos(theta)
    rotation = np.array([[cos, -sin, 0], [sin, cos, 0], [0, 0, 1]])
    shift = np.array([[1, 0, tx], [0, 1, ty], [0, 0, 1]])
    sheared = np.array([[1, -math.sin(shear), 0], [0, math.cos(shear), 0], [0, 0, 1]])
    zoom = np.diag([zx, zy, 1])
    return rotation @ shift @ sheared @ zoom
