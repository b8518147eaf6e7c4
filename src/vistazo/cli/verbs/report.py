"""``vistazo report``: render the report of a run again."""

from pathlib import Path
from typing import Annotated

import typer

from vistazo.i18n import N_

__all__ = ["report"]

HELP = N_(
    "Write the report of a run again, in another language or format.\n\n"
    "vistazo report runs/demo/fashion-mnist-10k --lang es\n\n"
    "vistazo report runs/demo/fashion-mnist-10k --format html,md"
)


def report(
    run: Annotated[Path, typer.Argument(metavar="RUN", help=N_("The folder of a run."))],
    formats: Annotated[
        str,
        typer.Option(
            "--format", metavar="NAMES", help=N_("html, md or json, separated by commas.")
        ),
    ] = "html",
) -> None:
    """Render a run's report."""
    from vistazo.i18n import current_language
    from vistazo.report.writing import write_report

    for path in write_report(run, language=current_language(), formats=formats.split(",")):
        typer.echo(path)
