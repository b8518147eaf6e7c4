"""The report of a run, or of a comparison in memory."""

import tempfile
from pathlib import Path

from vistazo.evaluation.comparison import Comparison
from vistazo.files import write_text
from vistazo.report.writing import write_report as write_run_report
from vistazo.workflows.run_outputs import write_outputs


def write_report(comparison: Comparison, path: Path | str, *, language: str | None = None) -> Path:
    """Write the report of a comparison that has no run folder.

    Parameters
    ----------
    comparison : Comparison
    path : path
        The file to write; its ending, ``.html`` or ``.md``, says which form.
    language : {"en", "es"}, optional
        By default the one in force.

    Returns
    -------
    Path
        The file written.
    """
    target = Path(path)
    with tempfile.TemporaryDirectory() as scratch:
        write_outputs(Path(scratch), comparison)
        form = target.suffix.removeprefix(".") or "html"
        (written,) = write_run_report(Path(scratch), language=language, formats=[form])
        write_text(target, written.read_text("utf-8"))
    return target
