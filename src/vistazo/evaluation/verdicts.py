"""Which of two methods is better, and whether the data can tell at all."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Literal

from vistazo.evaluation.bootstrap import BootstrappedScore, paired_bootstrap
from vistazo.evaluation.statistics import TTest, corrected_t_test, holm
from vistazo.metrics.intervals import rule_of_three
from vistazo.metrics.scores import METRICS

Outcome = Literal["better", "worse", "equivalent", "undecided"]
_OPPOSITE: dict[Outcome, Outcome] = {"better": "worse", "worse": "better"}


@dataclass(frozen=True)
class Verdict:
    """What the difference a - b of two methods shows.

    Parameters
    ----------
    a, b : str
        The methods.
    metric : str
    difference : float or None
        Score of a minus score of b; None where one has none.
    low, high : float or None
        Limits of the difference; None where a single score shows no spread.
    p_value, p_adjusted : float or None
        Of there being no difference: alone, and among all pairs of the comparison (Holm).
    verdict : {"better", "worse", "equivalent", "undecided"}
        Of a against b, whichever way the metric runs. Equivalent: the whole interval is
        within the region of practical equivalence. Better or worse: ``p_adjusted`` is
        below 1 - level and 0 outside the interval. Undecided: neither.
    """

    a: str
    b: str
    metric: str
    difference: float | None
    low: float | None
    high: float | None
    p_value: float | None
    p_adjusted: float | None
    verdict: Outcome


def verdicts(
    per_fold: Mapping[str, Sequence[float | None]],
    *,
    metric: str,
    test_to_train: float,
    level: float = 0.95,
    rope: float = 0.01,
    n_images: int | None = None,
) -> list[Verdict]:
    """Judge every pair of methods that were scored on the same folds.

    Parameters
    ----------
    per_fold : mapping of str to sequence of float or None
        Scores of each method, in the same order of folds and repeats.
    metric : str
        What the scores are: a key of ``METRICS``.
    test_to_train : float
        Test images per training image of a fold: 1/4 with five folds.
    level : float
        Confidence level in (0, 1).
    rope : float
        Differences up to this size count as practically none.
    n_images : int or None
        How many images were scored. If given, no interval is narrower than so many can
        show (rule of three), however equal the folds are.

    Returns
    -------
    list of Verdict
        One for each pair, a before b in the order of the mapping.
    """
    resolution = 0.0 if n_images is None else rule_of_three(n_images, level)
    tests = {
        (a, b): _test(per_fold[a], per_fold[b], test_to_train, level, resolution)
        for a, b in combinations(per_fold, 2)
    }
    return judge(tests, metric, level, rope)


def verdicts_on_one_split(
    scores: Mapping[str, BootstrappedScore],
    *,
    metric: str,
    level: float = 0.95,
    rope: float = 0.01,
) -> list[Verdict]:
    """Judge every pair of methods that were scored once, on the same test images.

    Parameters
    ----------
    scores : mapping of str to BootstrappedScore
        Of each method, from the same images, number of samples and seed.
    metric, level, rope
        As for :func:`verdicts`.

    Returns
    -------
    list of Verdict
        One for each pair, a before b in the order of the mapping.
    """
    tests = {
        (a, b): paired_bootstrap(scores[a], scores[b], level=level)
        for a, b in combinations(scores, 2)
    }
    return judge(tests, metric, level, rope)


def _test(
    a: Sequence[float | None],
    b: Sequence[float | None],
    test_to_train: float,
    level: float,
    resolution: float,
) -> TTest | None:
    differences = [x - y for x, y in zip(a, b, strict=True) if x is not None and y is not None]
    if not differences or len(differences) < len(a):
        return None
    return corrected_t_test(differences, test_to_train, level=level, resolution=resolution)


def judge(
    tests: Mapping[tuple[str, str], TTest | None], metric: str, level: float, rope: float
) -> list[Verdict]:
    """Judge tests of ``a - b`` that are made together; see :func:`verdicts`."""
    adjusted = holm([None if test is None else test.p_value for test in tests.values()])
    judged = []
    for ((a, b), test), p in zip(tests.items(), adjusted, strict=True):
        if test is None:
            judged.append(Verdict(a, b, metric, None, None, None, None, None, "undecided"))
            continue
        outcome = _outcome(test, p, level, rope)
        if not METRICS[metric].greater_is_better:
            outcome = _OPPOSITE.get(outcome, outcome)
        judged.append(
            Verdict(a, b, metric, test.mean, test.low, test.high, test.p_value, p, outcome)
        )
    return judged


def _outcome(test: TTest, p_adjusted: float | None, level: float, rope: float) -> Outcome:
    if test.low is None or test.high is None or p_adjusted is None:
        return "undecided"
    if -rope <= test.low and test.high <= rope:
        return "equivalent"
    if p_adjusted < 1 - level and not test.low <= 0 <= test.high:
        return "better" if test.mean > 0 else "worse"
    return "undecided"
