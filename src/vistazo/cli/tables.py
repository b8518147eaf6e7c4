"""Names with a text beside each, in as many columns as there are."""

import textwrap
from collections.abc import Sequence

_LEAST = 24
"""Columns that a text needs to stand beside its name rather than below it."""


def definitions(
    rows: Sequence[tuple[str, str]], width: int | None, *, indent: int = 0
) -> list[str]:
    """Return lines with every name followed by its text.

    Parameters
    ----------
    rows : sequence of (str, str)
        Names, which are never cut, and their texts.
    width : int or None
        Columns; the texts of None are not wrapped.
    indent : int
        Blank columns before each name.
    """
    beside = indent + max((len(name) for name, _text in rows), default=0) + 2
    if width is not None and width - beside < _LEAST:
        return [line for row in rows for line in _stacked(*row, width, indent)]
    lines = []
    for name, text in rows:
        first, *more = wrapped(text, None if width is None else width - beside) or [""]
        lines.append((" " * indent + name).ljust(beside) + first)
        lines += [" " * beside + line for line in more]
    return [line.rstrip() for line in lines]


def wrapped(text: str, width: int | None) -> list[str]:
    """Break a text into lines of at most so many columns, at spaces wherever there are any."""
    if width is None:
        return [text]
    return textwrap.wrap(text, width, break_on_hyphens=False)


def _stacked(name: str, text: str, width: int, indent: int) -> list[str]:
    inner = indent + 4
    return [" " * indent + name, *(" " * inner + line for line in wrapped(text, width - inner))]
