"""Writing the report of a run folder."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from vistazo.catalog import unknown
from vistazo.files import write_text
from vistazo.i18n import current_language, set_language
from vistazo.report.html import render_html
from vistazo.report.markdown import render_markdown
from vistazo.report.run import Run, read_run

_RENDERINGS: dict[str, Callable[[Run], str]] = {"html": render_html, "md": render_markdown}


def write_report(
    run: Path, *, language: str | None = None, formats: Sequence[str] = ("html",)
) -> list[Path]:
    """Write ``report.html`` or ``report.md`` into a run folder, from its files alone.

    Parameters
    ----------
    run : Path
        The run folder; it may have been moved since.
    language : {"en", "es"} or None
        None keeps the language in force.
    formats : sequence of {"html", "md", "json"}
        What to write. The JSON form of a report is ``comparison.json``, which is there.

    Returns
    -------
    list of Path
        The files, in the order of ``formats``.

    Raises
    ------
    UsageError
        ``E-NAME`` for a format that does not exist.
    DataError
        ``E-RUN-NONE``, ``E-RUN-SCHEMA``: see :func:`vistazo.report.run.read_run`.
    SetupError
        ``E-DISK``, ``E-RUN-WRITE``: see :func:`vistazo.files.write_bytes`.
    """
    for name in formats:
        if name not in (*_RENDERINGS, "json"):
            raise unknown("formats", name, [*_RENDERINGS, "json"])
    content = read_run(run)
    paths = []
    with _speaking(language):
        for name in formats:
            if name == "json":
                paths.append(run / "comparison.json")
                continue
            path = run / f"report.{name}"
            write_text(path, _RENDERINGS[name](content))
            paths.append(path)
    return paths


@contextmanager
def _speaking(language: str | None) -> Iterator[None]:
    before = current_language()
    set_language(language or before)
    try:
        yield
    finally:
        set_language(before)
