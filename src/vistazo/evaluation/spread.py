"""How sure a comparison's numbers are: over folds, or over the images of one given split."""

from typing import Any

import numpy as np

from vistazo.evaluation.bootstrap import BootstrappedScore, bootstrap, bootstrap_interval
from vistazo.evaluation.comparison import Comparison
from vistazo.evaluation.statistics import mean_interval
from vistazo.evaluation.verdicts import Verdict, verdicts, verdicts_on_one_split
from vistazo.metrics.intervals import rule_of_three
from vistazo.metrics.scores import METRICS
from vistazo.randomness import derive_seed

_RESAMPLES = 400  # a standard error to within 4 %, at a cost that ranks curves can bear


def interval_dict(comparison: Comparison, method: str, metric: str) -> dict[str, Any] | None:
    """Return mean, sd, limits and the score of each fold; None where the metric has none."""
    per_fold = comparison.scores[method].get(metric)
    if per_fold is None:
        return None
    level, bounds = comparison.protocol.level, METRICS[metric].bounds
    if len(per_fold) == 1:
        scored = _resampled(comparison, method, metric)
        interval = bootstrap_interval(scored, level=level, bounds=bounds)
    else:
        interval = mean_interval(
            per_fold,
            _test_to_train(comparison),
            level=level,
            bounds=bounds,
            resolution=rule_of_three(_n_scored(comparison), level),
        )
    return {
        "mean": interval.mean,
        "sd": interval.sd,
        "low": interval.low,
        "high": interval.high,
        "per_fold": list(per_fold),
    }


def verdicts_of(comparison: Comparison) -> list[Verdict]:
    """Judge every pair of methods by the protocol's metric, the better one of a pair first."""
    protocol = comparison.protocol
    ranked = comparison.ranking()
    if len(comparison.splits) == 1:
        resampled = {name: _resampled(comparison, name, protocol.metric) for name in ranked}
        return verdicts_on_one_split(
            resampled, metric=protocol.metric, level=protocol.level, rope=protocol.rope
        )
    return verdicts(
        {name: comparison.scores[name].get(protocol.metric, (None,)) for name in ranked},
        metric=protocol.metric,
        test_to_train=_test_to_train(comparison),
        level=protocol.level,
        rope=protocol.rope,
        n_images=_n_scored(comparison),
    )


def _test_to_train(comparison: Comparison) -> float:
    return float(np.mean([len(s.test) / s.n_train for s in comparison.splits]))


def _n_scored(comparison: Comparison) -> int:
    return sum(len(split.test) for split in comparison.splits if split.repeat == 0)


def _resampled(comparison: Comparison, method: str, metric: str) -> BootstrappedScore:
    ((split, result),) = comparison.cells(method)
    return bootstrap(
        comparison.data.codes[split.test],
        result.predicted,
        result.probabilities,
        metric=metric,
        n_classes=len(comparison.data.classes),
        resamples=_RESAMPLES,
        seed=derive_seed(comparison.protocol.seed, "bootstrap"),
    )
