"""Arrays as safetensors bytes and back."""

from typing import Any

import numpy as np
import safetensors.numpy
from numpy.typing import NDArray

from vistazo.errors import DataError
from vistazo.i18n import N_
from vistazo.persistence.members import WEIGHTS


def pack_arrays(arrays: dict[str, NDArray[Any]]) -> bytes:
    """Return arrays as the content of ``weights.safetensors``."""
    # safetensors writes the memory as it lies, whatever the strides say
    return safetensors.numpy.save(
        {name: np.asarray(array, order="C") for name, array in arrays.items()}
    )


def unpack_arrays(content: bytes) -> dict[str, NDArray[Any]]:
    """Return the arrays in the content of ``weights.safetensors``, writable.

    Raises
    ------
    DataError
        ``E-MODEL-FORMAT`` for what is no safetensors file, ``E-MODEL-NAN`` for numbers that
        are not finite.
    """
    try:
        arrays = safetensors.numpy.load(content)
    except Exception as error:  # hostile bytes: the parser may raise anything
        raise DataError(
            "E-MODEL-FORMAT",
            N_("'{name}' cannot be read: {reason}."),
            N_("Copy the model folder again from its source, or train the model again."),
            name=WEIGHTS,
            reason=str(error).rstrip("."),
        ) from error
    for name, array in arrays.items():
        if array.dtype.kind in "fc" and not np.isfinite(array).all():
            raise not_finite(name)
    # older versions of safetensors lend their own memory
    return {name: np.require(array, requirements="W") for name, array in arrays.items()}


def not_finite(name: str) -> DataError:
    """Return the error for a part of a model that holds NaN or infinity."""
    return DataError(
        "E-MODEL-NAN",
        N_("'{name}' of the model holds numbers that are not finite (NaN or infinity)."),
        N_("Train the model again, with a lower learning rate if it is a network."),
        name=name,
    )
