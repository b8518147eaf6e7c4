"""Small pictures of the mistakes, so that a moved run still shows them."""

import hashlib
import io
from pathlib import Path

import numpy as np
import PIL.Image
from numpy.typing import NDArray

from vistazo.evaluation.comparison import Comparison
from vistazo.files import write_bytes, write_json
from vistazo.report.mistakes import read_mistakes

SIDE = 128


def write_thumbnails(folder: Path, comparison: Comparison) -> None:
    """Write ``thumbnails/`` with the images that the report's galleries show.

    ``index.json`` maps each image's source to its file. Only pixels are written: nothing of
    the original file's metadata goes along.
    """
    data = comparison.data
    shown = [name for name in comparison.finished if name not in comparison.floors]
    galleries = read_mistakes(folder / "predictions.csv", {*shown, comparison.winner})
    wanted = {mistake.image for mistakes in galleries.values() for mistake in mistakes.shown}
    row_of = {source: row for row, source in enumerate(data.sources)}
    index = {}
    for source in sorted(wanted):
        # sources may hold any character a file name can; their hash is a safe one
        name = hashlib.sha256(source.encode("utf-8", "surrogateescape")).hexdigest()[:16] + ".png"
        write_bytes(folder / "thumbnails" / name, _png(data.images.pixels[row_of[source]]))
        index[source] = name
    write_json(folder / "thumbnails" / "index.json", index)


def _png(pixels: NDArray[np.uint8]) -> bytes:
    image = PIL.Image.fromarray(pixels[..., 0] if pixels.shape[2] == 1 else pixels)
    image.thumbnail((SIDE, SIDE))
    buffer = io.BytesIO()
    image.save(buffer, "PNG", optimize=True)
    return buffer.getvalue()
