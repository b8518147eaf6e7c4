"""Small pictures of a run, encoded afresh into the page: nothing of the old file but its pixels."""

import base64
import io
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import PIL.Image
from numpy.typing import NDArray

from vistazo.files import read_json

_SIDE = 128
_EXACT_SIDE = 64  # up to here every pixel shows, and PNG is smaller than a good JPEG


@dataclass(frozen=True)
class Thumbnail:
    """A picture as a ``data:`` address, with its size in pixels."""

    address: str
    width: int
    height: int

    @property
    def tiny(self) -> bool:
        """Whether it is shown enlarged, pixel by pixel."""
        return max(self.width, self.height) <= _EXACT_SIDE


@dataclass(frozen=True)
class Thumbnails:
    """The thumbnails of a run folder.

    Parameters
    ----------
    folder : Path
        ``thumbnails/`` of the run.
    names : dict of str to str
        File name in the folder by image source.
    """

    folder: Path
    names: dict[str, str]

    def of(self, source: str) -> Thumbnail | None:
        """Return the thumbnail of an image, or None where there is no readable one."""
        name = self.names.get(source, "")
        if not name or Path(name).name != name:  # a run may come from someone else
            return None
        try:
            with PIL.Image.open(self.folder / name, formats=("PNG",)) as image:
                return _encoded(image)
        except (OSError, ValueError, SyntaxError, PIL.Image.DecompressionBombError):
            return None


def read_thumbnails(folder: Path) -> Thumbnails:
    """Read the index of a ``thumbnails`` folder; empty where there is none."""
    index = folder / "index.json"
    return Thumbnails(folder, dict(read_json(index)) if index.exists() else {})


def thumbnail_of(pixels: NDArray[np.uint8]) -> Thumbnail:
    """Return the thumbnail of an image, uint8 of shape (height, width, channels)."""
    return _encoded(PIL.Image.fromarray(pixels[..., 0] if pixels.shape[2] == 1 else pixels))


def _encoded(image: PIL.Image.Image) -> Thumbnail:
    picture = image.convert("L" if image.mode in {"1", "L"} else "RGB")
    picture.thumbnail((_SIDE, _SIDE))
    picture.info = {}  # comments and profiles would be written again
    content = io.BytesIO()
    if max(picture.size) <= _EXACT_SIDE:
        kind = "png"
        picture.save(content, "PNG", optimize=True)
    else:
        kind = "jpeg"
        picture.save(content, "JPEG", quality=85)
    encoded = base64.b64encode(content.getvalue()).decode("ascii")
    return Thumbnail(f"data:image/{kind};base64,{encoded}", *picture.size)
