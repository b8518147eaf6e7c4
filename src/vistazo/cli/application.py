"""The command-line application: the verbs, each loaded only when it is asked for."""

import sys

import typer

from vistazo import catalog
from vistazo.cli.help import Verb, Verbs
from vistazo.i18n import N_

ALWAYS = ("--version", "doctor")
"""What must work on an installation that is not sound."""
_FOLDER = "cli/verbs"


def run(words: list[str]) -> int:
    """Run a command and return its exit code; without a word, show what there is.

    Raises
    ------
    UsageError
        ``E-NAME`` for a verb that does not exist.
    """
    command = typer.main.get_command(_application(words))
    # not through the library's own main, which turns Ctrl-C and a closed pipe into codes of its own
    try:
        with command.make_context("vistazo", words or ["--help"]) as context:
            command.invoke(context)
    except typer.Exit as done:
        return done.exit_code
    return 0


def complete() -> None:
    """Answer the shell, which asks what may follow on its command line."""
    _application([])(prog_name="vistazo")


def _application(words: list[str]) -> typer.Typer:
    known = catalog.names(_FOLDER)
    asked = next((word for word in words if not word.startswith("-")), None)
    if asked is not None and asked not in known:
        raise catalog.unknown("verbs", asked, known)
    app = typer.Typer(
        cls=Verbs,
        help=N_(
            "Learn which way of classifying your images can be trusted, by how much and why.\n\n"
            "vistazo demo\n\n"
            "vistazo compare FOLDER"
        ),
        add_completion=asked is None,
    )
    app.callback()(_everything)
    for name in [asked] if asked else known:
        command = catalog.load(_FOLDER, name)
        app.command(name, cls=Verb, help=sys.modules[command.__module__].HELP)(command)
    return app


def _show_version(asked: bool) -> None:
    if asked:
        import importlib.metadata

        typer.echo(f"vistazo {importlib.metadata.version('vistazo')}")
        raise typer.Exit


def _everything(
    version: bool = typer.Option(
        False,
        "--version",
        help=N_("Show the version and exit."),
        is_eager=True,
        callback=_show_version,
    ),
) -> None:
    """Take what stands before the verb."""
