"""One array as a file holds it, read within limits; its length is told by its header."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import IO, Any

from numpy.lib import format as npy
from numpy.typing import NDArray

from vistazo.errors import DataError
from vistazo.i18n import N_
from vistazo.reasons import reason_of

MAX_BYTES = 8 * 2**30
"""Bytes of one array beyond which it is refused instead of read."""


@dataclass(frozen=True)
class StoredArray:
    """An array in NumPy's format, in a file or in an archive.

    Parameters
    ----------
    name : str
        What it is called in errors.
    available : int
        Bytes there can be, the header with them.
    open : callable
        Returns a binary file at its start; it must be able to seek.
    """

    name: str
    available: int
    open: Callable[[], IO[bytes]]

    def read(self) -> NDArray[Any]:
        """Read the array, never a pickled one.

        Raises
        ------
        DataError
            ``E-ARRAY-FORMAT``; ``E-ARRAY-PICKLE``, ``E-ARRAY-BIG`` and ``E-ARRAY-TRUNC``
            before room is made for the values.
        """
        with self.open() as stream:
            self._shape(stream)
            stream.seek(0)
            try:
                array: NDArray[Any] = npy.read_array(stream, allow_pickle=False)
            except ValueError as error:
                raise self._no_array(error) from error
        return array

    def length(self) -> int:
        """Return the number of items, without reading them.

        Raises
        ------
        DataError
            As :meth:`read`.
        """
        with self.open() as stream:
            shape = self._shape(stream)
        return max(shape[0], 0) if shape else 0

    def _shape(self, stream: IO[bytes]) -> tuple[int, ...]:
        try:
            read_header = {
                (1, 0): npy.read_array_header_1_0,
                (2, 0): npy.read_array_header_2_0,
            }[npy.read_magic(stream)]
            shape, _fortran_order, dtype = read_header(stream)
        except (ValueError, KeyError) as error:
            raise self._no_array(error) from error
        if dtype.hasobject:
            raise DataError(
                "E-ARRAY-PICKLE",
                N_("'{name}' holds pickled Python objects, which could run code when opened."),
                N_("Save it again as numbers or text: numpy.asarray(values.tolist())."),
                name=self.name,
            )
        n_bytes = math.prod(shape) * dtype.itemsize
        if n_bytes > MAX_BYTES:
            raise DataError(
                "E-ARRAY-BIG",
                N_("'{name}' has {size} GB; the limit is {limit} GB."),
                N_("Save the images as uint8, smaller, or as files in class folders."),
                name=self.name,
                size=n_bytes // 2**30,
                limit=MAX_BYTES // 2**30,
            )
        if n_bytes > self.available - stream.tell():
            raise DataError(
                "E-ARRAY-TRUNC",
                N_("'{name}' is cut off: {n_bytes} bytes are declared, {available} are there."),
                N_("Copy the file again from its source."),
                name=self.name,
                n_bytes=n_bytes,
                available=self.available - stream.tell(),
            )
        return shape

    def _no_array(self, error: Exception) -> DataError:
        return DataError(
            "E-ARRAY-FORMAT",
            N_("'{name}' is not an array in NumPy's format: {reason}."),
            N_("Write it again with numpy.save or numpy.savez."),
            name=self.name,
            reason=reason_of(error),
        )
