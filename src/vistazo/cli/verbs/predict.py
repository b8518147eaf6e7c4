"""``vistazo predict``: labels for images, from a saved model."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from vistazo.i18n import N_, _

__all__ = ["predict"]

HELP = N_(
    "Predict the class of images with a saved model.\n\n"
    "vistazo predict runs/demo/fashion-mnist-10k/model shoe.jpg more-photos\n\n"
    "vistazo predict MODEL photos --format csv --out labels.csv"
)


class Form(StrEnum):
    """How predictions are written."""

    table = "table"
    csv = "csv"
    json = "json"


def predict(
    model: Annotated[Path, typer.Argument(metavar="MODEL", help=N_("A model folder."))],
    images: Annotated[
        list[Path], typer.Argument(metavar="IMAGES...", help=N_("Image files and folders."))
    ],
    form: Annotated[
        Form, typer.Option("--format", help=N_("How the predictions are written."))
    ] = Form.table,
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="FILE", help=N_("File to write, instead of the screen.")),
    ] = None,
) -> None:
    """Predict the class of every image."""
    from vistazo.cli import progress
    from vistazo.cli.console import say, width
    from vistazo.cli.predictions import table
    from vistazo.files import write_text
    from vistazo.i18n import ngettext
    from vistazo.workflows import predict as workflow

    with progress.of_files() as listener:
        predictions = workflow.predict(model, images, on_progress=listener)
    if form is Form.table:
        text = table(predictions, width() if out is None else None)
    else:
        text = {Form.csv: workflow.as_csv, Form.json: workflow.as_json}[form](predictions)
    if out is None:
        typer.echo(text, nl=False)
    else:
        write_text(out, text)
        say(_("Written: {path}", path=out))
    refused = [one for one in predictions if one.status != "ok"]
    for one in refused[:10]:
        say(f"  {one.path}: {one.reason} [{one.status}]")
    if refused:
        say(ngettext("{n} file could not be read.", "{n} files could not be read.", len(refused)))
        raise typer.Exit(4)
