"""What happened in each epoch of a training, and who wants to hear of it."""

import contextlib
import math
from collections.abc import Callable, Iterator
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Literal

Stopped = Literal["epochs", "patience", "time", "nan"]
"""Why a training ended: all epochs, early stopping, its time limit, a loss that is no number."""


@dataclass
class History:
    """One row per epoch, kept as columns.

    Attributes
    ----------
    columns : dict of list
        ``epoch`` from 1; ``train_NAME`` are means over the epoch's images while it ran, with
        dropout and augmentation on; ``validation_NAME`` are measured after it on the images
        set aside, where NAME is ``loss``, ``accuracy`` or what else the objective gives;
        ``learning_rate`` is that of the epoch's last step; ``seconds`` include the validation.
    best_epoch : int
        The epoch whose weights were kept.
    planned_epochs : int
        How many epochs the recipe allows.
    stopped : str or None
        Why the training ended; None while it runs.
    range_test : dict of list, or None
        ``rates``, ``losses`` and ``chosen`` of the test that found the learning rate.
    """

    planned_epochs: int
    columns: dict[str, list[float]] = field(default_factory=dict)
    best_epoch: int = 0
    stopped: Stopped | None = None
    range_test: dict[str, list[float]] | None = None

    def append(self, row: dict[str, float]) -> None:
        """Add the row of one epoch and tell the listener."""
        for name, value in row.items():
            self.columns.setdefault(name, []).append(value)
        _listener.get()(self)

    def as_json(self) -> dict[str, list[float | None]]:
        """Return the columns with None for what is no finite number, which JSON cannot hold."""
        return {
            name: [value if math.isfinite(value) else None for value in values]
            for name, values in self.columns.items()
        }

    def __len__(self) -> int:
        return len(self.columns.get("epoch", ()))

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
