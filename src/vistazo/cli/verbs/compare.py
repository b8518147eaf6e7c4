"""``vistazo compare``: methods under one protocol."""

from pathlib import Path
from typing import Annotated

import typer

from vistazo.cli import options
from vistazo.cli.exclusive import refuse_together
from vistazo.cli.reading import Reading, reads_images
from vistazo.i18n import N_

__all__ = ["compare"]

HELP = N_(
    "Compare methods on the same folds and say which can be trusted, by how much.\n\n"
    "vistazo compare photos --methods hog-svm,cnn\n\n"
    "vistazo compare fashion-mnist-10k --limit 2000 --folds 3 --set cnn.recipe.epochs=5"
)


@reads_images
def compare(
    context: typer.Context,
    data: options.Data,
    methods: Annotated[
        str,
        typer.Option(
            "--methods",
            metavar="NAMES",
            help=N_("Names separated by commas; see 'vistazo list methods'."),
        ),
    ] = "hog-svm,cnn",
    folds: options.Folds = 5,
    repeats: options.Repeats = 1,
    seed: options.Seed = 0,
    metric: options.Metric = "balanced_accuracy",
    limit: options.Limit = None,
    size: options.Size = None,
    epochs: options.Epochs = None,
    time_limit: options.TimeLimit = None,
    settings: options.Settings = None,
    out: options.Out = None,
    *,
    reading: Reading,
    split: options.Split = options.SplitKind.folds,
    duplicates: options.DuplicatesHow = options.Duplicates.group,
    allow_leak: options.AllowLeak = False,
    labels: options.Labels = 1.0,
    positive_class: options.PositiveClass = None,
    no_floors: Annotated[
        bool, typer.Option("--no-floors", help=N_("Leave out the trivial methods."))
    ] = False,
    no_model: Annotated[
        bool, typer.Option("--no-model", help=N_("Do not save the winner fitted on all rows."))
    ] = False,
    weights: options.WeightsFile = None,
    device: options.DeviceName = "auto",
    threads: options.Threads = 1,
    processes: options.Processes = None,
) -> None:
    """Compare methods and write a run folder."""
    from vistazo.cli.comparing import compare_and_tell, read, source_of
    from vistazo.cli.fetching import fetch_weights
    from vistazo.evaluation.protocol import Protocol
    from vistazo.workflows.naming import chosen_methods
    from vistazo.workflows.room import check_writable

    if split is not options.SplitKind.folds:
        refuse_together(context, f"--split {split.value}", "folds", "repeats")
    protocol = Protocol(
        folds=folds,
        repeats=repeats,
        seed=seed,
        metric=metric,
        split=split.value,
        duplicates=duplicates.value,
        allow_leak=allow_leak,
        labels=labels,
    )
    chosen = chosen_methods(
        methods.split(","),
        floors=not no_floors,
        settings=settings or [],
        epochs=epochs,
        time_limit=time_limit,
        device=device,
        weights_file=weights,
        before_check=fetch_weights if reading.download else None,
    )
    check_writable(out or Path("runs"))
    dataset = read(data, size=size, limit=limit, seed=seed, reading=reading)
    run = compare_and_tell(
        dataset,
        chosen,
        protocol=protocol,
        positive_class=positive_class,
        threads=threads,
        processes=processes,
        out=out,
        save_model=not no_model,
        source=source_of(data, size=size, limit=limit, seed=seed, reading=reading),
    )
    if not run.complete:
        raise typer.Exit(4)
