"""Images without labels, preprocessed and written for others to learn from."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np

from vistazo.data.image_files.decoded_files import Progress
from vistazo.data.image_files.walking import shown
from vistazo.data.reading import place_of
from vistazo.data.unlabelled_images import UnlabelledImages
from vistazo.preprocessing.recipe import Recipe, recipe_from_text
from vistazo.spreadsheets import quoted, table
from vistazo.workflows.prepared_place import (
    RECORD,
    check_apart,
    check_place,
    check_room,
    contents_of,
    holds_the_same,
    whole_folder,
)
from vistazo.workflows.prepared_reading import read_prepared_unlabelled
from vistazo.workflows.prepared_record import check_settings, plain, record_of, write_text
from vistazo.workflows.prepared_tree import files_table, tree_of
from vistazo.workflows.prepared_writing import ENDINGS, scale_tables, scaled, write_tree


@dataclass(frozen=True)
class PreparedUnlabelled:
    """What was written where.

    Parameters
    ----------
    folder : Path
    data : UnlabelledImages
        The images that were read, after the steps.
    kept : bool
        Whether the folder held all of it before, and nothing was written.
    """

    folder: Path
    data: UnlabelledImages
    kept: bool = False


def prepare_unlabelled(
    source: Path | str,
    destination: Path | str,
    steps: str | Recipe = "none",
    *,
    limit: int | None = None,
    to: Literal["folders", "arrays"] = "folders",
    image_format: Literal["png", "jpeg"] = "png",
    scale: Literal["none", "unit", "signed", "standard"] = "none",
    seed: int = 0,
    on_read: Progress | None = None,
    on_write: Progress = lambda done, total: None,
    **reading: Any,
) -> PreparedUnlabelled:
    """Preprocess all images of a source but its test images, and write them without labels.

    The destination appears whole, or not at all; the source is only read. Images lie in the
    folders in which their sources lie, and ``files.csv`` tells which was made from which; or
    ``images.npz`` holds ``images`` alone, and ``rows.csv`` tells the source of each row. Beside
    them lies ``prepare.yaml``.

    Parameters
    ----------
    source : path
        Whatever :func:`~vistazo.data.unlabelled.read_unlabelled` reads.
    destination, steps, to, image_format, scale, on_read, on_write
        As for :func:`~vistazo.workflows.prepare.prepare`.
    limit : int, optional
        Use only so many images, drawn by chance.
    seed : int, default=0
        Of ``limit``.
    **reading
        ``size`` and whatever else ``read_unlabelled`` takes; the steps come after it.

    Raises
    ------
    UsageError, SetupError
        As ``prepare``.
    DataError
        As ``read_unlabelled``.
    """
    recipe = recipe_from_text(steps) if isinstance(steps, str) else steps
    recipe.check()
    check_settings(to, image_format, scale, limit)
    folder = Path(destination).expanduser()
    settings = {
        "unlabelled": True,
        "limit": limit,
        "to": to,
        "image_format": image_format if to == "folders" else None,
        "scale": scale if to == "arrays" else None,
        "seed": seed,
    }
    wanted = {"steps": recipe.to_values(), "reading": plain(reading), "settings": settings}
    check_place(place_of(source), folder)
    holds_the_same(folder, wanted)
    data = read_prepared_unlabelled(source, recipe, progress=on_read, **reading)
    check_apart(Path(source).expanduser(), folder, data.sources)
    if limit is not None:
        data = data.limited(limit, seed)
    origin = {"path": shown(str(source)), "n_images": len(data), "fingerprint": data.fingerprint}
    if holds_the_same(folder, {"source": origin, **wanted}):
        return PreparedUnlabelled(folder, data, kept=True)
    is_float = to == "arrays" and scale != "none"
    check_room(folder, data.images.pixels.size * (4 if is_float else 1), len(data))
    with whole_folder(folder) as part:
        about: dict[str, Any] = {}
        if to == "folders":
            rows = tree_of(data, ENDINGS[image_format])
            write_tree(part, data, rows, None, image_format, on_write)
            write_text(part / "files.csv", files_table(rows, data))
        else:
            about = _write_array(part / "images.npz", data, scale)
            on_write(len(data), len(data))
            sources = [*enumerate(map(quoted, data.sources))]
            write_text(part / "rows.csv", table(("row", "source"), sources))
        about |= {"contents": contents_of(part)}
        write_text(part / RECORD, record_of(data, origin, wanted, **about))
    return PreparedUnlabelled(folder, data)


def _write_array(path: Path, data: UnlabelledImages, scale: str) -> dict[str, list[float]]:
    pixels = data.images.pixels
    tables, about = scale_tables(scale, pixels, np.arange(len(data)))
    images = pixels if tables is None else scaled(pixels, tables)
    arrays = {"images": images} | {name: np.array(values) for name, values in about.items()}
    np.savez(path, **arrays)
    return about
