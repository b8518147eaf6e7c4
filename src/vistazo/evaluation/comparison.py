"""Comparison: every method's cells, and every number that follows from them."""

import copy
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.base import clone

from vistazo.data.dataset import ImageDataset
from vistazo.errors import DataError
from vistazo.evaluation.cells import CellResult
from vistazo.evaluation.protocol import Protocol, Split
from vistazo.i18n import N_
from vistazo.metrics.label_scores import confusion_matrix
from vistazo.metrics.scores import METRICS, score

SCHEMA = "vistazo.comparison/1"


@dataclass(frozen=True, eq=False)
class Comparison:
    """Methods on the same splits of the same data.

    Parameters
    ----------
    data : ImageDataset
    protocol : Protocol
    splits : list of Split
    methods : dict of str to scikit-learn classifier
        Unfitted.
    results : dict of (method, repeat, fold) to CellResult
    failures : dict of str to str
        Methods that raised in a fold, with the reason: they have no scores.
    floors : frozenset of str
        Which methods are floors.
    positive_class : str or None
        Of two classes, the one whose sensitivity and specificity are meant.
    environment : dict
        Versions and machine.
    """

    data: ImageDataset
    protocol: Protocol
    splits: list[Split]
    methods: Mapping[str, Any]
    results: Mapping[tuple[str, int, int], CellResult] = field(repr=False)
    failures: Mapping[str, str] = field(default_factory=dict)
    floors: frozenset[str] = frozenset()
    positive_class: str | None = None
    environment: Mapping[str, Any] = field(default_factory=dict, repr=False)

    @property
    def finished(self) -> list[str]:
        """Names of the methods that have all their cells."""
        return [name for name in self.methods if name not in self.failures]

    def cells(self, method: str) -> list[tuple[Split, CellResult]]:
        """Return the splits and results of a method, in order."""
        return [(s, self.results[method, s.repeat, s.fold]) for s in self.splits]

    @cached_property
    def scores(self) -> dict[str, dict[str, tuple[float, ...]]]:
        """Per method and metric: one number per fold; metrics without a number are absent."""
        return {
            method: {name: s for name in METRICS if (s := self._scores(method, name)) is not None}
            for method in self.finished
        }

    def _scores(self, method: str, metric: str) -> tuple[float, ...] | None:
        per_fold = []
        for split, result in self.cells(method):
            value = score(
                metric,
                self.data.codes[split.test],
                result.predicted,
                result.probabilities,
                len(self.data.classes),
            )
            if value is None:
                return None
            per_fold.append(value)
        return tuple(per_fold)

    def ranking(self) -> list[str]:
        """Return the finished methods, best first by the protocol's metric; ties: the faster."""
        sign = 1 if METRICS[self.protocol.metric].greater_is_better else -1

        def place(method: str) -> tuple[float, float]:
            scores = self.scores[method].get(self.protocol.metric)
            mean = sign * float(np.mean(scores)) if scores else -np.inf
            return -mean, self.seconds(method)["fit"]

        return sorted(self.finished, key=place)

    @property
    def winner(self) -> str:
        """Name of the best method."""
        ranking = self.ranking()
        if not ranking:
            raise DataError(
                "E-ALL-FAILED",
                N_("No method could be evaluated. The first said: {reason}"),
                N_("Mend that and run the same command again."),
                reason=next(iter(self.failures.values()), "?"),
            )
        return ranking[0]

    def best(self) -> Any:
        """Return an unfitted copy of the winner."""
        return clone(self.methods[self.winner], safe=False)

    def seconds(self, method: str) -> dict[str, float]:
        """Return mean seconds per fit, and per predicted image."""
        cells = self.cells(method)
        fit = float(np.mean([r.seconds["fit"] for _, r in cells]))
        predict = float(np.mean([r.seconds["predict"] / len(s.test) for s, r in cells]))
        return {"fit": fit, "predict": predict}

    def confusion(self, method: str) -> NDArray[np.int64]:
        """Return the confusion matrix summed over folds; rows are actual classes."""
        total = np.zeros((len(self.data.classes), len(self.data.classes)), np.int64)
        for split, result in self.cells(method):
            actual = self.data.codes[split.test]
            total += confusion_matrix(actual, result.predicted, len(self.data.classes))
        return total

    def optimism(self, method: str) -> dict[str, float | None]:
        """Return the metric on training rows, on rows used for choices, and on test rows.

        Metrics of probabilities are measured on test rows only.
        """
        if METRICS[self.protocol.metric].needs_probabilities:
            return {"resubstitution": None, "inner": None, "outer": self._mean(method)}
        fitted, inner = [], []
        for split, result in self.cells(method):
            actual = self.data.codes[split.train]
            trained = np.ones(len(actual), bool)
            if result.inner_rows is not None and result.inner_predicted is not None:
                inner.append(self._plain_score(actual[result.inner_rows], result.inner_predicted))
                trained[result.inner_rows] = not result.inner_held_out
            fitted.append(self._plain_score(actual[trained], result.train_predicted[trained]))
        return {
            "resubstitution": float(np.mean(fitted)),
            "inner": float(np.mean(inner)) if inner else None,
            "outer": self._mean(method),
        }

    def _plain_score(self, actual: NDArray[np.int64], predicted: NDArray[np.int64]) -> float:
        value = score(self.protocol.metric, actual, predicted, None, len(self.data.classes))
        return float("nan") if value is None else value

    def _mean(self, method: str) -> float | None:
        scores = self.scores[method].get(self.protocol.metric)
        return None if scores is None else float(np.mean(scores))

    def to_dict(self) -> dict[str, Any]:
        """Return the comparison in the schema ``vistazo.comparison/1``."""
        return copy.deepcopy(self._content)

    @cached_property
    def _content(self) -> dict[str, Any]:
        from vistazo.evaluation.comparison_schema import comparison_dict

        return comparison_dict(self)

    def table(self) -> str:
        """Return the leaderboard as plain text."""
        from vistazo.evaluation.table import table

        return table(self)
