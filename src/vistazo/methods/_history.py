"""What a method keeps of the training of its network."""

from typing import Any

from vistazo.training.history import History

_FACTS = {
    "history": "history_",
    "best": "best_epoch_",
    "stopped": "stopped_",
    "range_test": "range_test_",
}
"""The attributes by the names under which a model keeps them."""


class Trained:
    """A method with a training in it; without these attributes where nothing was trained.

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

    def _take_history(self, history: History | None) -> None:
        self._take_history_facts(
            {}
            if history is None
            else {
                "history": history.as_json(),
                "best": history.best_epoch,
                "stopped": history.stopped,
                "range_test": history.range_test,
            }
        )

    def _history_facts(self) -> dict[str, Any]:
        kept = vars(self)
        return {name: kept[attribute] for name, attribute in _FACTS.items() if attribute in kept}

    def _take_history_facts(self, facts: dict[str, Any]) -> None:
        for name, attribute in _FACTS.items():
            vars(self).pop(attribute, None)
            if "history" in facts:
                setattr(self, attribute, facts[name])
