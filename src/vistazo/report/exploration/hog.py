"""What HOG sees: the orientations in each cell, and the pixels it never uses."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vistazo.features._hog_cells import Coverage, cell_histograms, cells_using_all, coverage
from vistazo.i18n import _
from vistazo.report.exploration.content import Exploration, HogSetting
from vistazo.report.panels import Panel
from vistazo.report.thumbnails import Thumbnail, thumbnail_of

_PICTURES = 6
_SHADES = 5
"""Strokes are drawn in so many strengths; those below the faintest are left out."""


@dataclass(frozen=True)
class _Picture:
    name: str
    source: str
    image: Thumbnail
    strokes: tuple[tuple[float, str], ...]  # opacity, and the path of its strokes


def hog(exploration: Exploration) -> Panel:
    """Return pictures of the cells of one image of each class, and which pixels are used."""
    setting, shown = exploration.hog, exploration.shown
    height, width, _channels = shown.images.image_shape
    fits = min(height, width) >= setting.cell * setting.block
    rows = [rows[0] for rows in exploration.samples if rows][:_PICTURES] if fits else []
    data = {
        "setting": setting,
        "height": height,
        "width": width,
        "fits": fits,
        "used": coverage(height, width, setting.cell) if fits else Coverage(0, 0, 1.0, 1.0),
        "better": _nearest(cells_using_all(height, width, setting.block), setting.cell),
        "side": math.ceil(max(height, width, setting.cell * setting.block) / setting.cell)
        * setting.cell,
        "pictures": [
            _Picture(
                str(shown.labels[row]),
                shown.sources[row],
                thumbnail_of(shown.images.pixels[row]),
                strokes(shown.images.pixels[row], setting),
            )
            for row in rows
        ],
    }
    return Panel("hog", _("What HOG sees"), data)


def strokes(image: NDArray[np.uint8], setting: HogSetting) -> tuple[tuple[float, str], ...]:
    """Return a stroke for each orientation of each cell, along the edge that was found.

    A stroke is as strong as the gradients of its orientation in its cell, relative to the
    strongest of the image; across the gradient, because that is how the edge runs.

    Parameters
    ----------
    image : ndarray of uint8, shape (height, width, channels)
    setting : HogSetting

    Returns
    -------
    tuple of (float, str)
        Opacities, the faintest first, and SVG paths in pixels of the image.
    """
    cells = cell_histograms(image, setting.orientations, setting.cell)
    strengths = cells / (cells.max() or 1.0)  # (rows, columns, orientations)
    shades = np.floor(strengths * _SHADES + 0.5).astype(int)
    angles = (np.arange(setting.orientations) + 0.5) * np.pi / setting.orientations
    half = 0.48 * setting.cell
    paths = []
    for shade in range(1, _SHADES + 1):
        parts = [
            _stroke((column + 0.5) * setting.cell, (row + 0.5) * setting.cell, half, angles[bin_])
            for row, column, bin_ in np.argwhere(shades == shade).tolist()
        ]
        paths.append((shade / _SHADES, "".join(parts)))
    return tuple((opacity, path) for opacity, path in paths if path)


def _stroke(x: float, y: float, half: float, angle: float) -> str:
    across, down = half * math.sin(angle), -half * math.cos(angle)
    return f"M{x - across:.1f} {y - down:.1f}l{2 * across:.1f} {2 * down:.1f}"


def _nearest(cells: list[int], cell: int) -> int | None:
    return min(cells, key=lambda other: abs(other - cell), default=None)
