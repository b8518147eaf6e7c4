"""Geometric effects: one affine map an image, one bilinear warp a batch."""

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from vistazo.transforms.parameters import Parameters

__all__ = ["FILLS", "matrices", "warp"]

FILLS = ("edge", "reflect", "constant")

# what torch.grid_sampler calls bilinear, and its padding of each kind
_BILINEAR = 0
_PADDING = {"constant": 0, "edge": 1, "reflect": 2}
_MIRROR = np.array(((1, 0, 0), (0, 1, 0)), np.float32)


def matrices(parameters: Parameters) -> NDArray[np.float32]:
    """Return where each output pixel comes from: one affine map an image.

    Returns
    -------
    ndarray of float32, shape (n_images, 2, 3)
        From output to input coordinates (x to the right, y down) in pixels from the
        centre of the image, so that the centre of pixel ``i`` of ``n`` lies at
        ``i - (n - 1) / 2``. It is Rotation · Shift · Shear · Zoom · Flip, the order of
        Keras' ``apply_affine_transform``, with its signs but for the shift's, which here is
        positive to the right and down.
    """
    turned = np.deg2rad(parameters.rotation)
    sheared = np.deg2rad(parameters.rotation + parameters.shear)
    cos, sin = np.cos(turned), np.sin(turned)
    x = np.where(parameters.flip_horizontal, -parameters.zoom_x, parameters.zoom_x)
    y = np.where(parameters.flip_vertical, -parameters.zoom_y, parameters.zoom_y)
    maps = np.empty((len(parameters), 2, 3), np.float32)
    maps[:, 0, 0] = cos * x
    maps[:, 0, 1] = -np.sin(sheared) * y
    maps[:, 0, 2] = sin * parameters.shift_y - cos * parameters.shift_x
    maps[:, 1, 0] = sin * x
    maps[:, 1, 1] = np.cos(sheared) * y
    maps[:, 1, 2] = -sin * parameters.shift_x - cos * parameters.shift_y
    return maps


def warp(
    images: Tensor, maps: NDArray[np.float32], fill: str = "edge", fill_value: float = 0.0
) -> Tensor:
    """Return images as seen through affine maps.

    An image whose map only mirrors (or does nothing) is copied without interpolation.

    Parameters
    ----------
    images : Tensor of float32, shape (n_images, channels, height, width)
        In channels-last memory.
    maps : ndarray of float32, shape (n_images, 2, 3)
        From output to input, in pixels from the centre; see :func:`matrices`.
    fill : {"edge", "reflect", "constant"}
        What lies outside: the nearest pixel; the image mirrored at its outer edge, the edge
        pixels twice (NumPy's "symmetric"); or ``fill_value``, to which the outermost pixels
        fade over the width of one pixel.
    fill_value : float

    Returns
    -------
    Tensor of float32, shape (n_images, channels, height, width)
        In channels-last memory; ``images`` itself where nothing is to be done.
    """
    moves = (np.abs(maps) != _MIRROR).any((1, 2))  # (n_images,)
    if moves.all() and len(moves):
        return _interpolated(images, maps, fill, fill_value)
    mirrored = _mirrored(images, maps)
    if not moves.any():
        return mirrored
    rows = torch.from_numpy(np.flatnonzero(moves)).to(images.device)
    moved = _interpolated(images[rows], maps[moves], fill, fill_value)
    return mirrored.index_copy(0, rows, moved)


def _mirrored(images: Tensor, maps: NDArray[np.float32]) -> Tensor:
    for axis, negative in ((3, maps[:, 0, 0] < 0), (2, maps[:, 1, 1] < 0)):
        if negative.any():
            chosen = torch.from_numpy(negative).to(images.device)[:, None, None, None]
            images = torch.where(chosen, images.flip(axis), images)
    return images


def _interpolated(
    images: Tensor, maps: NDArray[np.float32], fill: str, fill_value: float
) -> Tensor:
    shifted = fill == "constant" and fill_value != 0
    source = images - fill_value if shifted else images
    # grid_sampler itself: its wrapper in torch.nn.functional only checks and translates names
    out = torch.grid_sampler(source, _grid(images, maps), _BILINEAR, _PADDING[fill], False)
    out = out.add_(fill_value) if shifted else out
    return out.contiguous(memory_format=torch.channels_last)


def _grid(images: Tensor, maps: NDArray[np.float32]) -> Tensor:
    """Return where each output pixel is read, shape (n_images, height, width, 2), for torch.

    As ``affine_grid`` would, but without its matrix product: a column's part and a row's
    part are added, plane by plane, which is several times faster and treats each image alike
    whatever the batch. In torch's coordinates (``align_corners=False``) the image spans
    [-1, 1]: pixels from the centre divided by half the side.
    """
    height, width = images.shape[2:]
    scaled = maps / np.array(((width / 2,), (height / 2,)), np.float32)
    x = np.arange(width, dtype=np.float32) - (width - 1) / 2
    y = np.arange(height, dtype=np.float32) - (height - 1) / 2
    of_columns = scaled[:, :, :1] * x  # (n_images, 2, width)
    of_rows = scaled[:, :, 1:2] * y + scaled[:, :, 2:]  # (n_images, 2, height)
    columns = torch.from_numpy(of_columns).to(images.device)[:, :, None, :]
    rows = torch.from_numpy(of_rows).to(images.device)[:, :, :, None]
    return (columns + rows).permute(0, 2, 3, 1)
