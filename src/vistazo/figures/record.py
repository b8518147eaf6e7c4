"""What a training left behind, whatever it comes in: columns by epoch and the kept epoch."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vistazo.errors import UsageError
from vistazo.i18n import N_

LARGE_GAP = 0.1
"""Above it the gap between training and validation accuracy is marked."""


@dataclass(frozen=True)
class TrainingRecord:
    """One training, epoch by epoch.

    Parameters
    ----------
    columns : dict of str to array, shape (n_epochs,)
        Values by epoch; nan where there is none, or none that is finite. Any column may be
        missing.
    best_epoch : int or None
        The epoch whose weights were kept; None where that is not known.
    """

    columns: dict[str, NDArray[np.float64]]
    best_epoch: int | None

    @property
    def epochs(self) -> NDArray[np.float64]:
        """Numbers of the epochs, shape (n_epochs,); counted from 1 where there are none."""
        given = self.column("epoch")
        return np.where(np.isnan(given), np.arange(1.0, len(given) + 1), given)

    def column(self, name: str) -> NDArray[np.float64]:
        """Return a column, shape (n_epochs,), of nan where there is no such column."""
        n_epochs = max((len(values) for values in self.columns.values()), default=0)
        return self.columns.get(name, np.full(n_epochs, math.nan))

    def kept(self, name: str) -> float | None:
        """Return a column's value at the epoch that was kept; None where it has none."""
        values = self.column(name)[self.epochs == self.best_epoch]
        return float(values[0]) if values.size and not math.isnan(values[0]) else None

    @property
    def gap(self) -> float | None:
        """Training minus validation accuracy, both at the epoch that was kept."""
        training, validation = self.kept("train_accuracy"), self.kept("validation_accuracy")
        return None if training is None or validation is None else training - validation


def is_large(gap: float | None) -> bool:
    """Whether a gap, as it is written with three decimals, is above ``LARGE_GAP``."""
    return gap is not None and round(gap, 3) > LARGE_GAP


def training_record(training: object) -> TrainingRecord:
    """Return the record of a training.

    Parameters
    ----------
    training : object
        A fitted network (``history_``, ``best_epoch_``), a history (``columns``,
        ``best_epoch``), or a mapping: the columns, with or without ``best_epoch`` among them,
        or ``{"columns": ..., "best_epoch": ...}``. None is a missing value; a column that is
        shorter than others misses its last ones.

    Raises
    ------
    UsageError
        ``E-HISTORY`` for anything else.
    """
    if isinstance(training, Mapping):
        columns, best_epoch = training.get("columns", training), training.get("best_epoch")
    elif hasattr(training, "history_"):
        columns, best_epoch = training.history_, getattr(training, "best_epoch_", None)
    elif hasattr(training, "columns"):
        columns, best_epoch = training.columns, getattr(training, "best_epoch", None)
    else:
        raise _no_history(training)
    return TrainingRecord(_as_arrays(columns, training), best_epoch)


def _as_arrays(columns: Any, training: object) -> dict[str, NDArray[np.float64]]:
    try:
        given = {name: list(values) for name, values in columns.items() if name != "best_epoch"}
        n_epochs = max(map(len, given.values()), default=0)
        arrays = {
            # None becomes nan; (n_epochs,)
            name: np.array([*values, *[None] * (n_epochs - len(values))], np.float64)
            for name, values in given.items()
        }
    except (AttributeError, TypeError, ValueError) as error:
        raise _no_history(training) from error
    return {name: np.where(np.isfinite(a), a, math.nan) for name, a in arrays.items()}


def _no_history(found: object) -> UsageError:
    return UsageError(
        "E-HISTORY",
        N_("A training is drawn from its history, and this {kind} holds none."),
        N_("Give a fitted network, its history, or its columns of numbers by name."),
        kind=type(found).__name__,
    )
