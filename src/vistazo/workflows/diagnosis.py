"""What was found to hold a transfer method back."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from functools import cached_property
from typing import Any

from vistazo.data.dataset import ImageDataset
from vistazo.evaluation.comparison import Comparison
from vistazo.evaluation.parameters import parameters
from vistazo.evaluation.verdicts import Verdict
from vistazo.methods import ImageClassifier
from vistazo.report.diagnosis import SCHEMA, DiagnosisContent, DoctorFinding, diagnosis_content
from vistazo.transfer.observation import Observation
from vistazo.workflows.diagnosis_design import AS_IT_IS, Design, arm_name


@dataclass(frozen=True, eq=False)
class Diagnosis:
    """A transfer method on some images: what is wrong with it, what that costs, the fix.

    Parameters
    ----------
    name : str
        Of the method.
    method : ImageClassifier
        As it is.
    data : ImageDataset
        The images it was diagnosed on.
    observations : tuple of Observation
        What can be said without any training.
    design : Design
    comparison : Comparison or None
        The configurations of the design on the same folds; None without an experiment.
    effects : dict of str to Verdict
        By the code of each cause, the largest first; then of everything repaired, of the
        training elsewhere, and of other levels.
    """

    name: str
    method: ImageClassifier
    data: ImageDataset = field(repr=False)
    observations: tuple[Observation, ...]
    design: Design = field(repr=False)
    comparison: Comparison | None = field(default=None, repr=False)
    effects: Mapping[str, Verdict] = field(default_factory=dict)

    @property
    def findings(self) -> tuple[DoctorFinding, ...]:
        """What was found, in the language in force: alarms first, then by their effect."""
        return self.content.findings()

    @property
    def fix(self) -> dict[str, Any]:
        """The parameters to set, with their values; empty where there is nothing to mend."""
        worse = [c for c, verdict in self.effects.items() if verdict.verdict == "worse"]
        return dict(change for code, change in self.design.causes.items() if code not in worse)

    @property
    def command(self) -> str:
        """The fix as options of the command line."""
        base = self.name.partition(":")[0]
        return " ".join(f"--set {base}.{name}={value}" for name, value in self.fix.items())

    def repaired(self) -> ImageClassifier:
        """Return an unfitted copy of the method with the fix."""
        from sklearn.base import clone

        fixed: ImageClassifier = clone(self.method).set_params(**self.fix)
        return fixed

    def table(self) -> str:
        """Return the configurations and their scores as plain text."""
        return "" if self.comparison is None else self.comparison.table()

    def to_dict(self) -> dict[str, Any]:
        """Return the diagnosis in the schema ``vistazo.diagnosis/1``."""
        findings = [finding._asdict() for finding in self.findings]
        return {**self._plain, "findings": findings}

    @cached_property
    def content(self) -> DiagnosisContent:
        """The same as a report has it."""
        return diagnosis_content(self._plain)

    @cached_property
    def _plain(self) -> dict[str, Any]:
        comparison = self.comparison
        fix = None
        if self.fix:
            fix = {
                "settings": {name: str(value) for name, value in self.fix.items()},
                "command": self.command,
                "before": self._score(AS_IT_IS),
                "after": self._score(arm_name(self.design.repaired)),
            }
        return {
            "schema": SCHEMA,
            "method": self.name,
            "parameters": parameters(self.method),
            "dataset": {
                "name": self.data.name,
                "n_images": len(self.data),
                "n_classes": len(self.data.classes),
                "fingerprint": self.data.fingerprint,
            },
            "protocol": None if comparison is None else asdict(comparison.protocol),
            "metric": "balanced_accuracy" if comparison is None else comparison.protocol.metric,
            "observations": [asdict(observation) for observation in self.observations],
            "effects": {code: asdict(verdict) for code, verdict in self.effects.items()},
            "levels": [arm_name(level) for level in self.design.levels],
            "fix": fix,
        }

    def _score(self, arm: str) -> float | None:
        if self.comparison is None or arm not in self.comparison.scores:
            return None
        scores = self.comparison.scores[arm].get(self.comparison.protocol.metric)
        return sum(scores) / len(scores) if scores else None
