"""``vistazo prepare``: a data set made from another."""

import contextlib
from collections.abc import Callable, Iterator
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from vistazo.cli import options
from vistazo.cli.reading import Reading, reads_images
from vistazo.i18n import N_, _, ngettext

if TYPE_CHECKING:
    from vistazo.workflows.prepare import Prepared
    from vistazo.workflows.prepare_unlabelled import PreparedUnlabelled

__all__ = ["prepare"]

HELP = N_(
    "Preprocess all images of a data set and write them as another one.\n\n"
    "The source is only read; DST appears whole or not at all.\n\n"
    "vistazo prepare photos small-photos --step resize=128\n\n"
    "vistazo prepare photos arrays --step grayscale --step resize=64 --to arrays --scale unit"
)


class Target(StrEnum):
    """What is written."""

    folders = "folders"
    arrays = "arrays"


class ImageFormat(StrEnum):
    """What the files in folders are."""

    png = "png"
    jpeg = "jpeg"


class Scale(StrEnum):
    """What the numbers of arrays are."""

    none = "none"
    unit = "unit"
    signed = "signed"
    standard = "standard"


@reads_images
def prepare(
    context: typer.Context,
    source: Annotated[
        str, typer.Argument(metavar="SRC", help=N_("A folder, a file, or the name of a data set."))
    ],
    destination: Annotated[
        Path, typer.Argument(metavar="DST", help=N_("The folder to be made; never inside SRC."))
    ],
    step: Annotated[
        list[str] | None,
        typer.Option(
            "--step",
            metavar="NAME[=VALUE]",
            help=N_("A step of preprocessing, such as resize=128; repeatable, done in order."),
        ),
    ] = None,
    recipe: Annotated[
        Path | None,
        typer.Option("--recipe", metavar="FILE", help=N_("A YAML file with 'steps:'.")),
    ] = None,
    size: options.Size = None,
    to: Annotated[
        Target, typer.Option("--to", help=N_("Class folders, or one file of arrays (NPZ)."))
    ] = Target.folders,
    format: Annotated[  # noqa: A002 - the option's name
        ImageFormat, typer.Option("--format", help=N_("Of the images in folders."))
    ] = ImageFormat.png,
    scale: Annotated[
        Scale,
        typer.Option(
            "--scale",
            help=N_("Of arrays: 0 to 255, [0, 1], [-1, 1], or mean 0 and deviation 1."),
        ),
    ] = Scale.none,
    unlabelled: Annotated[
        bool,
        typer.Option(
            "--unlabelled",
            help=N_("Read images without labels, at any depth, but no test images."),
        ),
    ] = False,
    one_hot: Annotated[
        bool, typer.Option("--one-hot", help=N_("Write a table with a column for each class."))
    ] = False,
    copies: Annotated[
        int,
        typer.Option(
            "--copies", metavar="K", min=0, help=N_("Augmented copies of each training image.")
        ),
    ] = 0,
    augmentation: Annotated[
        str,
        typer.Option(
            "--augmentation",
            metavar="NAME",
            help=N_("Of the copies: a name of 'vistazo list augmentations', or rotation=10,…"),
        ),
    ] = "light",
    seed: options.Seed = 0,
    limit: options.Limit = None,
    *,
    reading: Reading,
) -> None:
    """Preprocess all images and write them as another data set."""
    from vistazo.cli import progress
    from vistazo.cli.console import say
    from vistazo.cli.exclusive import refuse_together
    from vistazo.cli.fetching import fetch
    from vistazo.preprocessing.recipe import recipe_from_text
    from vistazo.preprocessing.recipe.file import read_recipe
    from vistazo.workflows.prepare import prepare as prepare_images
    from vistazo.workflows.prepare_unlabelled import prepare_unlabelled

    if unlabelled:
        refuse_together(
            context, "--unlabelled", "one_hot", "classes", "copies", "augmentation", "label_column"
        )
    if recipe is not None:
        refuse_together(context, "--recipe", "step")
    refuse_together(context, f"--to {to.value}", "format" if to is Target.arrays else "scale")
    if copies == 0:
        refuse_together(context, "--copies 0", "augmentation")
    chosen = read_recipe(recipe) if recipe else recipe_from_text(",".join(step or ["none"]))
    if reading.download:
        fetch(str(source))
    with contextlib.ExitStack() as bars, _writing(bars.close) as on_write:
        shared: dict[str, Any] = {
            "size": size,
            "limit": limit,
            "to": to.value,
            "image_format": format.value,
            "scale": scale.value,
            "seed": seed,
            "on_read": bars.enter_context(progress.of_files()),
            "on_write": on_write,
            **reading.arguments(),
        }
        prepared: Prepared | PreparedUnlabelled
        if unlabelled:
            del shared["classes"], shared["label_column"]
            prepared, n_copies = prepare_unlabelled(source, destination, chosen, **shared), 0
        else:
            prepared = prepare_images(
                source,
                destination,
                chosen,
                one_hot=one_hot,
                copies=copies,
                augmentation=augmentation,
                **shared,
            )
            n_copies = prepared.n_copies
    data = prepared.data
    for note in data.notes:
        say(f"  {note}")
    n_images = ngettext("{n} image", "{n} images", len(data) + n_copies)
    height, width, channels = data.images.image_shape
    if prepared.kept:
        say(_("{folder} holds all of it already: nothing was written.", folder=destination))
    else:
        shape = f"{height} × {width} × {channels}"
        say(_("Written: {n_images} of {shape} values.", n_images=n_images, shape=shape))
    if n_copies:
        say(
            _(
                "{table} tells which image is a copy of which; read from there, an image and its"
                " copies stay on one side of every split.",
                table="labels.csv" if to is Target.folders else "rows.csv",
            )
        )
    typer.echo(destination)
    if data.bad_files:
        say(
            ngettext(
                "{n} file was left out; prepare.yaml says why.",
                "{n} files were left out; prepare.yaml says which and why.",
                len(data.bad_files),
            )
        )
        raise typer.Exit(4)


@contextlib.contextmanager
def _writing(end_reading: Callable[[], None]) -> Iterator[Callable[[int, int], None]]:
    """Give a listener that shows how many images were written, where that can be redrawn."""
    from vistazo.cli.console import is_live

    if not is_live():
        yield lambda done, total: None
        return
    from rich.console import Console
    from rich.progress import Progress as Bar

    bar = Bar(console=Console(stderr=True), transient=True)
    task = bar.add_task(_("writing images"), total=None)

    def listener(done: int, total: int) -> None:
        end_reading()  # one bar at a time
        bar.start()
        bar.update(task, completed=done, total=total)

    try:
        yield listener
    finally:
        bar.stop()
