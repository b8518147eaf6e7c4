"""What augmentation does to images: one row of examples per effect."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from vistazo.errors import require
from vistazo.figures._drawing import literal

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def augmentation_sheet(examples: Mapping[str, NDArray[np.uint8]], title: str) -> "Figure":
    """Draw examples of each effect, one row per effect under its name.

    Parameters
    ----------
    examples : mapping of str to uint8 array, shape (n, height, width, channels)
        Images by effect, with 1 or 3 channels, gray or RGB from 0 to 255. Effects may have
        different numbers and sizes of images.
    title : str
        Heading of the sheet.

    Returns
    -------
    matplotlib.figure.Figure
        Its axes, row by row, hold one image each; those without an image show nothing.

    Raises
    ------
    UsageError
        ``E-VALUE`` where there is no image at all.
    """
    most = max(map(len, examples.values()), default=0)
    require(most > 0, "examples", most, "≥ 1")
    from matplotlib.figure import Figure

    size = (1.3 * most + 0.4, 1.6 * len(examples) + 0.6)  # inches
    figure = Figure(figsize=size, layout="constrained")
    figure.suptitle(literal(title))
    rows = figure.subfigures(len(examples), 1, squeeze=False)[:, 0]
    for row, (effect, images) in zip(rows, examples.items(), strict=True):
        row.suptitle(literal(effect), x=0.01, ha="left", fontsize="medium")
        cells = row.subplots(1, most, squeeze=False)[0]
        for cell in cells:
            cell.axis("off")
        for cell, image in zip(cells, images, strict=False):
            shown = image[..., 0] if image.shape[2] == 1 else image
            # without the limits, black would be the darkest pixel of a gray image, not 0
            cell.imshow(shown, cmap="gray", vmin=0, vmax=255)
    return figure
