"""A backbone that learns from images alone, with what shows whether it learned anything."""

import io
import shutil
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from numpy.typing import NDArray

from vistazo.data.dataset import ImageDataset
from vistazo.data.unlabelled_images import UnlabelledImages
from vistazo.environment import cores, limited_threads, versions
from vistazo.evaluation.parameters import parameters
from vistazo.evaluation.protocol import Protocol
from vistazo.figures.pretraining import pretraining_curves, reconstruction_gallery
from vistazo.files import read_json, sha256, write_bytes, write_json, write_text
from vistazo.methods._inner_split import inner_split
from vistazo.methods._networks import weights_of
from vistazo.persistence.weights import pack_arrays
from vistazo.persistence.writing import write_members
from vistazo.pretext import PretextTask
from vistazo.pretext._reconstruction import Reconstruction
from vistazo.pretraining import Pretrained, pretrain
from vistazo.pretraining.backbone_folder import MANIFEST, WEIGHTS, BackboneManifest
from vistazo.pretraining.baselines import hidden_errors, is_nearly_denoising
from vistazo.spreadsheets import table
from vistazo.training.batches import resident, to_network
from vistazo.training.checkpoint_place import checkpointing
from vistazo.training.device import find_device
from vistazo.training.history import History, listening
from vistazo.training.recipe import TrainingRecipe
from vistazo.workflows.kept_together import kept_together
from vistazo.workflows.run_folder import log_event, run_folder
from vistazo.workflows.run_outputs import write_bad_files

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_SHOWN = 8
_MOST_JUDGED = 1000
"""Images on which the reconstruction is compared with what needs no learning."""
_GALLERY_SEED = 0


@dataclass(frozen=True)
class PretrainingRun:
    """Where a backbone was written, and what was seen of it.

    Parameters
    ----------
    folder, backbone : Path
        The run folder, and the folder of the backbone in it.
    facts : mapping
        The content of ``pretraining.json``: ``before`` and ``after`` with what was measured on
        images set aside, ``errors`` of the reconstruction and of baselines, ``alarms``,
        ``nearly_denoising``, and numbers of images and parameters.
    seconds : float
    kept : bool
        Whether it was all there before.
    """

    folder: Path
    backbone: Path
    facts: Mapping[str, Any]
    seconds: float
    kept: bool = False


def run_pretraining(
    data: ImageDataset | UnlabelledImages,
    task: PretextTask,
    task_name: str,
    *,
    architecture: str = "fast-cnn",
    recipe: TrainingRecipe | None = None,
    seed: int = 0,
    threads: int | None = None,
    device: str = "auto",
    out: Path | str | None = None,
    on_start: Callable[[Path], None] = lambda folder: None,
    on_epoch: Callable[[History], None] = lambda history: None,
) -> PretrainingRun:
    """Pretrain a network on images and write its backbone with curves, pictures and a ledger.

    Parameters
    ----------
    data : ImageDataset or UnlabelledImages
        Images of a test part are not used. Classes judge the features after every epoch; nothing
        is learned from them.
    task : PretextTask
    task_name : str
        Its name in ``vistazo list pretext``.
    architecture : str, default="fast-cnn"
        A name of ``vistazo list architectures``.
    recipe : TrainingRecipe, optional
        By default the task's own.
    seed : int, default=0
    threads : int, optional
        By default as many as the processors allow.
    device : str, default="auto"
    out : path, optional
        The run folder; by default ``runs/pretrain/<data name>``, numbered where taken.
    on_start : callable
        Told the run folder before anything is trained.
    on_epoch : callable
        Told the history after every epoch.

    Raises
    ------
    UsageError, DataError, SetupError
        As :func:`~vistazo.pretraining.pretrain.pretrain`; ``E-RUN-OTHER``, ``E-RUN-WRITE``,
        ``E-DEVICE``.
    """
    recipe, threads, found = recipe or task.recipe(), threads or cores(), find_device(device)
    used = _used(data, seed)
    config = {
        "verb": "pretrain",
        "data": {"name": data.name, "fingerprint": used.fingerprint, "n_images": len(used)},
        "task": {"name": task_name, **parameters(task)},
        "architecture": architecture,
        "recipe": parameters(recipe),
        "seed": seed,
        "threads": threads,
        "device": str(found),
    }
    automatic = Path("runs") / "pretrain" / (data.name.replace("/", "-") or "data")
    with run_folder(Path(out) if out else None, automatic, config) as folder:
        log_event(folder, "started", verb="pretrain", data=data.name, task=task_name)
        place = folder / "backbone"
        if (place / "SHA256SUMS").exists():
            known = read_json(folder / "pretraining.json")
            return PretrainingRun(folder, place, known, 0.0, kept=True)
        if isinstance(data, ImageDataset):
            write_bad_files(folder, data)
        on_start(folder)
        started = time.monotonic()
        codes = None if isinstance(used, UnlabelledImages) else used.codes
        parts = inner_split(
            used.images,
            np.zeros(len(used), np.int64) if codes is None else codes,
            recipe.validation_fraction,
            seed,
        )
        checkpoints = folder / "checkpoint"
        with limited_threads(threads), checkpointing(checkpoints), listening(on_epoch):
            pretrained = pretrain(
                task,
                architecture,
                used.images.pixels,
                parts,
                recipe,
                seed=seed,
                device=found,
                codes=codes,
            )
            facts = _facts(task, pretrained, used.images.pixels)
        seconds = time.monotonic() - started
        _write_results(folder, used, task, pretrained, facts)
        manifest = {
            "architecture": architecture,
            "image_shape": used.images.image_shape,
            "task": config["task"],
            "seed": seed,
            "data": {**config["data"], "n_images": len(pretrained.rows)},  # type: ignore[dict-item]
            "alarms": tuple(facts["alarms"]),
        }
        _write_backbone(place, pretrained, manifest)
        shutil.rmtree(checkpoints, ignore_errors=True)
        log_event(folder, "done", seconds=round(seconds, 1))
    return PretrainingRun(folder, place, facts, seconds)


def _used(data: ImageDataset | UnlabelledImages, seed: int) -> ImageDataset | UnlabelledImages:
    """Return what may be seen: no test image, and copies of one image in one group."""
    if isinstance(data, UnlabelledImages):
        return data
    data = kept_together(data, Protocol(seed=seed))
    rows = data.rows("train", "validation")
    return data if len(rows) == len(data) else data.take(rows)


def _facts(task: PretextTask, pretrained: Pretrained, pixels: NDArray[np.uint8]) -> dict[str, Any]:
    errors: dict[str, float] = {}
    nearly = False
    if isinstance(task, Reconstruction):
        judged = pixels[pretrained.watched[:_MOST_JUDGED]]
        errors = hidden_errors(task, pretrained.network, resident(judged, torch.device("cpu")))
        nearly = task.hides and is_nearly_denoising(errors)
    return {
        "before": pretrained.before,
        "after": pretrained.after,
        "errors": errors,
        "nearly_denoising": nearly,
        "alarms": pretrained.collapsed,
        "n_trained_on": len(pretrained.rows),
        "n_watched": len(pretrained.watched),
        "n_parameters": sum(p.numel() for p in pretrained.backbone.parameters()),
    }


def _write_results(
    folder: Path,
    data: ImageDataset | UnlabelledImages,
    task: PretextTask,
    pretrained: Pretrained,
    facts: dict[str, Any],
) -> None:
    write_json(folder / "history.json", pretrained.history.as_json())
    write_json(folder / "pretraining.json", facts)
    watched = set(pretrained.watched.tolist()) - set(pretrained.rows.tolist())
    read = sorted({*pretrained.rows.tolist(), *watched})
    rows = [(data.sources[row], "watched" if row in watched else "trained on") for row in read]
    write_text(folder / "images.csv", table(("source", "part"), rows))
    write_text(folder / "weights.csv", table(_LEDGER, _ledger(pretrained)))
    _write_figure(folder / "curves.png", pretraining_curves(pretrained.history, pretrained.before))
    if isinstance(task, Reconstruction):
        shown = data.images.pixels[pretrained.watched[:_SHOWN]]
        _write_figure(folder / "reconstructions.png", _gallery(task, pretrained, shown))


_LEDGER = ("tensor", "shape", "origin", "sha256_before", "sha256_after")


def _ledger(pretrained: Pretrained) -> list[tuple[str, ...]]:
    rows: list[tuple[str, ...]] = []
    for name, tensor in pretrained.backbone.state_dict().items():
        before, after = pretrained.digests_before[name], pretrained.digests_after[name]
        origin = "unchanged" if before == after else "pretrained"
        rows.append((name, "×".join(map(str, tensor.shape)), origin, before, after))
    return rows


def _gallery(task: Reconstruction, pretrained: Pretrained, pixels: NDArray[np.uint8]) -> "Figure":
    images = to_network(resident(pixels, torch.device("cpu")))
    corrupted = task.corrupt(images, torch.Generator().manual_seed(_GALLERY_SEED))
    with torch.inference_mode():
        whole = task.reconstruct(pretrained.network, corrupted)
    # where nothing was hidden, what is known stays
    whole = torch.where(corrupted.hidden, whole, images)
    return reconstruction_gallery(pixels, _pixels(corrupted.images), _pixels(whole))


def _pixels(images: torch.Tensor) -> NDArray[np.uint8]:
    found: NDArray[np.uint8] = (images * 255).round().byte().permute(0, 2, 3, 1).numpy()
    return found


def _write_figure(path: Path, figure: "Figure") -> None:
    content = io.BytesIO()
    figure.savefig(content, format="png", dpi=120)
    write_bytes(path, content.getvalue())


def _write_backbone(place: Path, pretrained: Pretrained, facts: dict[str, Any]) -> None:
    weights = pack_arrays(weights_of(pretrained.backbone))
    manifest = BackboneManifest(**facts, sha256=sha256(weights), versions=versions())
    members = {MANIFEST: manifest.to_json(), WEIGHTS: weights}
    write_members(place, members, replace=True)
