"""``vistazo diagnose``: what holds a transfer method back."""

from pathlib import Path
from typing import Annotated

import typer

from vistazo.cli import options
from vistazo.cli.exclusive import refuse_together
from vistazo.cli.reading import Reading, reads_images
from vistazo.i18n import N_

__all__ = ["diagnose"]

HELP = N_(
    "Find what holds a transfer method back, and what each cause costs.\n\n"
    "vistazo diagnose runs/compare/photos\n\n"
    "vistazo diagnose photos --set linear-probe.input_side=32 --set linear-probe.input_scale=0-1"
)


@reads_images
def diagnose(
    context: typer.Context,
    subject: Annotated[
        str,
        typer.Argument(
            metavar="RUN|DATA",
            help=N_("The folder of a finished comparison, or images as 'compare' takes them."),
        ),
    ],
    method: Annotated[
        str | None,
        typer.Option("--method", metavar="NAME", help=N_("A transfer method; linear-probe.")),
    ] = None,
    settings: options.Settings = None,
    form: options.FindingsForm = options.Form.text,
    no_experiment: Annotated[
        bool,
        typer.Option("--no-experiment", help=N_("Train nothing: say what can be seen without.")),
    ] = False,
    every_level: Annotated[
        bool,
        typer.Option("--every-level", help=N_("Also try other values of what is as it should be.")),
    ] = False,
    data: Annotated[
        str | None,
        typer.Option(
            "--data", metavar="DATA", help=N_("The images of RUN, where they are elsewhere now.")
        ),
    ] = None,
    folds: options.Folds = 5,
    repeats: options.Repeats = 1,
    seed: options.Seed = 0,
    metric: options.Metric = "balanced_accuracy",
    limit: Annotated[
        int,
        typer.Option("--limit", metavar="N", min=4, help=N_("Images at the most, stratified.")),
    ] = 1000,
    size: options.Size = None,
    out: options.Out = None,
    *,
    reading: Reading,
    threads: options.Threads = 1,
    processes: options.Processes = None,
) -> None:
    """Print what was found, and write it with its evidence into a run folder."""
    from vistazo.cli.comparing import read, tell
    from vistazo.cli.diagnosing import as_json, run, show
    from vistazo.cli.progress import of_files
    from vistazo.evaluation.protocol import Protocol
    from vistazo.workflows.diagnose import check_transfer
    from vistazo.workflows.diagnosis_subject import Subject, is_run, subject_of_run
    from vistazo.workflows.naming import chosen_methods, set_parameter
    from vistazo.workflows.room import check_writable

    if is_run(Path(subject)):
        refuse_together(context, "RUN", "folds", "repeats", "seed", "metric")
        images = None if data is None else read(data, size=size, reading=reading)
        with of_files() as listener:
            found = subject_of_run(Path(subject), method=method, data=images, progress=listener)
        if images is None:
            tell(found.data)
        for assignment in settings or []:
            set_parameter({found.name: found.method}, assignment)
    else:
        if data is not None:
            refuse_together(context, "DATA", "data")
        protocol = Protocol(folds=folds, repeats=repeats, seed=seed, metric=metric)
        chosen = chosen_methods([method or "linear-probe"], floors=False, settings=settings or [])
        ((name, made),) = chosen.items()
        check_transfer(name, made)
        check_writable(out or Path("runs"))
        images = read(subject, size=size, reading=reading)
        found = Subject(name, made, images, protocol)
    diagnosis = run(
        found,
        limit=limit,
        experiment=not no_experiment,
        every_level=every_level,
        threads=threads,
        processes=processes,
        out=out,
    )
    if form is options.Form.json:
        typer.echo(as_json(diagnosis), nl=False)
    else:
        show(diagnosis)
    if found.data.bad_files:
        raise typer.Exit(4)
