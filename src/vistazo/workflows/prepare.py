"""A data set made from another: preprocessed, enlarged by copies, written whole or not at all."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from vistazo.data.dataset import ImageDataset
from vistazo.data.image_files.decoded_files import Progress
from vistazo.data.image_files.walking import shown
from vistazo.data.reading import place_of
from vistazo.errors import require
from vistazo.preprocessing.recipe import Recipe, recipe_from_text
from vistazo.workflows.prepared_place import (
    RECORD,
    check_apart,
    check_place,
    check_room,
    contents_of,
    holds_the_same,
    whole_folder,
)
from vistazo.workflows.prepared_reading import read_prepared
from vistazo.workflows.prepared_record import check_settings, plain, record_of, write_text
from vistazo.workflows.prepared_rows import folders_of, labels_table, one_hot_table, rows_of
from vistazo.workflows.prepared_writing import ENDINGS, write_arrays, write_tree

MOST_COPIES = 1000
"""Of one image: they are in memory together."""


@dataclass(frozen=True)
class Prepared:
    """What was written where.

    Parameters
    ----------
    folder : Path
    data : ImageDataset
        The images that were read, after the steps, without copies.
    n_copies : int
        Images written beside them.
    kept : bool
        Whether the folder held all of it before, and nothing was written.
    """

    folder: Path
    data: ImageDataset
    n_copies: int
    kept: bool = False


def prepare(
    source: Path | str,
    destination: Path | str,
    steps: str | Recipe = "none",
    *,
    limit: int | None = None,
    to: Literal["folders", "arrays"] = "folders",
    image_format: Literal["png", "jpeg"] = "png",
    scale: Literal["none", "unit", "signed", "standard"] = "none",
    one_hot: bool = False,
    copies: int = 0,
    augmentation: str = "light",
    seed: int = 0,
    on_read: Progress | None = None,
    on_write: Progress = lambda done, total: None,
    **reading: Any,
) -> Prepared:
    """Preprocess all images of a data set and write them as another one.

    The destination appears whole, or not at all; the source is only read. Beside the images
    lie ``labels.csv`` (file name, label, group, parent of a copy, part, fold; ``rows.csv`` of
    arrays) and ``prepare.yaml`` (recipe, settings, fingerprint of the images, what was left
    out), which is a recipe too.

    Parameters
    ----------
    source : path
        Whatever :func:`~vistazo.data.reading.read_images` reads.
    destination : path
        A folder that does not exist, or is empty, or holds the result of the same call.
    steps : str or Recipe, default="none"
        See :mod:`vistazo.preprocessing.recipe`. With a ``resize`` among them, and without
        ``size``, each file is prepared in its own size.
    limit : int, optional
        Use only so many images, stratified.
    to : {"folders", "arrays"}, default="folders"
        Class folders, inside folders of their parts where the source has such; or
        ``images.npz``.
    image_format : {"png", "jpeg"}, default="png"
        Of the files in folders; JPEG, of quality 95, changes pixels a little.
    scale : {"none", "unit", "signed", "standard"}, default="none"
        Of arrays; see :func:`~vistazo.workflows.prepared_writing.scale_tables`.
    one_hot : bool, default=False
        Whether ``one_hot.csv`` is written: a column for each class.
    copies : int, default=0
        Augmented copies beside each training image: each image where there are no parts. A
        copy has the group of its parent, so that folds never part them.
    augmentation : str, default="light"
        See :func:`~vistazo.transforms.policies.augmentation_named`.
    seed : int, default=0
        Of the copies and of ``limit``.
    on_read, on_write : callable
        Told the number of images done and of all.
    **reading
        ``size``, ``classes`` and whatever else ``read_images`` takes; the steps come after it.

    Raises
    ------
    UsageError
        ``E-OUT-EXISTS`` where the destination holds something else, ``E-OUT-INSIDE`` where it
        lies in the source; ``E-STEP``, ``E-NAME``, ``E-VALUE`` for settings.
    SetupError
        ``E-OUT-WRITE``, ``E-DISK``.
    DataError
        As ``read_images``.
    """
    recipe = recipe_from_text(steps) if isinstance(steps, str) else steps
    recipe.check()
    check_settings(to, image_format, scale, limit)
    require(0 <= copies <= MOST_COPIES, "copies", copies, f"0 ≤ K ≤ {MOST_COPIES}")
    folder = Path(destination).expanduser()
    settings = {
        "limit": limit,
        "to": to,
        "image_format": image_format if to == "folders" else None,
        "scale": scale if to == "arrays" else None,
        "one_hot": one_hot,
        "copies": copies,
        "augmentation": augmentation if copies else None,
        "seed": seed,
    }
    wanted = {"steps": recipe.to_values(), "reading": plain(reading), "settings": settings}
    check_place(place_of(source), folder)
    holds_the_same(folder, wanted)
    changed = None
    if copies:
        # torch takes seconds to import, and only copies need it
        from vistazo.workflows.augmented_copies import AugmentedCopies

        changed = AugmentedCopies(augmentation, copies, seed)
    data = read_prepared(source, recipe, progress=on_read, **reading)
    check_apart(Path(source).expanduser(), folder, data.sources)
    if limit is not None:
        data = data.limited(limit, seed)
    origin = {"path": shown(str(source)), "n_images": len(data), "fingerprint": data.fingerprint}
    n_copies = copies * (len(data) if data.split is None else len(data.rows("train")))
    if holds_the_same(folder, {"source": origin, **wanted}):
        return Prepared(folder, data, n_copies, kept=True)
    n_written, is_float = len(data) + n_copies, to == "arrays" and scale != "none"
    check_room(folder, n_written * data.images.pixels[:1].size * (4 if is_float else 1), n_written)
    rows = rows_of(data, copies, ENDINGS[image_format])
    with whole_folder(folder) as part:
        about: dict[str, Any] = {}
        if to == "folders":
            write_tree(part, data, rows, changed, image_format, on_write)
        else:
            about = write_arrays(part / "images.npz", data, rows, changed, scale, on_write)
        # a folder is read by the files that its labels.csv lists
        listed = "labels.csv" if to == "folders" else "rows.csv"
        write_text(part / listed, labels_table(rows))
        if one_hot:
            write_text(part / "one_hot.csv", one_hot_table(rows, data.classes))
        about = {"n_copies": n_copies, "folders": folders_of(data.classes), **about}
        about |= {"contents": contents_of(part)}
        write_text(part / RECORD, record_of(data, origin, wanted, **about))
    return Prepared(folder, data, n_copies)
