"""CSV files that somebody may open in a spreadsheet, which would run a formula."""

import csv
import re
from collections.abc import Iterable
from types import SimpleNamespace
from typing import Any

_START = r"([=+@\t\r]|-(?![\d.,]+$))"  # a negative number is no formula
_FORMULA = re.compile("'*" + _START)
_QUOTED = re.compile("'+" + _START)


def quoted(text: str) -> str:
    """Return a text with an apostrophe before it where a spreadsheet would take it for a formula.

    Examples
    --------
    >>> quoted("=1+1"), quoted("-a"), quoted("-1"), quoted("cat"), unquoted(quoted("'=1"))
    ("'=1+1", "'-a", '-1', 'cat', "'=1")
    """
    return "'" + text if _FORMULA.match(text) else text


def unquoted(text: str) -> str:
    """Return what :func:`quoted` was given."""
    return text[1:] if _QUOTED.match(text) else text


def table(header: tuple[str, ...], rows: Iterable[tuple[Any, ...]]) -> str:
    """Return rows as CSV text whose lines end alike on every system."""
    lines: list[str] = []
    # a text that would end a line is put in quotation marks only if the writer ends its own so
    writer = csv.writer(SimpleNamespace(write=lines.append), lineterminator="\r\n")
    writer.writerow(header)
    writer.writerows(rows)
    return "".join(line.removesuffix("\r\n") + "\n" for line in lines)
