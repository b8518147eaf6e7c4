"""How well each class is told from the rest, with intervals."""

from collections.abc import Sequence
from typing import TypedDict

from vistazo.metrics.intervals import wilson
from vistazo.metrics.label_scores import Counts, one_vs_rest


class Estimate(TypedDict):
    """A number in [0, 1] with its interval; all None where it is 0/0."""

    value: float | None
    low: float | None
    high: float | None


# "class" is a keyword, which only this form of TypedDict can take
ClassScores = TypedDict(
    "ClassScores",
    {
        "class": str,
        "support": int,
        "precision": Estimate,
        "recall": Estimate,
        "specificity": Estimate,
        "f1": Estimate,
    },
)


def per_class(
    confusion: Counts, classes: Sequence[str], *, repeats: int = 1, level: float = 0.95
) -> list[ClassScores]:
    """Score each class against the rest.

    Precision, recall and specificity are proportions with Wilson's interval. F1 is 2J/(1+J)
    of the proportion J = TP/(TP+FP+FN): it grows with J, so that the limits of J give its own.
    Other repeats predict the same images again; counts are divided by their number, so that
    repeating does not narrow an interval.

    Parameters
    ----------
    confusion : array of int, shape (n_classes, n_classes)
        Images by actual class (rows) and predicted class (columns), summed over repeats.
    classes : sequence of str
        Names of the classes, in the order of the matrix.
    repeats : int
        How often each image was predicted.
    level : float
        Confidence level in (0, 1).

    Returns
    -------
    list of ClassScores
        One for each class, ready for JSON; ``support`` counts each image once.
    """
    rows = []
    for name, tp, fp, fn, tn in zip(classes, *one_vs_rest(confusion), strict=True):
        hits, false_alarms, misses, rest = (int(count) / repeats for count in (tp, fp, fn, tn))
        rows.append(
            ClassScores(
                {
                    "class": name,
                    "support": round(hits + misses),
                    "precision": _proportion(hits, hits + false_alarms, level),
                    "recall": _proportion(hits, hits + misses, level),
                    "specificity": _proportion(rest, rest + false_alarms, level),
                    "f1": _f1(_proportion(hits, hits + false_alarms + misses, level)),
                }
            )
        )
    return rows


def _proportion(successes: float, trials: float, level: float) -> Estimate:
    if trials == 0:
        return Estimate(value=None, low=None, high=None)
    low, high = wilson(successes, trials, level)
    return Estimate(value=successes / trials, low=low, high=high)


def _f1(jaccard: Estimate) -> Estimate:
    return Estimate(
        value=_f1_of(jaccard["value"]), low=_f1_of(jaccard["low"]), high=_f1_of(jaccard["high"])
    )


def _f1_of(jaccard: float | None) -> float | None:
    return None if jaccard is None else 2 * jaccard / (1 + jaccard)
