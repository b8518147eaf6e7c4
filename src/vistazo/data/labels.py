"""Labels as a person hands them over: one text per image, with every doubt refused."""

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vistazo.data.dataset import as_labels
from vistazo.errors import DataError
from vistazo.i18n import N_


def read_labels(labels: Any, name: str = "labels") -> NDArray[np.str_]:
    """Return one label per image as text; groups and names of parts are read like labels.

    Parameters
    ----------
    labels : array-like, shape (n_images,) or (n_images, 1)
        Text, whole numbers or booleans.
    name : str
        What errors call them.

    Raises
    ------
    DataError
        ``E-LABEL-SHAPE`` unless one-dimensional; ``E-LABEL-MISSING`` for None, an empty text
        and a number that is not finite; ``E-LABEL-MIXED`` for text among numbers.
    """
    # as objects, because NumPy would turn numbers beside text into text
    values = labels if isinstance(labels, np.ndarray) else np.asarray(labels, dtype=object)
    if values.ndim == 2 and values.shape[1] == 1:
        values = values[:, 0]
    if values.ndim != 1:
        raise DataError(
            "E-LABEL-SHAPE",
            N_("The values in {name} have shape {shape}; one per image was expected."),
            N_("Turn one-hot rows into numbers with argmax(axis=1)."),
            name=name,
            shape=values.shape,
        )
    items = values.tolist()
    _refuse_missing(items, name)
    _refuse_mixed(items, name)
    return as_labels(
        [
            item.decode("utf-8", "backslashreplace") if isinstance(item, bytes) else item
            for item in items
        ]
    )


def read_one_each(values: Any, name: str, n_images: int) -> NDArray[np.str_]:
    """Return what :func:`read_labels` does, of just as many images.

    Raises
    ------
    DataError
        ``E-DATA-LENGTH`` for more or fewer values; ``E-LABEL-…``.
    """
    texts = read_labels(values, name)
    if len(texts) != n_images:
        raise DataError(
            "E-DATA-LENGTH",
            N_("There are {n_images} images but {n_values} values in {name}."),
            N_("Give exactly one value per image."),
            n_images=n_images,
            n_values=len(texts),
            name=name,
        )
    return texts


def _refuse_missing(items: list[Any], name: str) -> None:
    missing = [str(row) for row, item in enumerate(items) if _is_missing(item)]
    if missing:
        raise DataError(
            "E-LABEL-MISSING",
            N_("Images without a value in {name}: {n}; the first rows: {rows}."),
            N_("Leave these rows out, or fill them in."),
            name=name,
            n=len(missing),
            rows=", ".join(missing[:5]),
        )


def _is_missing(item: Any) -> bool:
    if isinstance(item, float):
        return not math.isfinite(item)
    if isinstance(item, str | bytes):
        return not item.strip()
    return item is None or type(item).__name__ in ("NAType", "NaTType")  # of pandas


def _refuse_mixed(items: list[Any], name: str) -> None:
    is_text = [isinstance(item, str | bytes) for item in items]
    if any(is_text) and not all(is_text):
        raise DataError(
            "E-LABEL-MIXED",
            N_("The values in {name} mix text ({text}) and numbers ({number})."),
            N_("Turn all of them into text."),
            name=name,
            text=repr(items[is_text.index(True)]),
            number=repr(items[is_text.index(False)]),
        )
