"""Reading images on which a recipe is done: each in its own size where the recipe sets one."""

from dataclasses import dataclass, fields, replace
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vistazo.data.dataset import ImageDataset
from vistazo.data.formats import Format
from vistazo.data.image_files.walking import shown
from vistazo.data.images import FACTS, Images
from vistazo.data.policy import DecodePolicy
from vistazo.data.reading import fitting_formats, read_images
from vistazo.data.request import Request
from vistazo.data.unlabelled import read_unlabelled, reader_of
from vistazo.data.unlabelled_images import UnlabelledImages, without_labels
from vistazo.i18n import _
from vistazo.preprocessing.recipe import Recipe, recipe_from_text

_POLICY = {field.name for field in fields(DecodePolicy)}


@dataclass(frozen=True)
class PreparingPolicy(DecodePolicy):
    """A decode policy that does a recipe on each image as the file holds it.

    So files are prepared one by one while they are read, and no images of full size pile up.

    Parameters
    ----------
    steps : str
        The recipe in a line; it must give every image the ``size``.
    made_by : str
        The version that does it: what another one has kept is not taken for its result.
    """

    steps: str = "none"
    made_by: str = version("vistazo")

    @property
    def enough(self) -> int | None:
        """None: a step may need all of a file's pixels."""
        return None

    def apply(self, pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """Do the steps, then give the channels that all images get."""
        return DecodePolicy.apply(self, recipe_from_text(self.steps).apply(pixels))

    def to_dict(self) -> dict[str, Any]:
        """Return the plain policy of images that are prepared."""
        return DecodePolicy(**{name: getattr(self, name) for name in _POLICY}).to_dict()


def read_prepared(source: Path | str, recipe: Recipe, **reading: Any) -> ImageDataset:
    """Read images and do a recipe on each.

    Files are prepared in the size that each has, where the recipe gives all of them one size
    and ``size`` is not given. Otherwise they are read in one size first, as everywhere.

    Parameters
    ----------
    source : path
    recipe : Recipe
    **reading
        As for :func:`~vistazo.data.reading.read_images`.

    Raises
    ------
    DataError, UsageError
        As ``read_images``.
    """
    place = Path(source).expanduser()
    form = _format_of(place, reading)
    if form is None or reading.get("size") is not None or recipe.size is None:
        data = read_images(source, **reading)
    else:
        data = form.read(place, _request(place, recipe, reading))
        if not np.isnan(data.images.facts[:, FACTS.index("file_bytes")]).all():
            # images stored as arrays meet no policy
            return replace(data, notes=(*data.notes, *_idle(recipe, _stored_sizes(data.images))))
    pixels, notes = recipe.apply_to_all(data.images.pixels), _idle(recipe, _one_size(data.images))
    images = replace(data.images, pixels=pixels)
    return replace(data, images=images, notes=(*data.notes, *notes))


def read_prepared_unlabelled(
    source: Path | str, recipe: Recipe, **reading: Any
) -> UnlabelledImages:
    """Read images without labels and do a recipe on each, as :func:`read_prepared` does.

    Parameters
    ----------
    source : path
    recipe : Recipe
    **reading
        As for :func:`~vistazo.data.unlabelled.read_unlabelled`.

    Raises
    ------
    DataError, UsageError
        As ``read_unlabelled``.
    """
    place = Path(source).expanduser()
    reader = reader_of(place)
    if reader is None:
        return without_labels(read_prepared(source, recipe, **reading))
    own_size = reading.get("size") is None and recipe.size is not None
    if reader.of_files and own_size and reading.get("shape") is None:
        read = reader.read(place, _request(place, recipe, reading))
        return replace(read, notes=(*read.notes, *_idle(recipe, _stored_sizes(read.images))))
    read = read_unlabelled(source, **reading)
    pixels, notes = recipe.apply_to_all(read.images.pixels), _idle(recipe, _one_size(read.images))
    images = replace(read.images, pixels=pixels)
    return replace(read, images=images, notes=(*read.notes, *notes))


def _idle(recipe: Recipe, sizes: set[tuple[int, int]]) -> list[str]:
    return [
        _("The step {step} changed no image: their sizes leave it nothing to do.", step=step)
        for step in recipe.idle(sizes)
    ]


def _one_size(images: Images) -> set[tuple[int, int]]:
    height, width, _channels = images.image_shape
    return {(height, width)}


def _stored_sizes(images: Images) -> set[tuple[int, int]]:
    sides = images.facts[:, [FACTS.index("height"), FACTS.index("width")]]
    stored = {(int(height), int(width)) for height, width in np.unique(sides, axis=0)}
    # a mark of the camera may turn an image, and facts do not tell
    return stored | {(width, height) for height, width in stored}


def _format_of(place: Path, reading: dict[str, Any]) -> Format | None:
    """Return the one format of a place; None leaves the answer to ``read_images``."""
    if not place.exists():
        return None
    fitting = [*fitting_formats(place).values()]
    own = {name for name in ("label_column", "shape") if reading.get(name) is not None}
    return fitting[0] if len(fitting) == 1 and own <= fitting[0].takes else None


def _request(place: Path, recipe: Recipe, reading: dict[str, Any]) -> Request:
    settings = {name: value for name, value in reading.items() if name in _POLICY}
    # one channel where a step makes gray; else gray files and colour ones are made alike
    channels = 1 if recipe.shape((1, 1, 3))[2] == 1 else settings.get("channels")
    settings |= {"size": recipe.size, "channels": channels}
    policy = PreparingPolicy(**settings, steps=recipe.text)
    # whoever is here has found the place: there is nothing to download
    others = {n: value for n, value in reading.items() if n not in _POLICY | {"download"}}
    return Request(**{"name": shown(place.resolve().name), **others, "policy": policy})
