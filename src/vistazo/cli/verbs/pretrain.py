"""``vistazo pretrain``: a backbone that learns from images without labels."""

from pathlib import Path
from typing import Annotated

import typer

from vistazo.cli import options
from vistazo.cli.reading import Reading, reads_images
from vistazo.i18n import N_

__all__ = ["pretrain"]

HELP = N_(
    "Let a network learn from images alone, and keep its backbone.\n\n"
    "Labels, where there are any, are not learned from: they show after every epoch what the"
    " features are worth.\n\n"
    "vistazo pretrain photos --task inpainting\n\n"
    "vistazo pretrain scans --unlabelled --task simclr --epochs 20"
)


@reads_images
def pretrain(
    context: typer.Context,
    data: options.Data,
    task: Annotated[
        str, typer.Option("--task", metavar="NAME", help=N_("A name of 'vistazo list pretext'."))
    ] = "simclr",
    network: Annotated[
        str,
        typer.Option(
            "--network", metavar="NAME", help=N_("A name of 'vistazo list architectures'.")
        ),
    ] = "fast-cnn",
    unlabelled: Annotated[
        bool,
        typer.Option("--unlabelled", help=N_("The images have no labels: folders are no classes.")),
    ] = False,
    epochs: options.Epochs = None,
    time_limit: options.TimeLimit = None,
    seed: options.Seed = 0,
    limit: options.Limit = None,
    size: options.Size = None,
    settings: options.Settings = None,
    out: options.Out = None,
    *,
    reading: Reading,
    device: options.DeviceName = "auto",
    threads: Annotated[
        int | None,
        typer.Option("--threads", metavar="N", min=1, help=N_("By default, all processors.")),
    ] = None,
) -> None:
    """Pretrain a backbone on images alone."""
    from vistazo.cli.comparing import read
    from vistazo.cli.exclusive import refuse_together
    from vistazo.cli.pretraining import pretrain_and_tell, read_without_labels
    from vistazo.workflows.pretext_naming import pretext_task
    from vistazo.workflows.room import check_writable

    if unlabelled:
        refuse_together(context, "--unlabelled", "classes", "label_column")
    chosen, recipe = pretext_task(
        task, settings=settings or [], epochs=epochs, time_limit=time_limit, network=network
    )
    check_writable(out or Path("runs"))
    reader = read_without_labels if unlabelled else read
    images = reader(data, size=size, limit=limit, seed=seed, reading=reading)
    run = pretrain_and_tell(
        images,
        chosen,
        task,
        architecture=network,
        recipe=recipe,
        seed=seed,
        threads=threads,
        device=device,
        out=out,
    )
    typer.echo(run.backbone)
    if images.bad_files or run.facts["alarms"]:
        raise typer.Exit(4)
