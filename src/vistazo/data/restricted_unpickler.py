"""Unpickle numbers, text, containers and numeric arrays; nothing else, and no code."""

import io
import math
import pickle
import pickletools
import re
from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vistazo.errors import DataError
from vistazo.i18n import N_, _

MAX_STEPS = 500_000
"""Instructions of a pickle at most, each of which may make an object many times its own size;
CIFAR-100 takes 200,000."""


def restricted_loads(content: bytes, name: str) -> Any:
    """Return what a pickle holds, of Python 2 or 3.

    No callable that a pickle names is ever looked up: the few that arrays need are replaced
    by ones of this module, which make few bytes more than the pickle has.

    Parameters
    ----------
    content : bytes
    name : str
        What errors call it.

    Returns
    -------
    object
        Made of dict, list, tuple, set, str, bytes, numbers, booleans, None and arrays of
        whole numbers, floats or booleans. Text of Python 2 comes as bytes.

    Raises
    ------
    DataError
        ``E-PICKLE`` where it asks for anything else, named in the message; where it is cut
        off or damaged; or where it would take more memory than its size explains.
    """
    try:
        _check_steps(content)
        return _Unpickler(content, name).load()
    except DataError:
        raise
    except Exception as error:  # on hostile bytes the reader may raise anything
        raise DataError(
            "E-PICKLE",
            N_("'{name}' is no pickle of plain arrays, or it is damaged: {reason}."),
            N_("Copy the file again from its source."),
            name=name,
            reason=(str(error) or type(error).__name__).rstrip(".")[:200],
        ) from error


def _check_steps(content: bytes) -> None:
    """Refuse what takes memory by itself: a length or a position that is only declared."""
    argument: Any
    for steps, (opcode, argument, _position) in enumerate(pickletools.genops(content)):
        if steps >= MAX_STEPS:
            raise pickle.UnpicklingError(_("it has too many parts"))
        if opcode.name in ("PUT", "BINPUT", "LONG_BINPUT") and argument > MAX_STEPS:
            raise pickle.UnpicklingError(_("it keeps an object in an impossible place"))


class _Unpickler(pickle.Unpickler):
    def __init__(self, content: bytes, name: str) -> None:
        super().__init__(io.BytesIO(content), encoding="bytes")
        self._name = name
        # what is called keeps the room alone: with the unpickler it would be a ring of
        # references, and the content would stay in memory
        room = _Room(2 * len(content))  # protocol 2 makes an array of bytes made of text
        self._ours: dict[tuple[str, str], Any] = {
            ("numpy._core.multiarray", "_reconstruct"): _Sealed(partial(_empty_array, room)),
            ("numpy._core.numeric", "_frombuffer"): _Sealed(partial(_from_buffer, room)),
            ("numpy", "ndarray"): "ndarray",  # only an argument
            ("numpy", "dtype"): _Sealed(_Dtype),
            ("_codecs", "encode"): _Sealed(partial(_encode, room)),
        }

    def find_class(self, module: str, name: str, /) -> Any:
        """Return our own in place of what arrays and bytes are pickled with; refuse the rest."""
        # NumPy 2 renamed numpy.core
        ours = self._ours.get((module.replace("numpy.core.", "numpy._core."), name))
        if ours is None:
            raise DataError(
                "E-PICKLE",
                N_("'{name}' asks for {wanted} when it is opened, which could run code."),
                N_("Do not open it elsewhere either; copy the file again from its source."),
                name=self._name,
                wanted=ascii(f"{module}.{name}")[1:-1][:100],
            )
        return ours


class _Room:
    """Bytes that may still be made; what a pickle makes it has in it, unless it repeats it."""

    def __init__(self, n_bytes: int) -> None:
        self._left = n_bytes

    def take(self, n_bytes: int) -> None:
        self._left -= n_bytes
        if self._left < 0:
            raise pickle.UnpicklingError(_("it repeats its content"))


class _Sealed:
    """A callable that a pickle can call and do nothing else with: no attribute can be set."""

    __slots__ = ("_call",)

    def __init__(self, call: Callable[..., Any]) -> None:
        self._call = call

    def __call__(self, *arguments: Any) -> Any:
        return self._call(*arguments)

    def __setstate__(self, state: object) -> None:
        raise pickle.UnpicklingError(_("it changes a function"))


class _Dtype:
    """A type of numbers: what a pickle calls ``dtype('u1', False, True)``, then gives a state."""

    __slots__ = ("value",)

    def __init__(self, code: str | bytes, *_alignment: object) -> None:
        text = code.decode() if isinstance(code, bytes) else code
        if not re.fullmatch(r"[biuf]\d{1,2}", text):
            raise pickle.UnpicklingError(_("it has arrays of type {dtype}", dtype=ascii(text)[:20]))
        self.value: np.dtype[Any] = np.dtype(text)

    def __setstate__(self, state: tuple[Any, ...]) -> None:
        if state[1] in (">", b">"):
            self.value = self.value.newbyteorder(">")


class _Array(np.ndarray[Any, Any]):
    """An array as NumPy pickles it: made empty, then given a state, once."""

    room: _Room | None

    def __setstate__(self, state: Any, /) -> None:
        _version, shape, dtype, fortran, content = state
        room, self.room = self.room, None
        if room is None:
            raise pickle.UnpicklingError(_("it changes an array"))
        room.take(len(content))
        checked = _checked(content, dtype, shape, fortran)
        known: Any = (1, checked.shape, checked.dtype, bool(fortran), content)
        super().__setstate__(known)


def _empty_array(room: _Room, *_kind: object) -> _Array:
    array = np.ndarray.__new__(_Array, (0,), np.uint8)
    array.room = room
    return array


def _from_buffer(
    room: _Room, content: bytes, dtype: _Dtype, shape: Iterable[int], order: str
) -> NDArray[Any]:
    """Arrays as protocol 5 has them."""
    room.take(len(content))
    return _checked(content, dtype, shape, fortran=order == "F")


def _encode(room: _Room, text: str, encoding: str | bytes) -> bytes:
    """Bytes as Python 3 writes them for Python 2."""
    if encoding not in ("latin1", b"latin1"):
        raise pickle.UnpicklingError(_("it has bytes in an unknown encoding"))
    room.take(len(text))
    return text.encode("latin-1")


def _checked(content: bytes, dtype: _Dtype, shape: Iterable[int], fortran: bool) -> NDArray[Any]:
    sides = tuple(shape)
    if math.prod(sides) * dtype.value.itemsize != len(content):
        raise pickle.UnpicklingError(_("an array has not as many bytes as its shape says"))
    return np.frombuffer(content, dtype.value).reshape(sides, order="F" if fortran else "C")
