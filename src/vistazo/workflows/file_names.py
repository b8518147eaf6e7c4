"""Names that every file system takes, each given once."""

import unicodedata
from collections.abc import Container, Iterable

from vistazo.data.assembly import PARTS

_FORBIDDEN = frozenset('<>:"/\\|?*')
_MOST_BYTES = 200
"""Of the 255 that a name may have: the rest is for numbers and endings."""
_RESERVED = frozenset(
    {"con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in range(1, 10))}
)
"""What Windows takes for a device, with any ending."""
_SKIPPED = frozenset({*PARTS, "__macosx"})
"""Folders of these names would not be read as classes."""


def safe_name(text: str, *, reserved: Container[str] = _SKIPPED) -> str:
    r"""Return a text as the name of a file or folder on Linux, macOS and Windows.

    What cannot be in a name becomes ``_``; names of devices, hidden names, ``reserved`` ones and
    what a spreadsheet would take for a formula get a ``_`` more; long names are cut.

    Parameters
    ----------
    text : str
    reserved : container of str, optional
        In small letters.

    Examples
    --------
    >>> [safe_name(text) for text in ("T-shirt/top", "CON", ".cat", "train", "a. ")]
    ['T-shirt_top', 'CON_', '_.cat', 'train_', 'a']
    """
    composed = unicodedata.normalize("NFC", text)
    name = "".join("_" if c in _FORBIDDEN or not c.isprintable() else c for c in composed)
    name = name.encode("utf-8")[:_MOST_BYTES].decode("utf-8", "ignore").strip().rstrip(". ")
    if name.startswith((".", "=", "+", "@")):
        name = "_" + name
    if name.partition(".")[0].casefold() in _RESERVED or name.casefold() in reserved:
        name = f"{name}_" if "." not in name else f"_{name}"
    return name or "_"


class Names:
    """Gives names within one folder so that none is given twice, in capitals or not.

    Parameters
    ----------
    taken : iterable of str, optional
        Names that are not given.
    """

    def __init__(self, taken: Iterable[str] = ()) -> None:
        self._given = {name.casefold() for name in taken}

    def free(self, name: str, ending: str = "") -> str:
        """Return the name with its ending, and with ``-2``, ``-3`` … before it where taken."""
        candidate, count = name, 1
        while (key := (candidate + ending).casefold()) in self._given:
            count += 1
            candidate = f"{name}-{count}"
        self._given.add(key)
        return candidate + ending
