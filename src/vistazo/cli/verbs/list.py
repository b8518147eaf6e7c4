"""``vistazo list``: what there is to choose from."""

from typing import Annotated

import typer

from vistazo.i18n import N_

__all__ = ["list_things"]

HELP = N_(
    "List what there is: methods, architectures, pretrained weights, pretext tasks, augmentations,"
    " metrics, formats, checks, steps, studies, datasets.\n\n"
    "vistazo list methods\n\n"
    "vistazo list architectures resnet-18 --size 28x28x1"
)


def list_things(
    kind: Annotated[
        str,
        typer.Argument(
            metavar="KIND",
            help=N_(
                "methods, architectures, pretrained, pretext, augmentations, metrics, formats,"
                " checks, steps, studies or datasets."
            ),
        ),
    ],
    name: Annotated[
        str | None,
        typer.Argument(
            metavar="NAME",
            help=N_("An architecture, to see its layers and what they cost."),
            show_default=False,
        ),
    ] = None,
    size: Annotated[
        str,
        typer.Option(
            "--size",
            metavar="SIZE",
            help=N_("Images that NAME is shown for: N, HxW or HxWxC; without C in colour."),
        ),
    ] = "128x128x3",
    n_classes: Annotated[
        int,
        typer.Option(
            "--n-classes",
            metavar="N",
            min=2,
            max=1_000_000,
            help=N_("Classes that NAME tells apart."),
        ),
    ] = 10,
) -> None:
    """List the things of one kind with a line about each, or the layers of one architecture."""
    from vistazo.cli.console import width
    from vistazo.cli.listing import layers, listing
    from vistazo.cli.tables import definitions

    if name is None:
        lines = definitions(listing(kind), width())
    else:
        lines = layers(kind, name, size, n_classes, width())
    for line in lines:
        typer.echo(line)
