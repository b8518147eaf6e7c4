"""A run folder, read once: all that a report is made of."""

import csv
from dataclasses import dataclass
from pathlib import Path

from vistazo.data.dataset import BadFile
from vistazo.errors import DataError
from vistazo.files import read_json
from vistazo.i18n import N_
from vistazo.report.diagnosis import DiagnosisContent, read_diagnosis
from vistazo.report.mistakes import Mistakes, read_mistakes
from vistazo.report.summary import Summary, schema_error, summarize
from vistazo.report.thumbnails import Thumbnails, read_thumbnails


@dataclass(frozen=True)
class Run:
    """What a run folder holds.

    Parameters
    ----------
    summary : Summary
        The comparison.
    mistakes : dict of str to Mistakes
        Misclassified images by method, of the winner and of methods that are not floors.
    bad_files : tuple of BadFile
        Files that were left out.
    thumbnails : Thumbnails
        Small pictures by image source.
    settings : str
        ``config.yaml`` as it is; empty where there is none.
    diagnosis : DiagnosisContent or None
        Of ``vistazo diagnose``, where that wrote the folder.
    """

    summary: Summary
    mistakes: dict[str, Mistakes]
    bad_files: tuple[BadFile, ...]
    thumbnails: Thumbnails
    settings: str
    diagnosis: DiagnosisContent | None = None


def read_run(folder: Path) -> Run:
    """Read a run folder, wherever it has been moved.

    Raises
    ------
    DataError
        ``E-RUN-NONE`` where the folder holds no ``comparison.json``; ``E-RUN-SCHEMA`` where
        this is not one.
    """
    comparison = folder / "comparison.json"
    if not comparison.is_file():
        raise DataError(
            "E-RUN-NONE",
            N_("{folder} holds no comparison.json: no finished comparison is there."),
            N_("Give the folder that a comparison wrote; the same command again finishes one."),
            folder=folder,
        )
    summary = _read_summary(comparison)
    predictions = folder / "predictions.csv"
    looked_at = [method.name for method in summary.winner_first]
    return Run(
        summary,
        read_mistakes(predictions, looked_at) if predictions.is_file() else {},
        _read_bad_files(folder / "bad_files.csv"),
        read_thumbnails(folder / "thumbnails"),
        _read_settings(folder / "config.yaml"),
        read_diagnosis(folder),
    )


def _read_summary(path: Path) -> Summary:
    try:
        content = read_json(path)
    except ValueError as error:
        raise schema_error(path.name, error) from error
    return summarize(content)


def _read_bad_files(path: Path) -> tuple[BadFile, ...]:
    if not path.is_file():
        return ()
    with path.open(encoding="utf-8", newline="") as file:
        return tuple(
            BadFile(row["path"], row["code"], row["reason"]) for row in csv.DictReader(file)
        )


def _read_settings(path: Path) -> str:
    return path.read_text(encoding="utf-8") if path.is_file() else ""
