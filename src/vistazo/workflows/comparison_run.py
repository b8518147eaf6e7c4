"""A comparison with everything a run leaves behind: predictions, scores, report, model."""

import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from vistazo import persistence
from vistazo.data.dataset import ImageDataset
from vistazo.errors import UsageError
from vistazo.evaluation.comparison import Comparison
from vistazo.evaluation.parameters import parameters
from vistazo.evaluation.protocol import Protocol, split_hash
from vistazo.files import write_json
from vistazo.report.writing import write_report
from vistazo.workflows.adapting import adapted
from vistazo.workflows.compare import Precomputing, Progress, compare, find_positive_class
from vistazo.workflows.earlier_decisions import as_decided_before, earlier_config
from vistazo.workflows.fitting import fit_and_save, is_model
from vistazo.workflows.kept_together import copy_counts, copy_notes, kept_together
from vistazo.workflows.room import check_room
from vistazo.workflows.run_folder import log_event, run_folder
from vistazo.workflows.run_outputs import write_outputs
from vistazo.workflows.weight_ledgers import write_weights


@dataclass(frozen=True)
class ComparisonRun:
    """Where a comparison was written, and the comparison.

    Parameters
    ----------
    folder : Path
    comparison : Comparison
    model : Path or None
        The winner fitted on all rows that are not test rows; None where it was not asked
        for or cannot be saved.
    model_refused : str or None
        Why the winner could not be saved.
    """

    folder: Path
    comparison: Comparison
    model: Path | None
    model_refused: str | None = None

    @property
    def complete(self) -> bool:
        """Whether every file was read and every method finished."""
        return not self.comparison.failures and not self.comparison.data.bad_files


def run_comparison(
    data: ImageDataset,
    methods: Mapping[str, Any],
    *,
    verb: str = "compare",
    protocol: Protocol | None = None,
    positive_class: str | None = None,
    threads: int = 1,
    processes: int | None = None,
    out: Path | str | None = None,
    floors: frozenset[str] = frozenset(),
    save_model: bool = True,
    source: Mapping[str, Any] | None = None,
    language: str | None = None,
    on_precompute: Precomputing = lambda method, done, total: None,
    on_progress: Callable[[Progress], None] = lambda progress: None,
    on_refit: Callable[[str], None] = lambda method: None,
    on_note: Callable[[str], None] = lambda note: None,
) -> ComparisonRun:
    """Compare methods and write a run folder.

    An existing folder that holds the same run is continued: what is there is not computed
    again. The parameters are those of :func:`~vistazo.workflows.compare.compare`, and:

    Parameters
    ----------
    verb : str
        Names the automatic folder ``runs/<verb>/<data name>``.
    out : path, optional
        The folder; by default the automatic one, with a number where it is taken.
    save_model : bool, default=True
        Whether the winner is fitted on all rows and saved.
    source : mapping, optional
        Where the images were read from, and how; kept as ``source.json`` for ``diagnose``.
    language : {"en", "es"}, optional
        Of the report; by default the one in force.
    on_precompute, on_progress : callable
        As for ``compare``.
    on_refit : callable
        Told the winner's name before it is fitted on all rows.
    on_note : callable
        Told what copies were found and which files of weights are read, before anything is
        fitted.

    Raises
    ------
    UsageError, DataError, SetupError
        As ``compare``; ``E-RUN-OTHER``, ``E-RUN-LOCKED``, ``E-RUN-WRITE``, ``E-DISK``.
    """
    protocol = (protocol or Protocol()).for_data(data)
    positive = find_positive_class(data, positive_class)
    # before anything is written: a wrong protocol must leave no folder behind
    data = kept_together(data, protocol)
    for note in copy_notes(data, protocol):
        on_note(note)
    splits = protocol.splits(data)
    before = earlier_config(out).get("methods")
    if isinstance(before, Mapping):
        methods = {n: as_decided_before(method, before.get(n)) for n, method in methods.items()}
    methods = adapted(methods, data)
    config = {
        "verb": verb,
        "data": {
            "name": data.name,
            "fingerprint": data.fingerprint,
            "n_images": len(data),
            "image_shape": list(data.images.shape[1:]),
            "positive_class": positive,
            "copies": copy_counts(data, protocol),
        },
        "protocol": {**asdict(protocol), "splits": split_hash(splits)},
        "methods": {name: parameters(method) for name, method in methods.items()},
        "threads": threads,
    }
    automatic = Path("runs") / verb / (data.name.replace("/", "-") or "data")
    check_room(Path(out) if out else automatic, data, len(methods), splits)
    with run_folder(Path(out) if out else None, automatic, config) as folder:
        started = time.monotonic()
        log_event(folder, "started", verb=verb, data=data.name, n_images=len(data))
        if source is not None:  # not part of what makes it the same run: images may be moved
            write_json(folder / "source.json", source)
        write_weights(folder, methods, on_note)

        def progress(state: Progress) -> None:
            cell = state.cell
            log_event(
                folder,
                "cell",
                method=cell.method,
                repeat=cell.split.repeat,
                fold=cell.split.fold,
                seconds=state.seconds,
                error=state.error,
            )
            on_progress(state)

        comparison = compare(
            methods,
            data,
            protocol=protocol,
            positive_class=positive,
            threads=threads,
            processes=processes,
            out=folder,
            floors=floors,
            on_precompute=on_precompute,
            on_progress=progress,
        )
        write_outputs(folder, comparison)
        write_report(folder, language=language)
        model, refused = None, None
        if save_model:
            model, refused = _save_winner(folder, comparison, threads, on_refit)
        seconds = round(time.monotonic() - started, 1)
        log_event(folder, "done", winner=comparison.winner, seconds=seconds)
    return ComparisonRun(folder, comparison, model, refused)


def _save_winner(
    folder: Path, comparison: Comparison, threads: int, on_refit: Callable[[str], None]
) -> tuple[Path | None, str | None]:
    target = folder / "model"
    if is_model(target):
        return target, None
    winner = comparison.best()
    try:
        persistence.check_savable(winner)
    except UsageError as error:
        log_event(folder, "model not saved", reason=str(error))
        return None, str(error)
    on_refit(comparison.winner)
    seed = comparison.protocol.seed
    return fit_and_save(winner, comparison.data, folder, seed=seed, threads=threads), None
