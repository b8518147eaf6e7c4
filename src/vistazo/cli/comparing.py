"""What the comparing verbs share: reading with a count line, progress, leaderboard, next steps."""

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from vistazo.cli import progress
from vistazo.cli.console import results, say
from vistazo.cli.fetching import fetch
from vistazo.cli.reading import Reading
from vistazo.data.dataset import ImageDataset, by_cause
from vistazo.data.reading import read_images
from vistazo.i18n import _, current_language, ngettext, number
from vistazo.report.leaderboard import leaderboard_text
from vistazo.workflows.comparison_run import ComparisonRun, run_comparison

if TYPE_CHECKING:
    from vistazo.data.unlabelled_images import UnlabelledImages
    from vistazo.evaluation.protocol import Protocol


def read(
    source: str,
    *,
    size: int | None = None,
    limit: int | None = None,
    seed: int = 0,
    reading: Reading | None = None,
) -> ImageDataset:
    """Read a data set and say what was found, what was left out and why."""
    reading = reading or Reading()
    arguments = reading.arguments()
    if reading.download:
        fetch(source)
    with progress.of_files() as listener:
        data = read_images(source, size=size, progress=listener, **arguments)
    tell(data)
    if limit is not None and limit < len(data):
        data = data.limited(limit, seed)
        say("  " + _using(data))
    return data


def _using(data: ImageDataset) -> str:
    n_test = 0 if data.split is None else len(data.rows("test"))
    if not n_test:
        return _("Using {n} of them, stratified.", n=number(len(data)))
    return _(
        "Using {n} of them, stratified, beside the {n_test} of the test part.",
        n=number(len(data) - n_test),
        n_test=number(n_test),
    )


def tell(data: ImageDataset) -> None:
    """Say what was found, what was done while reading it, and what was left out and why."""
    say(
        ngettext(
            "Found {n} image in {classes} classes.",
            "Found {n} images in {classes} classes.",
            len(data),
            classes=len(data.classes),
        )
    )
    for note in data.notes:
        say(f"  {note}")
    tell_bad_files(data)


def source_of(
    reference: str, *, size: int | None, limit: int | None, seed: int, reading: Reading
) -> dict[str, Any]:
    """Return where images were read from and how, as a run folder keeps it."""
    path = Path(reference)
    return {
        "reference": str(path.absolute()) if path.exists() else reference,
        "size": size,
        "limit": limit,
        "seed": seed,
        "reading": reading.arguments(),
    }


def tell_bad_files(data: "ImageDataset | UnlabelledImages") -> None:
    """Say what was left out and why, a few names of each cause."""
    causes = by_cause(data.bad_files)
    for code, files in causes.items():
        shown = ", ".join(bad.path for bad in files[:3]) + (" …" if len(files) > 3 else "")
        say(
            "  "
            + ngettext(
                "{n} file was left out ({code}): {shown}",
                "{n} files were left out ({code}): {shown}",
                len(files),
                code=code,
                shown=shown,
            )
        )
        for reason in [*dict.fromkeys(bad.reason for bad in files)][:3]:
            say(f"    {reason}")
    if any(len(files) > 3 for files in causes.values()):
        say("  " + _("'vistazo check DATA --format json' lists all that were left out."))


def compare_and_tell(
    data: ImageDataset,
    methods: Mapping[str, Any],
    *,
    protocol: "Protocol",
    verb: str = "compare",
    positive_class: str | None = None,
    threads: int = 1,
    processes: int | None = None,
    out: Path | None = None,
    save_model: bool = True,
    source: Mapping[str, Any] | None = None,
) -> ComparisonRun:
    """Run a comparison, show its progress, print the leaderboard and where things are."""
    from vistazo.checks.detectable_difference import smallest_difference
    from vistazo.workflows.naming import floors_among

    if sentence := smallest_difference(data, protocol):
        say("  " + sentence)
    with progress.of_comparison() as (cells, features):
        run = run_comparison(
            data,
            methods,
            verb=verb,
            protocol=protocol,
            positive_class=positive_class,
            threads=threads,
            processes=processes,
            out=out,
            floors=floors_among(methods),
            save_model=save_model,
            source=source,
            language=current_language(),
            on_precompute=features,
            on_progress=cells,
            on_note=lambda note: say("  " + note),
            on_refit=lambda winner: say(_("Fitting {winner} on all images …", winner=winner)),
        )
    console = results()
    console.print(leaderboard_text(run.comparison.to_dict(), console.width))
    sys.stdout.flush()
    for method, reason in run.comparison.failures.items():
        say(_("{method} could not be evaluated: {reason}", method=method, reason=reason))
    say("")
    say(_("Report: {path}", path=run.folder / "report.html"))
    if run.model is not None:
        say(_("Model:  {path}", path=run.model))
    elif run.model_refused is not None:
        say(_("The winner was not saved: {reason}", reason=run.model_refused))
    return run
