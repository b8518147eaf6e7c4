"""Parts of a report: one file is one panel.

A panel is a plain function ``(Run) -> Panel | None``, named like its file; None where the run
has nothing for it. It computes what is shown, and its templates ``html/NAME.html`` and
``md/NAME.md`` say it; without the latter, Markdown leaves the panel out.
"""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Panel:
    """One part of a report.

    Parameters
    ----------
    id : str
        Anchor in the page, and name of its templates with ``-`` for ``_``.
    title : str
        Heading, in the language in force.
    data : mapping
        What its templates are given.
    """

    id: str
    title: str
    data: Mapping[str, object]
