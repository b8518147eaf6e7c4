"""The files that follow from a comparison."""

from pathlib import Path

from vistazo.data.dataset import ImageDataset
from vistazo.evaluation.comparison import Comparison
from vistazo.evaluation.predictions import predictions_csv
from vistazo.files import write_json, write_text
from vistazo.spreadsheets import quoted, table
from vistazo.workflows.thumbnails import write_thumbnails


def write_outputs(folder: Path, comparison: Comparison) -> None:
    """Write predictions, scores, split, bad files and pictures into a run folder."""
    data = comparison.data
    write_bad_files(folder, data)
    rows = [
        (quoted(data.sources[row]), split.repeat, split.fold)
        for split in comparison.splits
        for row in split.test.tolist()
    ]
    write_text(folder / "split.csv", table(("image", "repeat", "fold"), rows))
    if comparison.protocol.labels != 1:
        labelled = [
            (quoted(data.sources[row]), split.repeat, split.fold)
            for split in comparison.splits
            for row in split.train.tolist()
        ]
        write_text(folder / "labels.csv", table(("image", "repeat", "fold"), labelled))
    _write_pretrained(folder, comparison)
    write_text(folder / "predictions.csv", predictions_csv(comparison))
    write_json(folder / "comparison.json", comparison.to_dict())
    write_thumbnails(folder, comparison)


def _write_pretrained(folder: Path, comparison: Comparison) -> None:
    """Write ``pretrained.csv``: the tensors that began to learn the classes, fold by fold."""
    rows = [
        (quoted(method), split.repeat, split.fold, quoted(name), shape, before, after)
        for method in comparison.methods
        if method not in comparison.failures
        for split, result in comparison.cells(method)
        if result.pretraining is not None
        for name, shape, before, after in result.pretraining["tensors"]
    ]
    if rows:
        header = ("method", "repeat", "fold", "tensor", "shape", "sha256_before", "sha256_after")
        write_text(folder / "pretrained.csv", table(header, rows))


def write_bad_files(folder: Path, data: ImageDataset) -> None:
    """Write ``bad_files.csv``: what was left out and why."""
    rows = [(quoted(bad.path), bad.code, bad.reason) for bad in data.bad_files]
    write_text(folder / "bad_files.csv", table(("path", "code", "reason"), rows))
