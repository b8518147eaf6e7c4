"""What holds a transfer method back: a ``diagnosis.json``, and its findings in sentences."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Literal, NamedTuple

from pydantic import Field, TypeAdapter, ValidationError
from pydantic.dataclasses import dataclass

from vistazo.files import read_json
from vistazo.i18n import N_, _
from vistazo.report.measurements import Verdict
from vistazo.report.metric_names import title
from vistazo.report.notation import difference, fixed, p_value
from vistazo.report.observation_sentences import GRAVE, advice, what
from vistazo.report.summary import schema_error
from vistazo.transfer.observation import Observation

SCHEMA = "vistazo.diagnosis/1"
NAME = "diagnosis.json"

_REPAIRED = {
    "better": N_("Repairing it gains {metric} {difference}, adjusted p: {p}."),
    "equivalent": N_("Repairing it makes no difference in practice: {metric} {difference}."),
    "worse": N_(
        "Repairing it loses {metric} {difference}, adjusted p: {p}: here it is better left alone."
    ),
    "undecided": N_(
        "Whether repairing it gains anything is undecided: {metric} {difference}, adjusted p: {p}."
    ),
}
_GAIN = N_(
    "What the network learned elsewhere is worth {metric} {difference} over the same network "
    "untrained; adjusted p: {p}."
)
_NO_GAIN = N_(
    "What the network learned elsewhere is not shown to be worth anything here: {metric} "
    "{difference} over the same network untrained; adjusted p: {p}."
)


class DoctorFinding(NamedTuple):
    """One thing that is wrong with a transfer method, or may be."""

    code: str
    severity: Literal["alarm", "note"]
    what: str
    evidence: str
    """What it costs, measured; empty where that was not."""
    advice: str
    effect: float | None = None
    low: float | None = None
    high: float | None = None
    p_adjusted: float | None = None


@dataclass(frozen=True)
class Fix:
    """What to set, and the scores before and after."""

    settings: dict[str, str]
    command: str
    before: float | None = None
    after: float | None = None


@dataclass(frozen=True)
class DiagnosisContent:
    """A diagnosis as it is written."""

    method: str
    metric: str
    observations: tuple[Observation, ...] = ()
    effects: dict[str, Verdict] = Field(default_factory=dict)
    levels: tuple[str, ...] = ()
    fix: Fix | None = None

    def findings(self) -> tuple[DoctorFinding, ...]:
        """Return the findings in the language in force: alarms first, then by their effect."""
        found = [*self._causes(), *self._gain(), *self._levels()]
        return tuple(sorted(found, key=lambda f: (f.severity != "alarm", -abs(f.effect or 0.0))))

    def gain(self) -> str:
        """Return what the training elsewhere is worth, as a sentence; empty where not measured."""
        verdict = self.effects.get("gain")
        if verdict is None:
            return ""
        return self._on(_GAIN if verdict.outcome == "better" else _NO_GAIN, verdict)

    def fix_sentence(self) -> str:
        """Return what the fix gains; empty where there is none, or it was not measured."""
        verdict = self.effects.get("repair")
        if self.fix is None or verdict is None:
            return ""
        return _(
            "With all of it repaired, {metric} goes from {before} to {after}: {difference}, "
            "adjusted p: {p}.",
            metric=title(self.metric),
            before=fixed(self.fix.before),
            after=fixed(self.fix.after),
            difference=difference(verdict.estimate),
            p=p_value(verdict.p_adjusted),
        )

    def _causes(self) -> Iterator[DoctorFinding]:
        for observation in self.observations:
            verdict = self.effects.get(observation.code)
            outcome = verdict.outcome if verdict else None
            evidence = self._on(_REPAIRED[outcome], verdict) if verdict and outcome else ""
            grave = observation.code in GRAVE or outcome == "better"
            yield DoctorFinding(
                observation.code,
                "alarm" if grave else "note",
                what(observation),
                evidence,
                "" if outcome == "worse" else advice(observation),
                *_numbers(verdict),
            )

    def _gain(self) -> Iterator[DoctorFinding]:
        verdict = self.effects.get("gain")
        if verdict and verdict.outcome != "better":
            severity: Literal["alarm", "note"] = (
                "note" if verdict.outcome == "undecided" else "alarm"
            )
            yield DoctorFinding("no-gain", severity, self.gain(), "", "", *_numbers(verdict))

    def _levels(self) -> Iterator[DoctorFinding]:
        for name in self.levels:
            verdict = self.effects.get(name)
            if verdict and verdict.outcome == "better":
                text = _("Another setting is better here: {setting}.", setting=name)
                evidence = self._on(N_("It gains {metric} {difference}, adjusted p: {p}."), verdict)
                yield DoctorFinding("setting", "note", text, evidence, "", *_numbers(verdict))

    def _on(self, text: str, verdict: Verdict) -> str:
        return _(
            text,
            metric=title(self.metric),
            difference=difference(verdict.estimate),
            p=p_value(verdict.p_adjusted),
        )


def diagnosis_content(content: Mapping[str, Any]) -> DiagnosisContent:
    """Read the content of a ``diagnosis.json``.

    Raises
    ------
    DataError
        ``E-RUN-SCHEMA`` where it is not a diagnosis of this version.
    """
    if content.get("schema") != SCHEMA:
        raise schema_error("schema", content.get("schema"))
    known = {name: content[name] for name in DiagnosisContent.__annotations__ if name in content}
    try:
        return TypeAdapter(DiagnosisContent).validate_python(known)
    except ValidationError as error:
        raise schema_error(NAME, error.errors()[0]["loc"]) from error


def read_diagnosis(folder: Path) -> DiagnosisContent | None:
    """Return the diagnosis in a run folder, or None where there is none."""
    path = folder / NAME
    return diagnosis_content(read_json(path)) if path.is_file() else None


def _numbers(verdict: Verdict | None) -> tuple[float | None, ...]:
    if verdict is None:
        return ()
    return verdict.difference, verdict.low, verdict.high, verdict.p_adjusted
