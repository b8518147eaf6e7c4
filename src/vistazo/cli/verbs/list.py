"""``vistazo list``: what there is to choose from."""

from typing import Annotated

import typer

from vistazo.i18n import N_

__all__ = ["list_things"]

HELP = N_(
    "List what there is: methods, architectures, metrics, formats, studies, datasets.\n\n"
    "vistazo list methods\n\n"
    "vistazo list studies"
)


def list_things(
    kind: Annotated[
        str,
        typer.Argument(
            metavar="KIND",
            help=N_("methods, architectures, metrics, formats, studies or datasets."),
        ),
    ],
) -> None:
    """List the things of one kind with a line about each."""
    from vistazo.cli.console import width
    from vistazo.cli.listing import listing
    from vistazo.cli.tables import definitions

    for line in definitions(listing(kind), width()):
        typer.echo(line)
