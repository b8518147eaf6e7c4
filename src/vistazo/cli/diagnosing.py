"""What ``vistazo diagnose`` does and shows: the experiment, its findings, the fix."""

import json
from pathlib import Path

from rich.console import Console
from rich.text import Text

from vistazo.cli import progress
from vistazo.cli.checking import print_wrapped, severity_line
from vistazo.cli.console import results, say
from vistazo.i18n import _, current_language, number
from vistazo.report.diagnosis import DoctorFinding
from vistazo.workflows.diagnose import diagnose, run_diagnosis
from vistazo.workflows.diagnosis import Diagnosis
from vistazo.workflows.diagnosis_subject import Subject

_INDENT = "  "


def run(
    subject: Subject,
    *,
    limit: int,
    experiment: bool,
    every_level: bool,
    threads: int,
    processes: int | None,
    out: Path | None,
) -> Diagnosis:
    """Diagnose a method, showing how far it is, and say where the evidence was written."""
    n_images = len(subject.data.rows("train", "validation"))
    if limit < n_images:
        say("  " + _("Using {n} of them, stratified.", n=number(limit)))
    with progress.of_comparison() as (cells, features):
        if not experiment:
            return diagnose(subject, limit=limit, experiment=False, on_precompute=features)
        done = run_diagnosis(
            subject,
            limit=limit,
            every_level=every_level,
            threads=threads,
            processes=processes,
            out=out,
            language=current_language(),
            on_precompute=features,
            on_progress=cells,
            on_note=lambda note: say("  " + note),
        )
    say(_("Report: {path}", path=done.folder / "report.html"))
    return done.diagnosis


def show(diagnosis: Diagnosis) -> None:
    """Print the findings, the gravest first, then the fix."""
    console = results()
    findings = diagnosis.findings
    for finding in findings:
        _show_finding(console, finding)
    if not findings:
        print_wrapped(
            console, _("Nothing was found that holds {method} back.", method=diagnosis.name)
        )
    if (gain := diagnosis.content.gain()) and all(f.code != "no-gain" for f in findings):
        print_wrapped(console, gain)
    if diagnosis.fix:
        if sentence := diagnosis.content.fix_sentence():
            print_wrapped(console, sentence)
        print_wrapped(console, _("The fix: {command}", command=diagnosis.command))


def as_json(diagnosis: Diagnosis) -> str:
    """Return the diagnosis in the schema ``vistazo.diagnosis/1``."""
    return json.dumps(diagnosis.to_dict(), indent=1, ensure_ascii=False, allow_nan=False) + "\n"


def _show_finding(console: Console, finding: DoctorFinding) -> None:
    console.print(severity_line(finding.severity, finding.code), soft_wrap=True)
    for text in (finding.what, finding.evidence, finding.advice):
        if text:
            print_wrapped(console, text, _INDENT)
    console.print(Text())
