"""``vistazo doctor``: the machine as Vistazo sees it."""

import typer

from vistazo.i18n import N_

__all__ = ["doctor"]

HELP = N_(
    "Show versions, device, threads, disk and known conflicts, ready to paste.\n\n"
    "vistazo doctor\n\n"
    "vistazo doctor > about-my-machine.txt"
)


def doctor() -> None:
    """Print what decides whether and how fast Vistazo works here."""
    from vistazo.cli.console import width
    from vistazo.cli.tables import definitions
    from vistazo.workflows.doctor import examine

    for line in definitions(examine(), width()):
        typer.echo(line)
