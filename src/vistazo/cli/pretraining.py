"""What ``vistazo pretrain`` reads and says."""

import shlex
from pathlib import Path
from typing import Any

from vistazo.cli import progress
from vistazo.cli.comparing import tell_bad_files
from vistazo.cli.console import say
from vistazo.cli.epochs import EpochTable, summary
from vistazo.cli.fetching import fetch
from vistazo.cli.reading import Reading
from vistazo.data.dataset import ImageDataset
from vistazo.data.unlabelled import read_unlabelled
from vistazo.data.unlabelled_images import UnlabelledImages
from vistazo.i18n import N_, _, ngettext, number
from vistazo.pretext import PretextTask
from vistazo.training.history import History
from vistazo.workflows.pretraining_run import PretrainingRun, run_pretraining

_ALARMS = {
    "spread": N_(
        "Alarm: the features of different images are nearly the same ({after} of a spread of"
        " {before} before)."
    ),
    "effective_rank": N_(
        "Alarm: the features vary in hardly any direction ({after} of {before} before)."
    ),
    "other_images": N_(
        "Alarm: views of different images are as alike as views of one (mean cosine {other} and"
        " {same}): the features have collapsed, or learned next to nothing yet."
    ),
}


def read_without_labels(
    source: str, *, size: int | None, limit: int | None, seed: int, reading: Reading
) -> UnlabelledImages:
    """Read images that have no labels, and say what was found and what was left out."""
    arguments = reading.arguments()
    del arguments["classes"], arguments["label_column"]
    if reading.download:
        fetch(source)
    with progress.of_files() as listener:
        data = read_unlabelled(source, size=size, progress=listener, **arguments)
    say(ngettext("Found {n} image without labels.", "Found {n} images without labels.", len(data)))
    for note in data.notes:
        say(f"  {note}")
    tell_bad_files(data)
    return data if limit is None else data.limited(limit, seed)


def pretrain_and_tell(
    images: ImageDataset | UnlabelledImages, task: PretextTask, name: str, **how: Any
) -> PretrainingRun:
    """Pretrain a network as ``run_pretraining`` does, and say how it goes."""
    epoch_table, seen = EpochTable(), []

    def on_start(folder: Path) -> None:
        option = shlex.join(["--out", str(folder)])
        say(_("If it is interrupted, the same command with {option} continues it.", option=option))

    def on_epoch(history: History) -> None:
        epoch_table(history)
        seen.append(history)

    run = run_pretraining(images, task, name, on_start=on_start, on_epoch=on_epoch, **how)
    if run.kept:
        say(_("The backbone of this run is there already: nothing was trained again."))
    for line in (*(summary(seen[-1]) if seen else ()), *told(run)):
        say(line)
    return run


def told(run: PretrainingRun) -> list[str]:
    """Return what a person should know of a pretraining that is done."""
    before, after, errors = run.facts["before"], run.facts["after"], run.facts["errors"]
    lines = []
    if "probe_accuracy" in after:
        lines.append(
            _(
                "A linear probe on the features: {probe} right, {probe_before} on those of the"
                " untrained network; 20 nearest neighbours: {knn} and {knn_before}. On a few"
                " images set aside: no evaluation.",
                probe=number(after["probe_accuracy"], 3),
                probe_before=number(before["probe_accuracy"], 3),
                knn=number(after["knn_accuracy"], 3),
                knn_before=number(before["knn_accuracy"], 3),
            )
        )
    if errors:
        lines.append(
            _(
                "Mean squared error where something was hidden: {network}; without learning: what"
                " is given {copy}, mean {mean}, blur {blur}, median {median}.",
                **{name: number(value, 4) for name, value in errors.items()},
            )
        )
    if run.facts["nearly_denoising"]:
        lines.append(
            _(
                "A median of the neighbours comes close: this is nearly denoising, and little has"
                " to be understood for it. Hide blocks: --set mask=blocks."
            )
        )
    for name in run.facts["alarms"]:
        values = {"before": number(before.get(name, 0.0), 2), "after": number(after[name], 2)}
        if name == "other_images":
            values = {"other": values["after"], "same": number(after["same_image"], 2)}
        lines.append(_(_ALARMS[name], **values))
    return lines
