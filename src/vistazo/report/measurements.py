"""What a comparison file holds, typed and read-only: data, protocol, methods, verdicts."""

from typing import Any, Literal

from pydantic import Field
from pydantic.dataclasses import dataclass

from vistazo.i18n import ngettext, number
from vistazo.transfer.observation import Observation

VerdictWord = Literal["better", "worse", "equivalent", "undecided"]
_OPPOSITE: dict[VerdictWord, VerdictWord] = {"better": "worse", "worse": "better"}


@dataclass(frozen=True)
class Copies:
    """Images that are copies of others, and scored ones with a copy among those fitted on."""

    images: int
    groups: int
    leaked: int = 0

    @property
    def sentence(self) -> str:
        """How many there are and what is done about them, in the language in force."""
        return ngettext(
            "{images} images are copies of each other: {n} group of them stays together.",
            "{images} images are copies of others: {n} groups of them stay together.",
            self.groups,
            images=number(self.images),
        )


@dataclass(frozen=True)
class Dataset:
    """The images that were compared on."""

    name: str
    n_images: int
    n_classes: int
    classes: tuple[str, ...]
    fingerprint: str = ""
    class_counts: dict[str, int] = Field(default_factory=dict)
    positive_class: str | None = None
    size: tuple[int, ...] = ()
    n_bad_files: int = 0
    notes: tuple[str, ...] = ()
    copies: Copies | None = None


@dataclass(frozen=True)
class Protocol:
    """How the methods were measured."""

    folds: int | None
    repeats: int | None
    seed: int | None
    grouped: bool
    level: float
    rope: float
    metric: str
    split: Literal["folds", "given", "given-folds"]
    hash: str = ""
    n_train: int | None = None
    n_test: int | None = None
    labels: float = 1.0
    n_labels: int | None = None


@dataclass(frozen=True)
class Estimate:
    """A number with its interval."""

    value: float | None = None
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True)
class Score:
    """One metric of one method over the folds."""

    mean: float | None
    sd: float | None = None
    low: float | None = None
    high: float | None = None
    per_fold: tuple[float | None, ...] = ()

    @property
    def estimate(self) -> Estimate:
        """The mean with its interval."""
        return Estimate(self.mean, self.low, self.high)


@dataclass(frozen=True)
class ClassScores:
    """How well a method does on one class, that class against the rest."""

    support: int | None
    precision: Estimate
    recall: Estimate
    specificity: Estimate
    f1: Estimate
    name: str = Field(alias="class")


@dataclass(frozen=True)
class Optimism:
    """The protocol's metric on images fitted on, on inner validation, on unseen images."""

    resubstitution: float | None = None
    inner: float | None = None
    outer: float | None = None


@dataclass(frozen=True)
class Seconds:
    """Mean seconds: to fit one fold, and to predict one image."""

    fit: float | None = None
    predict: float | None = None


@dataclass(frozen=True)
class History:
    """One training run, epoch by epoch."""

    columns: dict[str, tuple[float | None, ...]]
    repeat: int = 0
    fold: int = 0
    best_epoch: int | None = None
    stopped: str | None = None
    range_test: dict[str, tuple[float, ...]] | None = None


@dataclass(frozen=True)
class Pretraining:
    """What a network learned before the labels in one fold."""

    n_images: int
    n_tensors: int
    repeat: int = 0
    fold: int = 0
    alarms: tuple[str, ...] = ()


@dataclass(frozen=True)
class Method:
    """What was measured of one method; little where it has an ``error``."""

    name: str
    floor: bool = False
    error: str | None = None
    parameters: dict[str, Any] = Field(default_factory=dict)
    metrics: dict[str, Score | None] = Field(default_factory=dict)
    per_class: tuple[ClassScores, ...] = ()
    confusion_matrix: tuple[tuple[int, ...], ...] = ()
    optimism: Optimism | None = None
    seconds: Seconds | None = None
    history: tuple[History, ...] = ()
    pretraining: tuple[Pretraining, ...] = ()
    n_parameters: int | None = None
    n_trainable: int | None = None
    size_bytes: int | None = None
    observations: tuple[Observation, ...] | None = None
    """None for a method that brings nothing from elsewhere."""

    def estimate(self, metric: str) -> Estimate:
        """Return a metric with its interval; empty where it was not measured."""
        score = self.metrics.get(metric)
        return score.estimate if score else Estimate()

    def scores_of(self, class_name: str) -> ClassScores | None:
        """Return how well the method does on one class."""
        return next((scores for scores in self.per_class if scores.name == class_name), None)


@dataclass(frozen=True)
class Verdict:
    """What the difference ``a - b`` of two methods shows."""

    a: str
    b: str
    metric: str
    difference: float | None = None
    low: float | None = None
    high: float | None = None
    p_value: float | None = None
    p_adjusted: float | None = None
    verdict: VerdictWord | None = None

    @property
    def estimate(self) -> Estimate:
        """The difference with its interval."""
        return Estimate(self.difference, self.low, self.high)

    @property
    def outcome(self) -> VerdictWord | None:
        """The verdict; None where there was nothing to test, as with a single fold."""
        return None if self.p_value is None else self.verdict

    def reversed(self) -> "Verdict":
        """Return the verdict on ``b - a``."""
        return Verdict(
            a=self.b,
            b=self.a,
            metric=self.metric,
            difference=_negative(self.difference),
            low=_negative(self.high),
            high=_negative(self.low),
            p_value=self.p_value,
            p_adjusted=self.p_adjusted,
            verdict=self.verdict and _OPPOSITE.get(self.verdict, self.verdict),
        )


def _negative(value: float | None) -> float | None:
    return None if value is None else -value
