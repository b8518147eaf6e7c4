"""What holds a transfer method back: findings with what each costs, and the fix."""

from vistazo.i18n import _
from vistazo.report.panels import Panel
from vistazo.report.run import Run


def diagnosis(run: Run) -> Panel | None:
    """Return the findings of ``vistazo diagnose``, where the run is one."""
    found = run.diagnosis
    if found is None:
        return None
    return Panel(
        "diagnosis",
        _("What holds {method} back", method=found.method),
        {
            "findings": found.findings(),
            "method": found.method,
            "gain": found.gain(),
            "fix": found.fix,
            "fixed": found.fix_sentence(),
        },
    )
