"""What each cause costs: paired differences over folds, tested together."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from vistazo.evaluation.comparison import Comparison
from vistazo.evaluation.statistics import TTest, corrected_t_test
from vistazo.evaluation.verdicts import Verdict, judge
from vistazo.metrics.intervals import rule_of_three
from vistazo.workflows.diagnosis_design import Changes, Design, arm_name

REPAIR, GAIN = "repair", "gain"
"""All causes repaired together; the network as it is over the same one untrained."""


def effects(design: Design, comparison: Comparison) -> dict[str, Verdict]:
    """Return what is gained by each repair, the largest first, and by all of them.

    Parameters
    ----------
    design : Design
    comparison : Comparison
        Of the design's configurations.

    Returns
    -------
    dict of str to Verdict
        By the code of the cause, then :data:`REPAIR`, :data:`GAIN` and the name of every other
        level. All are tests of one family (Holm).
    """
    contrasts: dict[tuple[str, str], NDArray[np.float64]] = {}
    for code in design.causes:
        pairs = [_difference(comparison, *pair) for pair in design.pairs(code)]
        found = [pair for pair in pairs if pair is not None]
        if found:
            contrasts[code, ""] = np.mean(found, axis=0)
    as_it_is: Changes = frozenset()
    for name, one, other in (
        (REPAIR, design.repaired, as_it_is),
        (GAIN, as_it_is, design.twin),
        *((arm_name(level), level, design.repaired) for level in design.levels),
    ):
        if other is not None and one != other:
            difference = _difference(comparison, one, other)
            if difference is not None:
                contrasts[name, ""] = difference
    judged = judge(
        _tests(contrasts, comparison),
        comparison.protocol.metric,
        comparison.protocol.level,
        comparison.protocol.rope,
    )
    ranked = sorted(judged, key=lambda verdict: (verdict.a not in design.causes, -_size(verdict)))
    return {verdict.a: verdict for verdict in ranked}


def _difference(comparison: Comparison, one: Changes, other: Changes) -> NDArray[np.float64] | None:
    """Return the score of one configuration less that of another, for every fold."""
    metric = comparison.protocol.metric
    scores = [comparison.scores.get(arm_name(arm), {}).get(metric) for arm in (one, other)]
    if scores[0] is None or scores[1] is None:
        return None
    return np.subtract(scores[0], scores[1])


def _tests(
    contrasts: Mapping[tuple[str, str], NDArray[np.float64]], comparison: Comparison
) -> dict[tuple[str, str], TTest | None]:
    splits, level = comparison.splits, comparison.protocol.level
    test_to_train = float(np.mean([len(s.test) / len(s.train) for s in splits]))
    n_scored = sum(len(s.test) for s in splits if s.repeat == 0)
    resolution = rule_of_three(n_scored, level)
    return {
        pair: corrected_t_test(
            difference.tolist(), test_to_train, level=level, resolution=resolution
        )
        for pair, difference in contrasts.items()
    }


def _size(verdict: Verdict) -> float:
    return abs(verdict.difference or 0.0)
