"""``vistazo explore``: a page that shows the images before anything is trained."""

import contextlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Annotated

import typer

from vistazo.cli import options
from vistazo.cli.reading import Reading, reads_images
from vistazo.i18n import N_

__all__ = ["explore"]

HELP = N_(
    "Write a page that shows the images, and what methods will see of them.\n\n"
    "Class counts, samples, mean images, sizes, HOG, PCA and t-SNE, and augmentation: what it "
    "does, and whether it keeps the label.\n\n"
    "vistazo explore photos\n\n"
    "vistazo explore fashion-mnist-10k --features pixels --out pixels.html"
)


@reads_images
def explore(
    data: options.Data,
    features: Annotated[
        str | None,
        typer.Option(
            "--features",
            metavar="NAME",
            help=N_("What PCA and t-SNE show: hog, the default, color-histogram or pixels."),
        ),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            metavar="FILE",
            help=N_(
                "The page to write (.html) or its folder; a page of the same images is replaced."
            ),
        ),
    ] = None,
    seed: options.Seed = 0,
    limit: options.Limit = None,
    size: options.Size = None,
    *,
    reading: Reading,
) -> None:
    """Write the page and print where it is."""
    from vistazo import catalog
    from vistazo.cli.comparing import read
    from vistazo.workflows.exploration_place import page_at
    from vistazo.workflows.explore import explore as explore_data
    from vistazo.workflows.room import check_writable

    known = catalog.names("features")
    if features is not None and features not in known:
        raise catalog.unknown("features", features, known)
    check_writable(Path("runs") if out is None else page_at(out).parent)
    dataset = read(data, size=size, limit=limit, seed=seed, reading=reading)
    with _steps() as listener:
        page = explore_data(dataset, out=out, features=features, seed=seed, on_step=listener)
    typer.echo(page)
    if dataset.bad_files:
        raise typer.Exit(4)


@contextlib.contextmanager
def _steps() -> Iterator[Callable[[str], None]]:
    """Give a listener that says what is being done."""
    from vistazo.cli.console import is_live, say

    if not is_live():
        yield lambda step: say(f"  {step} …")
        return
    from rich.console import Console

    with Console(stderr=True).status("") as status:
        yield lambda step: status.update(f"{step} …")
