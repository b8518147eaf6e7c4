"""Where trainings are kept while they run, so that one that is ended can go on."""

import contextlib
from collections.abc import Iterator
from contextvars import ContextVar
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Place:
    """A folder, and the seconds between two writings."""

    folder: Path
    every: float


_place: ContextVar[Place | None] = ContextVar("checkpoint_place", default=None)


@contextlib.contextmanager
def checkpointing(folder: Path | None, every: float = 20.0) -> Iterator[None]:
    """Keep the trainings inside the block in a folder, and continue those that are there.

    Parameters
    ----------
    folder : Path or None
        Made when there is something to write. Each training has files of its own, named after
        a hash of its data, recipe and initial weights. None keeps nothing.
    every : float
        Seconds between two writings: what a kill costs at the most.
    """
    token = _place.set(None if folder is None else Place(folder, every))
    try:
        yield
    finally:
        _place.reset(token)


def checkpoint_place() -> Place | None:
    """Return where trainings are kept; None where they are not."""
    return _place.get()
