"""Local contrast: histogram equalisation tile by tile, with a limit (CLAHE)."""

import numpy as np
from numpy.typing import NDArray

from vistazo.preprocessing import Pixels, Step
from vistazo.preprocessing._luma import Plane, with_changed_luma

__all__ = ["Clahe"]


class Clahe(Step):
    """Contrast-limited adaptive histogram equalisation; of colour images only the lightness.

    Each tile has its own map of tones; a pixel's is interpolated between the four nearest.

    Parameters
    ----------
    clip : float, default=2.0
        How many times the mean a tone may be counted, from 1 (hardly a change) to 256; what is
        above is spread over all tones.
    tiles : int, default=8
        Along each side, from 1 to 64.

    References
    ----------
    Zuiderveld, "Contrast limited adaptive histogram equalization", Graphics Gems IV, 1994;
    limit, remainder and interpolation as in OpenCV's ``createCLAHE(clip, (tiles, tiles))``.
    """

    clip: float = 2.0
    tiles: int = 8

    def ranges(self) -> dict[str, tuple[bool, str]]:
        """Return the limits of the parameters."""
        return {
            "clip": (1 <= self.clip <= 256, "1 ≤ x ≤ 256"),
            "tiles": (1 <= self.tiles <= 64, "1 ≤ x ≤ 64"),
        }

    def apply(self, pixels: Pixels) -> Pixels:
        """Return the image with its local contrast."""
        return with_changed_luma(pixels, self._locally_equalised)

    def _locally_equalised(self, plane: Plane) -> Plane:
        h, w = plane.shape
        more = (0, -h % self.tiles), (0, -w % self.tiles)
        padded = np.pad(plane, more, mode="reflect")  # to whole tiles
        tones = self._tones(padded)  # (tiles, tiles, 256)
        upper, lower, down = _between(h, padded.shape[0] // self.tiles, self.tiles)
        left, right_, across = _between(w, padded.shape[1] // self.tiles, self.tiles)
        down, across = down[:, None], across[None, :]
        above = (1 - across) * tones[upper[:, None], left, plane]
        above += across * tones[upper[:, None], right_, plane]
        under = (1 - across) * tones[lower[:, None], left, plane]
        under += across * tones[lower[:, None], right_, plane]
        changed: Plane = np.rint((1 - down) * above + down * under).astype(np.uint8)
        return changed

    def _tones(self, plane: Plane) -> NDArray[np.float64]:
        """Return what each tone becomes in each tile, shape (tiles, tiles, 256)."""
        n, tile_h, tile_w = self.tiles, plane.shape[0] // self.tiles, plane.shape[1] // self.tiles
        area = tile_h * tile_w
        tile = np.arange(n).repeat(tile_h)[:, None] * n + np.arange(n).repeat(tile_w)
        counts = np.bincount((tile * 256 + plane).ravel(), minlength=n * n * 256)
        counts = counts.reshape(n * n, 256)
        limit = max(int(self.clip * area / 256), 1)
        cut = np.maximum(counts - limit, 0).sum(axis=1)  # (tiles²,)
        counts = np.minimum(counts, limit) + (cut // 256)[:, None]
        rest = cut % 256
        # the remainder goes one by one to tones as far apart as they can be
        stride = 256 // np.maximum(rest, 1)
        order = np.arange(256)[None] / stride[:, None]  # (tiles², 256)
        counts += (order == np.floor(order)) & (order < rest[:, None])
        mapped = np.rint(counts.cumsum(axis=1) * (255 / area)).clip(0, 255)
        tones: NDArray[np.float64] = mapped.reshape(n, n, 256)
        return tones


def _between(
    side: int, tile: int, n_tiles: int
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]:
    """Return for each pixel the tile before, the tile after, and how near it is to the latter."""
    place = np.arange(side) / tile - 0.5
    first = np.floor(place).astype(np.int64)
    return first.clip(0), (first + 1).clip(max=n_tiles - 1), place - first
