"""Whether a run can be written where it shall go, asked before anything is computed."""

import os
import shutil
from collections.abc import Sequence
from pathlib import Path

from vistazo.data.dataset import ImageDataset
from vistazo.errors import SetupError
from vistazo.evaluation.protocol import Split
from vistazo.i18n import N_, number

_MARGIN = 100_000_000
"""Bytes for the model, the report and its pictures."""


def check_writable(folder: Path) -> None:
    """Raise ``E-RUN-WRITE`` where a folder could not be made or written into."""
    place = obstacle(folder)
    if place is None:
        return
    raise SetupError(
        "E-RUN-WRITE",
        N_("{folder} cannot be written: {place} is no folder in which you may write."),
        N_("Choose a folder of yours with --out, such as --out {other}."),
        folder=folder,
        place=place,
        other=Path.home() / "vistazo-runs" / folder.name,
    )


def check_room(folder: Path, data: ImageDataset, n_methods: int, splits: Sequence[Split]) -> None:
    """Raise ``E-DISK`` where the disk of a folder has less room than a run needs.

    A training has no splits: it needs room for its model.
    """
    needed, free = expected_bytes(data, n_methods, splits), shutil.disk_usage(nearest(folder)).free
    if free < needed:
        raise SetupError(
            "E-DISK",
            N_("The run needs about {needed} MB in {folder}, but only {free} MB are free there."),
            N_(
                "Nothing was started. Free some space, or name a folder on a disk with room:"
                " --out FOLDER."
            ),
            folder=folder,
            needed=number(needed / 1e6),
            free=number(free / 1e6),
        )


def expected_bytes(data: ImageDataset, n_methods: int, splits: Sequence[Split]) -> int:
    """Return about how many bytes a comparison writes.

    Every predicted row is kept twice, as text in ``predictions.csv`` and as numbers in its
    cell; every row fitted on is kept once, as a label.
    """
    n_test = sum(len(split.test) for split in splits)
    n_train = sum(len(split.train) for split in splits)
    label = max(len(name) for name in data.classes)
    path = sum(len(source) for source in data.sources) / len(data)
    as_text = path + 2 * label + 40 + 13 * len(data.classes)
    as_numbers = 4 * label + 8 * len(data.classes)
    return round(n_methods * (n_test * (as_text + as_numbers) + n_train * 4 * label)) + _MARGIN


def obstacle(folder: Path) -> Path | None:
    """Return the place because of which a folder can neither be made nor written into, if any."""
    place = nearest(folder)
    return None if place.is_dir() and os.access(place, os.W_OK | os.X_OK) else place


def nearest(folder: Path) -> Path:
    """Return the folder, or the nearest parent that exists."""
    return next(place for place in (folder, *folder.absolute().parents) if os.path.lexists(place))
