"""Items of a pipeline, put together into a data set that methods can be compared on."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from vistazo.data.assembly import assemble
from vistazo.data.classes import select
from vistazo.data.dataset import ImageDataset
from vistazo.data.images import plain
from vistazo.data.layouts import as_pixels
from vistazo.data.pipeline.items import Item
from vistazo.data.policy import DecodePolicy
from vistazo.errors import DataError
from vistazo.i18n import N_, _


def as_dataset(
    items: Sequence[Item],
    name: str,
    classes: Sequence[str] | None,
    policy: DecodePolicy,
    *,
    changed: bool,
) -> ImageDataset:
    """Return a data set of items.

    Parameters
    ----------
    items : sequence of Item
    name : str
        What reports call the data set.
    classes : sequence of str, optional
        In order; None takes all labels, sorted.
    policy : DecodePolicy
        How files became images like these.
    changed : bool
        Whether functions have changed the images since; a note says what that means.

    Raises
    ------
    DataError
        ``E-ARRAY-…``, ``E-DATA-…``; ``E-PIPE-PARTS`` where only some items are of a part.
    """
    labels = np.array([item.label for item in items], dtype=np.str_)
    if classes is None:
        _rows, labels, classes, _notes = select(labels, None)
    # pixels: shape (n_items, height, width, 1 or 3)
    pixels, scaling = as_pixels([item.image for item in items], channels_first=False)
    facts = plain(pixels).facts
    for row, item in enumerate(items):
        if item.facts is not None:
            facts[row] = item.facts
    notes = list(scaling)
    if changed:
        notes.append(
            _("The images were changed by functions, which a saved model does not repeat.")
        )
    return assemble(
        name=name,
        pixels=pixels,
        facts=facts,
        labels=labels,
        classes=classes,
        sources=[item.source for item in items],
        groups=_groups(items),
        split=_parts(items),
        notes=notes,
        policy=replace(policy, size=pixels.shape[1:3], channels=pixels.shape[3]),
    )


def _groups(items: Sequence[Item]) -> NDArray[np.int64] | None:
    """Number the groups of items; copies of one item are a group."""
    # by their place among the arrays, because identities differ from process to process
    arrays = {array: n for n, array in enumerate(dict.fromkeys(item.origin[0] for item in items))}
    units = []
    for item in items:
        array, row = item.origin
        grouped = item.group is not None
        units.append((arrays[array], not grouped, item.group if grouped else row))
    distinct = sorted(set(units))
    if len(distinct) == len(units) and all(item.group is None for item in items):
        return None
    numbers = {unit: number for number, unit in enumerate(distinct)}
    return np.array([numbers[unit] for unit in units], np.int64)


def _parts(items: Sequence[Item]) -> NDArray[np.str_] | None:
    parts = [item.part for item in items if item.part is not None]
    if not parts:
        return None
    if len(parts) < len(items):
        raise DataError(
            "E-PIPE-PARTS",
            N_("{n} of {n_items} items are of no part (train, validation or test) of their data."),
            N_("Concatenate pipelines only where all of them have such parts, or none has."),
            n=len(items) - len(parts),
            n_items=len(items),
        )
    return np.array(parts, dtype=np.str_)
