"""A whole comparison, read from its file: what every rendering rests on."""

from collections.abc import Mapping
from functools import cached_property
from typing import Any

from pydantic import Field, TypeAdapter, ValidationError
from pydantic.dataclasses import dataclass

from vistazo.errors import DataError
from vistazo.i18n import N_
from vistazo.report.measurements import Dataset, Method, Protocol, Verdict
from vistazo.report.metric_names import larger_is_better

SCHEMA = "vistazo.comparison/1"


@dataclass(frozen=True)
class Summary:
    """A whole comparison."""

    dataset: Dataset
    protocol: Protocol
    methods: tuple[Method, ...]
    verdicts: tuple[Verdict, ...] = ()
    winner: str | None = None
    environment: dict[str, Any] = Field(default_factory=dict)

    @cached_property
    def ranked(self) -> tuple[Method, ...]:
        """Measured methods, best first by the protocol's metric; a tie goes to the winner."""
        sign = -1 if larger_is_better(self.protocol.metric) else 1

        def key(method: Method) -> tuple[bool, float, bool, str]:
            mean = method.estimate(self.protocol.metric).value
            return mean is None, sign * (mean or 0.0), method.name != self.winner, method.name

        return tuple(sorted((m for m in self.methods if m.error is None), key=key))

    @property
    def failed(self) -> tuple[Method, ...]:
        """Methods that could not be measured."""
        return tuple(method for method in self.methods if method.error is not None)

    @property
    def best(self) -> Method | None:
        """The winner; None where nothing could be measured."""
        return next((method for method in self.ranked if method.name == self.winner), None)

    @property
    def best_floor(self) -> Method | None:
        """The floor that is hardest to beat."""
        return next((method for method in self.ranked if method.floor), None)

    @property
    def contenders(self) -> tuple[Method, ...]:
        """Measured methods that are not floors, best first."""
        return tuple(method for method in self.ranked if not method.floor)

    @property
    def winner_first(self) -> tuple[Method, ...]:
        """The winner, then the other contenders: those worth looking at closely."""
        others = [method for method in self.contenders if method.name != self.winner]
        return (*([self.best] if self.best else []), *others)

    def between(self, a: str, b: str) -> Verdict | None:
        """Return the verdict on ``a - b`` by the protocol's metric, whichever way it is stored."""
        for verdict in self.verdicts:
            if verdict.metric == self.protocol.metric and {verdict.a, verdict.b} == {a, b}:
                return verdict if verdict.a == a else verdict.reversed()
        return None


def summarize(comparison: Mapping[str, Any]) -> Summary:
    """Read the content of a ``comparison.json``.

    Raises
    ------
    DataError
        ``E-RUN-SCHEMA`` where it is not a comparison of this version.
    """
    schema = comparison.get("schema") if isinstance(comparison, Mapping) else comparison
    if schema != SCHEMA:
        raise schema_error("schema", schema)
    try:
        return TypeAdapter(Summary).validate_python(dict(comparison))
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        raise schema_error(place, repr(first["input"])[:80]) from error


def schema_error(place: str, found: object) -> DataError:
    """Return the error for content that is not a comparison of this version."""
    return DataError(
        "E-RUN-SCHEMA",
        N_("comparison.json cannot be read by this version ({place}: {found})."),
        N_("Render it with the version that wrote it (environment.json names it)."),
        place=place,
        found=found,
    )
