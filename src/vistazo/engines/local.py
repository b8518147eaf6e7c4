"""Cells in processes of this machine, each held to its threads."""

import contextlib
import os
import signal
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import joblib
import numpy as np
from numpy.typing import NDArray

from vistazo.data.dataset import ImageDataset
from vistazo.data.images import Images
from vistazo.errors import SetupError, VistazoError
from vistazo.evaluation.cells import Cell, CellResult, run_cell
from vistazo.i18n import N_
from vistazo.training.checkpoint_place import checkpointing


@dataclass(frozen=True)
class Failure:
    """A cell whose method raised: the others go on."""

    reason: str


def run(
    cells: list[Cell],
    data: ImageDataset,
    *,
    processes: int,
    checkpoints: Callable[[Cell], Path] | None = None,
) -> Iterator[tuple[Cell, CellResult | Failure]]:
    """Run cells and yield each with its result as it ends.

    Parameters
    ----------
    cells : list of Cell
    data : ImageDataset
        Shared with the processes through a memory map, not copied for each.
    processes : int
        How many cells run at once; 1 runs them here, one after the other.
    checkpoints : callable, optional
        The folder in which a cell's trainings are kept while they run.

    Raises
    ------
    SetupError
        ``E-MEM`` when the system ended a process, mostly for want of memory.
    """
    parallel = joblib.Parallel(
        n_jobs=processes,
        return_as="generator_unordered",
        max_nbytes="1M",
        initializer=_die_with,
        initargs=(os.getpid(),),
    )
    work = (
        joblib.delayed(_run)(
            index, cell, data.images, data.labels, data.classes, checkpoints and checkpoints(cell)
        )
        for index, cell in enumerate(cells)
    )
    try:
        with _deaf_to_ctrl_c():
            results = parallel(work)
        for index, result in results:
            yield cells[index], result
    except joblib.externals.loky.process_executor.TerminatedWorkerError as error:
        raise SetupError(
            "E-MEM",
            N_(
                "The system ended a process that was fitting a model, probably for want of memory."
                " What was finished is kept."
            ),
            N_("Run the same command with --processes 1, a smaller --size or --limit."),
        ) from error


def _run(
    index: int,
    cell: Cell,
    images: Images,
    labels: NDArray[np.str_],
    classes: tuple[str, ...],
    checkpoints: Path | None,
) -> tuple[int, CellResult | Failure]:
    train, test = cell.split.train, cell.split.test
    try:
        with checkpointing(checkpoints):
            result = run_cell(
                cell, images[train], labels[train], images[test], classes, _unlabelled(cell, images)
            )
    except SetupError:  # a full disk is no failure of the method: nothing else would fit either
        raise
    except VistazoError as error:
        return index, Failure(str(error))
    except Exception as error:  # a method of the user's may raise anything
        return index, Failure(f"{type(error).__name__}: {error}")
    return index, result


def _unlabelled(cell: Cell, images: Images) -> NDArray[np.uint8] | None:
    """Return the images that a cell's method may see without their labels; None where it cannot."""
    if not getattr(cell.estimator, "learns_unlabelled", False):
        return None
    rows = cell.split.unlabelled
    if getattr(cell.estimator, "transductive", False):
        rows = np.concatenate([rows, cell.split.test])
    pixels: NDArray[np.uint8] = images[rows].pixels
    return pixels


@contextlib.contextmanager
def _deaf_to_ctrl_c() -> Iterator[None]:
    # A terminal sends Ctrl-C to every process; one that is just starting would answer with a
    # trace. Processes inherit what is blocked; the command itself hears it after the block and
    # ends them.
    if not hasattr(signal, "pthread_sigmask"):  # Windows
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _die_with(parent: int) -> None:
    # a killed parent cannot tell its processes to stop, and they would work on for nobody
    threading.Thread(target=_watch, args=(parent,), daemon=True).start()


def _watch(parent: int) -> None:
    pause = threading.Event()
    while os.getppid() == parent:
        pause.wait(1.0)
    os._exit(1)
