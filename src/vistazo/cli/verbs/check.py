"""``vistazo check``: look at the images before anything is trained."""

from typing import Annotated

import typer

from vistazo.cli import options
from vistazo.cli.exclusive import refuse_together
from vistazo.cli.reading import Reading, reads_images
from vistazo.i18n import N_, _

__all__ = ["check"]

HELP = N_(
    "Look at the images before training: what would be refused, what would mislead, and what to "
    "know.\n\n"
    "vistazo check photos\n\n"
    "vistazo check fashion-mnist-10k --limit 2000 --format json"
)


@reads_images
def check(
    context: typer.Context,
    data: options.Data,
    form: options.FindingsForm = options.Form.text,
    leak_price: Annotated[
        bool,
        typer.Option(
            "--leak-price",
            help=N_("Also measure what copies in other folds would be worth to a method."),
        ),
    ] = False,
    folds: options.Folds = 5,
    repeats: options.Repeats = 1,
    seed: options.Seed = 0,
    metric: options.Metric = "balanced_accuracy",
    limit: options.Limit = None,
    size: options.Size = None,
    *,
    reading: Reading,
    split: options.Split = options.SplitKind.folds,
    duplicates: options.DuplicatesHow = options.Duplicates.group,
    allow_leak: options.AllowLeak = False,
) -> None:
    """Print what every check found."""
    from vistazo.cli.checking import as_json, of_checks, show
    from vistazo.cli.comparing import read
    from vistazo.cli.console import say
    from vistazo.evaluation.protocol import Protocol
    from vistazo.workflows.check import check as check_data

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
    )
    dataset = read(data, size=size, limit=limit, seed=seed, reading=reading)
    with of_checks() as listener:
        result = check_data(dataset, protocol, leak_price=leak_price, on_progress=listener)
    if form is options.Form.json:
        typer.echo(as_json(result), nl=False)
    else:
        show(result)
    if leak_price and result.leak_price is None:
        say(_("The price of copies was not measured: mend first what is fatal."))
    if result.fatal:
        raise typer.Exit(3)
    if dataset.bad_files:
        raise typer.Exit(4)
