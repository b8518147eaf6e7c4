"""Names with a text beside each, in as many columns as there are."""

import textwrap
from collections.abc import Sequence

_GAP = 2
"""Blanks between columns."""
_LEAST = 24
"""Columns that a text needs to stand beside its name rather than below it."""


def fitting(widths: Sequence[int], most_telling: Sequence[int], width: int | None) -> list[int]:
    """Return which columns fit beside each other, in their own order.

    Parameters
    ----------
    widths : sequence of int
        Of each column, without the gap of two blanks between columns.
    most_telling : sequence of int
        Positions of the columns; those that stand last are left out first, never the first one.
    width : int or None
        None has room for all of them.
    """
    kept = list(most_telling)
    while width is not None and len(kept) > 1:
        if sum(widths[column] + _GAP for column in kept) - _GAP <= width:
            break
        kept.pop()
    return sorted(kept)


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
    beside = indent + max((len(name) for name, _text in rows), default=0) + _GAP
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
