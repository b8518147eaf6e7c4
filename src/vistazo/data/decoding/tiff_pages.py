"""The chain of directories in a TIFF, one for each page."""

import struct
from typing import BinaryIO

_MOST = 10_000


def loops(file: BinaryIO) -> bool:
    """Tell whether the chain of directories comes back to one that it has passed.

    Such a file is damaged or hostile: a reader that counts its pages would never end. The
    chain is followed for 10,000 pages at most. The position in the file is kept.
    """
    position = file.tell()
    try:
        return _loops(file)
    except struct.error:  # it ends in the middle: a cut-off file, which decoding finds
        return False
    finally:
        file.seek(position)


def _loops(file: BinaryIO) -> bool:
    file.seek(0)
    order = "<" if file.read(2) == b"II" else ">"
    # BigTIFF has longer numbers: of entries, the size of an entry, of places in the file
    count, entry, place = ("H", 12, "L")
    if _number(file, order + "H") == 43:
        file.seek(8)
        count, entry, place = ("Q", 20, "Q")
    seen: set[int] = set()
    directory = _number(file, order + place)
    while directory and len(seen) < _MOST:
        if directory in seen:
            return True
        seen.add(directory)
        file.seek(directory)
        n_entries = _number(file, order + count)
        if n_entries > 65_535:  # no writer makes so many; a seek that far would fail
            return False
        file.seek(n_entries * entry, 1)
        directory = _number(file, order + place)
    return False


def _number(file: BinaryIO, form: str) -> int:
    value: int = struct.unpack(form, file.read(struct.calcsize(form)))[0]
    return value
