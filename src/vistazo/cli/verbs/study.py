"""``vistazo study``: a shipped study, or one of your own in a file."""

from pathlib import Path
from typing import Annotated

import typer

from vistazo.cli import options
from vistazo.i18n import N_, _

__all__ = ["study"]

HELP = N_(
    "Run a study: comparisons with their options, written in one file.\n\n"
    "vistazo study fashion-hog-vs-cnn\n\n"
    "vistazo study painters --data paintings --quick"
)


def study(
    name: Annotated[
        str, typer.Argument(metavar="NAME", help=N_("See 'vistazo list studies', or a .yaml file."))
    ],
    data: Annotated[
        str | None,
        typer.Option("--data", metavar="DATA", help=N_("Images in place of the study's own.")),
    ] = None,
    quick: Annotated[bool, typer.Option("--quick", help=N_("Fewer images and folds."))] = False,
    out: options.Out = None,
    processes: options.Processes = None,
    download: options.Download = False,
) -> None:
    """Run every step of a study."""
    from vistazo.cli.console import say
    from vistazo.cli.studying import plan_of
    from vistazo.files import free_name
    from vistazo.studies.study_file import find_study
    from vistazo.workflows.room import check_writable
    from vistazo.workflows.run_folder import Stopped

    run_name, found = find_study(name)
    found = found.on(data) if data is not None else found
    found = found.quickened() if quick else found
    folder = out or free_name(Path("runs") / "study" / run_name)
    # a mistake in the last step must not be found only after the first one
    plan = plan_of(found, name, folder)
    check_writable(folder)
    complete = True
    if found.title:
        say(_(found.title))
    if "steps" not in found.model_fields_set:
        say(_("{name} names no steps: the defaults are compared.", name=name))
    for place, step in plan.items():
        try:
            finished = step.run(place, processes=processes, download=download)
        except KeyboardInterrupt as stop:
            if not folder.exists():
                raise
            # the folder that continues the whole study, not the step's
            raise Stopped(folder) from stop
        complete = complete and finished
    if not complete:
        raise typer.Exit(4)
