"""How many images of each class each part of a data set holds."""

import numpy as np

from vistazo.data.dataset import PART_NAMES, ImageDataset
from vistazo.i18n import _


def parts_of(data: ImageDataset) -> tuple[str, ...]:
    """Return the parts that the data set brings; none where it brings none."""
    if data.split is None:
        return ()
    present = set(data.split.tolist())
    return tuple(part for part in PART_NAMES if part in present)


def part_counts(data: ImageDataset) -> dict[str, list[int]]:
    """Return the images of each class, in the order of the classes, part by part."""
    return {
        part: np.bincount(data.codes[data.rows(part)], minlength=len(data.classes)).tolist()
        for part in parts_of(data)
    }


def part_title(part: str) -> str:
    """Return what a part is called."""
    return {"train": _("training"), "validation": _("validation"), "test": _("test")}[part]
