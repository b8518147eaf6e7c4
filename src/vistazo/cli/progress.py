"""How far a command has come: a bar on a terminal, plain lines elsewhere."""

import contextlib
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from vistazo.cli.console import is_live, is_quiet, say
from vistazo.i18n import N_, _, number
from vistazo.workflows.compare import Progress

if TYPE_CHECKING:
    from rich.progress import ProgressColumn, TaskID


def duration(seconds: float) -> str:
    """Write a duration for a person."""
    if seconds < 60:
        return _("{seconds} s", seconds=number(seconds, 1 if seconds < 10 else 0))
    minutes, rest = divmod(round(seconds), 60)
    return _("{minutes} min {seconds} s", minutes=minutes, seconds=rest)


@contextlib.contextmanager
def of_comparison() -> Iterator[tuple[Callable[[Progress], None], Callable[[str, int, int], None]]]:
    """Give listeners that show how far a comparison is: its cells, and features before them."""
    if is_live():
        with _bar() as listeners:
            yield listeners
        return
    with of_precomputing() as features:
        yield (lambda progress: None if is_quiet() else say(_line(progress))), features


@contextlib.contextmanager
def of_files() -> Iterator[Callable[[int, int], None] | None]:
    """Give a listener that shows how many files were read, where that can be redrawn."""
    with _counting(_("reading images")) as listener:
        yield listener


@contextlib.contextmanager
def of_bytes() -> Iterator[Callable[[int, int], None] | None]:
    """Give a listener that shows how much was received, where that can be redrawn."""
    if not is_live():
        yield None
        return
    from rich.progress import DownloadColumn, TransferSpeedColumn

    with _counting(_("downloading"), DownloadColumn(), TransferSpeedColumn()) as listener:
        yield listener


@contextlib.contextmanager
def _counting(
    description: str, *more: "ProgressColumn"
) -> Iterator[Callable[[int, int], None] | None]:
    if not is_live():
        yield None
        return
    from rich.console import Console
    from rich.progress import Progress as Bar

    columns = (*Bar.get_default_columns(), *more)
    with Bar(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(description, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


@contextlib.contextmanager
def of_precomputing() -> Iterator[Callable[[str, int, int], None]]:
    """Give a listener for images that go through a network once, for all fits of a method."""
    if is_live():
        with contextlib.ExitStack() as bars:
            shown: dict[str, Callable[[int, int], None] | None] = {}

            def update(method: str, done: int, total: int) -> None:
                if method not in shown:
                    shown[method] = bars.enter_context(_counting(_features_of(method)))
                if listener := shown[method]:
                    listener(done, total)
                if done == total:
                    bars.close()  # one bar at a time

            yield update
        return

    def tell(method: str, done: int, total: int) -> None:
        if done == total and not is_quiet():
            say(f"{_features_of(method)}: {number(total)}")

    yield tell


def _features_of(method: str) -> str:
    return _("{method}, features of images", method=method)


def _line(progress: Progress) -> str:
    cell = progress.cell
    if progress.error:
        state = _("failed: {reason}", reason=progress.error)
    elif progress.seconds is None:
        state = _("kept from before")
    else:
        state = duration(progress.seconds)
    text = N_("[{done}/{total}] {method}, fold {fold}: {state} (about {time} left)")
    if progress.done == progress.total or progress.remaining < 1:
        text = N_("[{done}/{total}] {method}, fold {fold}: {state}")
    return _(
        text,
        done=progress.done,
        total=progress.total,
        method=cell.method,
        fold=_fold(progress),
        state=state,
        time=duration(progress.remaining),
    )


def _fold(progress: Progress) -> str:
    split = progress.cell.split
    if split.repeat == 0:
        return str(split.fold + 1)
    return _("{fold} (repeat {repeat})", fold=split.fold + 1, repeat=split.repeat + 1)


@contextlib.contextmanager
def _bar() -> Iterator[tuple[Callable[[Progress], None], Callable[[str, int, int], None]]]:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn
    from rich.progress import Progress as Bar

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    left = TextColumn("{task.fields[left]}")
    with Bar(*columns, left, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(_("comparing"), total=None, left="")
        shown: dict[str, TaskID] = {}

        def features(method: str, done: int, total: int) -> None:
            if method not in shown:
                shown[method] = bar.add_task(_features_of(method), total=total, left="")
            bar.update(shown[method], completed=done, visible=done < total)

        def cells(progress: Progress) -> None:
            if progress.error:
                bar.console.print(_line(progress), markup=False)
            bar.update(
                task,
                total=progress.total,
                completed=progress.done,
                description=f"{progress.cell.method}",
                left=_("about {time} left", time=duration(progress.remaining)),
            )

        yield cells, features
