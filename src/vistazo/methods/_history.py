"""What a method keeps of the training of its network."""

from typing import Any

from vistazo.training.history import History


class Trained:
    """A method with a training in it.

    Attributes
    ----------
    history_ : dict of list
        One entry per epoch of each column of :class:`~vistazo.training.history.History`; None
        where it was no finite number.
    best_epoch_ : int
        The epoch whose weights were kept.
    stopped_ : {"epochs", "patience", "time", "nan"}
        Why the training ended.
    range_test_ : dict of list, or None
        The learning-rate range test, where one was made.
    """

    history_: dict[str, list[float | None]]
    best_epoch_: int
    stopped_: str | None
    range_test_: dict[str, list[float]] | None

    def _take_history(self, history: History) -> None:
        self.history_, self.best_epoch_ = history.as_json(), history.best_epoch
        self.stopped_, self.range_test_ = history.stopped, history.range_test

    def _history_facts(self) -> dict[str, Any]:
        return {
            "history": self.history_,
            "best": self.best_epoch_,
            "stopped": self.stopped_,
            "range_test": self.range_test_,
        }

    def _take_history_facts(self, facts: dict[str, Any]) -> None:
        self.history_, self.best_epoch_ = facts["history"], facts["best"]
        self.stopped_, self.range_test_ = facts["stopped"], facts["range_test"]
