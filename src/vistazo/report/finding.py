"""One thing a comparison says."""

from typing import Literal, NamedTuple


class Finding(NamedTuple):
    """One sentence and how it should be taken."""

    tone: Literal["warning", "winner", "good", "note"]
    text: str
