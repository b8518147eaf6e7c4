"""What happened in each epoch of a training, and who wants to hear of it."""

import contextlib
from collections.abc import Callable, Iterator
from contextvars import ContextVar
from dataclasses import dataclass, field

COLUMNS = (
    "epoch",
    "train_loss",
    "validation_loss",
    "validation_accuracy",
    "learning_rate",
    "seconds",
)


@dataclass
class History:
    """One row per epoch, kept as columns.

    Attributes
    ----------
    columns : dict of list
        ``epoch`` from 1; ``train_loss`` is the mean over the epoch's steps with dropout
        on; ``validation_loss`` and ``validation_accuracy`` are measured after it on the
        images set aside; ``seconds`` includes that measurement.
    best_epoch : int
        The epoch whose weights were kept.
    planned_epochs : int
        How many epochs the recipe allows.
    """

    planned_epochs: int
    columns: dict[str, list[float]] = field(default_factory=lambda: {name: [] for name in COLUMNS})
    best_epoch: int = 0

    def append(self, **row: float) -> None:
        """Add the row of one epoch and tell the listener."""
        for name in COLUMNS:
            self.columns[name].append(row[name])
        _listener.get()(self)

    def __len__(self) -> int:
        return len(self.columns["epoch"])

    @property
    def remaining_seconds(self) -> float:
        """Expected seconds to the last planned epoch, from the mean so far."""
        done = len(self)
        return sum(self.columns["seconds"]) / done * (self.planned_epochs - done)


_listener: ContextVar[Callable[[History], None]] = ContextVar(
    "epoch_listener", default=lambda history: None
)


@contextlib.contextmanager
def listening(listener: Callable[[History], None]) -> Iterator[None]:
    """Call ``listener`` with the history after every epoch trained inside the block."""
    token = _listener.set(listener)
    try:
        yield
    finally:
        _listener.reset(token)
