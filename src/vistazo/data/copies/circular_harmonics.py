"""Describe images by circular harmonics, which hardly notice rotation, mirroring and encoding."""

from functools import cache

import numpy as np
from numpy.typing import NDArray

_SIDE = 32
"""Pixels of the common small size."""
_RINGS = 10
_ORDERS = 13
"""Waves around a ring, from 0 to 12: more only hold what re-encoding changes."""
_ANGLES = 128
"""Rotations compared, 2.8 degrees apart."""
_BLURS = 0.7, 2.0
"""Standard deviations in small pixels. What is finer is lost by re-encoding; what is coarser,
look-alikes share: a shirt is light in the middle and dark around."""
_RIM = 2.5
"""Small pixels between the outermost ring and the border: the blur must not reach beyond the
circle, where a rotated copy is filled with something else."""
_LEAST_CONTRAST = 1.0
"""Gray levels (root mean square, after blurring) below which there is nothing to recognise."""

Coefficients = NDArray[np.complex64]


def coefficients(pixels: NDArray[np.uint8]) -> Coefficients:
    """Return the circular harmonic coefficients of images.

    The luma, shrunk or stretched to 32 × 32 and band-passed (a difference of Gaussians), is
    read on rings around the centre and each ring is expanded into waves around it. A rotation
    by t multiplies order m by exp(imt), a mirror image has the conjugates. Hsu & Arsenault
    1982, "Optical pattern recognition using circular harmonic expansion", Applied Optics 21.

    Parameters
    ----------
    pixels : ndarray of uint8, shape (n_images, height, width, channels)

    Returns
    -------
    ndarray of complex64, shape (n_images, rings, orders)
        Of unit norm; all zero where an image shows nothing but a plain area.
    """
    spread = _basis()
    flat = _small(pixels).reshape(len(pixels), _SIDE * _SIDE)
    # real and imaginary parts: (n_images, 2 * rings * orders)
    parts = (flat @ spread).reshape(len(pixels), 2, _RINGS, _ORDERS)
    found = parts[:, 0] + 1j * parts[:, 1]
    norms = np.sqrt((np.abs(found) ** 2).sum(axis=(1, 2), keepdims=True))
    visible = norms > _LEAST_CONTRAST
    result: Coefficients = np.where(visible, found / np.maximum(norms, 1e-9), 0)
    return result


def invariants(found: Coefficients) -> NDArray[np.float32]:
    """Return what neither a rotation nor a mirroring changes.

    For each order the magnitudes on every ring, and how the waves on rings one, two and three
    apart lie to each other: the real part of c_r conj(c_s) / sqrt(|c_r| |c_s|).

    Returns
    -------
    ndarray of float32, shape (n_images, 442)
    """
    size = np.abs(found)
    parts = [size.reshape(len(found), _RINGS * _ORDERS)]
    for apart in (1, 2, 3):
        product = (found[:, apart:] * found[:, :-apart].conj()).real
        root = np.sqrt(size[:, apart:] * size[:, :-apart])
        together = product / np.maximum(root, 1e-9)  # (n_images, rings - apart, orders)
        parts.append(together.reshape(len(found), (_RINGS - apart) * _ORDERS))
    return np.concatenate(parts, axis=1).astype(np.float32)


def align(
    a: Coefficients, b: Coefficients
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.bool_]]:
    """Compare images at every rotation, mirrored and not.

    Parameters
    ----------
    a, b : ndarray of complex64, shape (n_pairs, rings, orders)

    Returns
    -------
    similarity : ndarray of float64, shape (n_pairs,)
        The highest correlation on the rings, in [-1, 1].
    degrees : ndarray of float64, shape (n_pairs,)
        By how much b, mirrored left to right first where need be, has to be turned
        counter-clockwise to look like a; in [0, 360).
    mirrored : ndarray of bool, shape (n_pairs,)
    """
    plain, plain_turn = _best_turn((a * b.conj()).sum(axis=1))
    # left to right: the angle t becomes 180° - t
    sign = (-1.0) ** np.arange(_ORDERS)
    mirror, mirror_turn = _best_turn((a * b).sum(axis=1) * sign)
    mirrored = mirror > plain
    degrees = np.where(mirrored, mirror_turn, plain_turn)
    return np.where(mirrored, mirror, plain), degrees, mirrored


def _best_turn(
    product: NDArray[np.complexfloating],
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    # irfft counts every order but 0 twice; the coefficients are weighted for that
    product = product / np.r_[1.0, np.full(_ORDERS - 1, 2.0)]
    turned = np.fft.irfft(product, _ANGLES, axis=1) * _ANGLES  # (n_pairs, _ANGLES)
    rows = np.arange(len(turned))
    best = turned.argmax(axis=1)
    before, at, after = (turned[rows, (best + step) % _ANGLES] for step in (-1, 0, 1))
    # the top of the parabola through three neighbours
    bend = 2 * at - before - after
    shift = np.where(bend > 1e-9, (after - before) / np.maximum(2 * bend, 1e-9), 0.0)
    # rows run downwards: a positive angle on the rings is clockwise to the eye
    return at, -(best + shift) * (360 / _ANGLES) % 360


def _small(pixels: NDArray[np.uint8]) -> NDArray[np.float32]:
    _, height, width, channels = pixels.shape
    values = pixels.astype(np.float32)
    # ITU-R BT.601, as Pillow's "L"
    luma = np.array([1.0] if channels == 1 else [0.299, 0.587, 0.114], np.float32)
    result: NDArray[np.float32] = _resampling(height) @ (values @ luma) @ _resampling(width).T
    return result


@cache
def _resampling(side: int) -> NDArray[np.float32]:
    """Return the matrix that gives a side _SIDE pixels: a triangle filter that never aliases."""
    scale = side / _SIDE
    centres = (np.arange(_SIDE) + 0.5) * scale - 0.5
    distance = np.abs(centres[:, None] - np.arange(side)) / max(scale, 1)
    weights = np.maximum(1 - distance, 0)  # (_SIDE, side)
    shares = weights / weights.sum(axis=1, keepdims=True)
    return np.asarray(shares, np.float32)


@cache
def _basis() -> NDArray[np.float32]:
    """Return the matrix from 32 × 32 pixels to coefficients: band-pass, rings, waves in one."""
    centre = (_SIDE - 1) / 2
    radius = (np.arange(_RINGS) + 0.5) / _RINGS * (_SIDE / 2 - _RIM)
    angle = 2 * np.pi * np.arange(_ANGLES) / _ANGLES
    rows = centre + radius[:, None] * np.sin(angle)  # (rings, angles)
    columns = centre + radius[:, None] * np.cos(angle)
    # bilinear interpolation: (rings, angles, _SIDE, _SIDE)
    places = np.arange(_SIDE)
    reading = (
        np.maximum(1 - np.abs(rows[..., None] - places), 0)[..., None]
        * np.maximum(1 - np.abs(columns[..., None] - places), 0)[..., None, :]
    )
    fine, coarse = (_blurring(deviation) for deviation in _BLURS)
    passed = fine.T @ reading @ fine - coarse.T @ reading @ coarse
    waves = np.fft.rfft(passed, axis=1)[:, :_ORDERS] / _ANGLES
    # a ring stands for its area, an order but 0 for itself and its conjugate
    weight = np.sqrt(radius / radius.sum())[:, None] * np.sqrt(np.r_[1.0, np.full(_ORDERS - 1, 2)])
    weighted = (waves * weight[..., None, None]).reshape(_RINGS * _ORDERS, -1).T
    return np.concatenate([weighted.real, weighted.imag], axis=1).astype(np.float32)


def _blurring(deviation: float) -> NDArray[np.float64]:
    apart = np.arange(_SIDE)[:, None] - np.arange(_SIDE)
    weights = np.exp(-0.5 * (apart / deviation) ** 2)
    return np.asarray(weights / weights.sum(axis=1, keepdims=True))
