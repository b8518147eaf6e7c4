"""``vistazo train``: one method on all the data."""

import shlex
from pathlib import Path
from typing import Annotated

import typer

from vistazo.cli import options
from vistazo.cli.reading import Reading, reads_images
from vistazo.i18n import N_, _, percent

__all__ = ["train"]

HELP = N_(
    "Fit one method on all images and save it as a model folder.\n\n"
    "How good it is, only 'vistazo compare' can say: here no image is left to score it on.\n\n"
    "vistazo train photos --method cnn --epochs 10\n\n"
    "vistazo train photos --method hog-svm --out flower-model"
)


@reads_images
def train(
    data: options.Data,
    method: Annotated[
        str,
        typer.Option("--method", metavar="NAME", help=N_("A name of 'vistazo list methods'.")),
    ] = "cnn",
    epochs: options.Epochs = None,
    time_limit: options.TimeLimit = None,
    seed: options.Seed = 0,
    limit: options.Limit = None,
    size: options.Size = None,
    settings: options.Settings = None,
    out: options.Out = None,
    *,
    reading: Reading,
    weights: options.WeightsFile = None,
    device: options.DeviceName = "auto",
    threads: Annotated[
        int | None,
        typer.Option("--threads", metavar="N", min=1, help=N_("By default, all processors.")),
    ] = None,
) -> None:
    """Fit one method on all images and save it."""
    from vistazo.cli.comparing import read
    from vistazo.cli.console import say
    from vistazo.cli.epochs import EpochTable, summary
    from vistazo.cli.fetching import fetch_weights
    from vistazo.cli.progress import duration, of_precomputing
    from vistazo.training.history import History
    from vistazo.workflows.naming import chosen_methods
    from vistazo.workflows.room import check_writable
    from vistazo.workflows.train import train as train_method

    chosen = chosen_methods(
        [method],
        floors=False,
        settings=settings or [],
        epochs=epochs,
        time_limit=time_limit,
        device=device,
        weights_file=weights,
        before_check=fetch_weights if reading.download else None,
    )
    ((name, classifier),) = chosen.items()
    check_writable(out or Path("runs"))
    dataset = read(data, size=size, limit=limit, seed=seed, reading=reading)
    is_network = "recipe__epochs" in classifier.get_params(deep=True)
    if not is_network and (epochs is not None or time_limit is not None):
        say(_("{method} is no network: --epochs and --time-limit change nothing.", method=name))
    epoch_table, seen = EpochTable(), []

    def on_start(folder: Path) -> None:
        if is_network:
            option = shlex.join(["--out", str(folder)])
            say(
                _(
                    "If it is interrupted, the same command with {option} continues it.",
                    option=option,
                )
            )

    def on_epoch(history: History) -> None:
        epoch_table(history)
        seen.append(history)

    with of_precomputing() as features:
        run = train_method(
            classifier,
            name,
            dataset,
            seed=seed,
            threads=threads,
            out=out,
            on_start=on_start,
            on_precompute=lambda done, total: features(name, done, total),
            on_epoch=on_epoch,
            on_note=lambda note: say("  " + note),
        )
    if run.kept:
        say(_("The model of this run is there already: nothing was fitted again."))
    for line in (*(summary(seen[-1]) if seen else ()), *run.notes):
        say(line)
    if not run.kept:
        say(_("Fitted {method} in {time}.", method=name, time=duration(run.seconds)))
    if run.inner_accuracy is not None:
        say(_inner(percent(run.inner_accuracy, 1), chose_epoch=run.chose_epoch))
    typer.echo(run.model)
    if dataset.bad_files:
        raise typer.Exit(4)


def _inner(accuracy: str, *, chose_epoch: bool) -> str:
    if chose_epoch:
        return _(
            "Accuracy on the training images that were set aside and chose the epoch it kept:"
            " {accuracy} (optimistic).",
            accuracy=accuracy,
        )
    return _(
        "Accuracy on training images by which it chose its settings, each of them left out then:"
        " {accuracy} (optimistic).",
        accuracy=accuracy,
    )
