"""Labels for image files, from a saved model."""

import csv
import io
import json
import stat
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from vistazo.data.image_files.stored_files import DiskFile
from vistazo.data.image_files.stored_images import content_of
from vistazo.data.image_files.walking import Kind, walk
from vistazo.data.images import Images
from vistazo.errors import DataError
from vistazo.i18n import N_
from vistazo.persistence import Model, load
from vistazo.reasons import reason_of
from vistazo.spreadsheets import quoted

COLUMNS = ("path", "label", "score", "second_label", "second_score", "status")
_BATCH = 64


@dataclass(frozen=True)
class Prediction:
    """What a model says of one file.

    Parameters
    ----------
    path : str
        As it was given.
    label, second_label : str
        The likeliest classes; empty where there is none.
    score, second_score : float or None
        Their probabilities; None for methods that give none.
    status : str
        ``ok``, or the code of what was wrong with the file.
    reason : str
        What was wrong, for a person.
    """

    path: str
    label: str = ""
    score: float | None = None
    second_label: str = ""
    second_score: float | None = None
    status: str = "ok"
    reason: str = ""


def predict(
    model: Model | Path | str,
    sources: Sequence[Path | str],
    *,
    on_progress: Callable[[int, int], None] | None = None,
) -> list[Prediction]:
    """Predict the class of every image among files and folders.

    Parameters
    ----------
    model : Model or path
        A loaded model, or its folder.
    sources : sequence of paths
        Image files, and folders that are searched for them.
    on_progress : callable, optional
        Told the number of files done and of all files, after every batch.

    Returns
    -------
    list of Prediction
        One per file, in order. A file that is no readable image has its code as status and
        no label: it is never guessed.

    Raises
    ------
    DataError
        ``E-MODEL-…`` for a folder that is no sound model; ``E-DATA-PATH`` for a source that
        does not exist; ``E-DATA-EMPTY`` where there is no image at all.
    """
    loaded = model if isinstance(model, Model) else load(Path(model))
    paths = [path for source in sources for path in _files(Path(source))]
    if not paths:
        raise DataError(
            "E-DATA-EMPTY",
            N_("There is no image among: {sources}."),
            N_("Give image files, or folders that hold some."),
            sources=", ".join(str(source) for source in sources),
        )
    predictions: list[Prediction] = []
    for start in range(0, len(paths), _BATCH):
        predictions += _predict_batch(loaded, paths[start : start + _BATCH])
        if on_progress:
            on_progress(len(predictions), len(paths))
    return predictions


def _files(source: Path) -> Iterator[Path]:
    if source.is_dir():
        yield from (source.joinpath(*f.parts) for f in walk(source) if f.kind is Kind.IMAGE)
    elif source.exists():
        yield source
    else:
        raise DataError(
            "E-DATA-PATH",
            N_("{path} does not exist."),
            N_("Check the spelling; nothing was predicted."),
            path=source,
        )


def _predict_batch(model: Model, paths: list[Path]) -> list[Prediction]:
    read: dict[Path, Images] = {}
    refused: dict[Path, Prediction] = {}
    for path in paths:
        try:
            read[path] = model.read(_content(path, model))
        except DataError as error:
            refused[path] = Prediction(str(path), status=error.code, reason=error.what)
    answered = dict(zip(read, _ask(model, read), strict=True))
    return [refused[path] if path in refused else answered[path] for path in paths]


def _content(path: Path, model: Model) -> bytes:
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            raise OSError(N_("not a regular file"))
        return content_of(DiskFile(path), model.policy.limits)
    except OSError as error:
        raise DataError(
            "E-IMG-READ",
            N_("{path} cannot be read: {reason}."),
            path=path,
            reason=reason_of(error),
        ) from None


def _ask(model: Model, read: dict[Path, Images]) -> Iterator[Prediction]:
    if not read:
        return
    images = Images(
        np.concatenate([one.pixels for one in read.values()]),
        np.concatenate([one.facts for one in read.values()]),
    )
    labels = model.predict(images)
    probabilities = model.predict_proba(images)
    for row, path in enumerate(read):
        if probabilities is None:
            yield Prediction(str(path), str(labels[row]))
            continue
        second, first = np.argsort(probabilities[row], kind="stable")[-2:]
        yield Prediction(
            str(path),
            model.classes[first],
            float(probabilities[row, first]),
            model.classes[second],
            float(probabilities[row, second]),
        )


def as_csv(predictions: Sequence[Prediction]) -> str:
    """Return predictions as CSV, with a point as decimal mark in every language."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(COLUMNS)
    for one in predictions:
        writer.writerow([_csv_cell(getattr(one, column)) for column in COLUMNS])
    return buffer.getvalue()


def as_json(predictions: Sequence[Prediction]) -> str:
    """Return predictions as a JSON list of objects."""
    rows = [{column: getattr(one, column) for column in COLUMNS} for one in predictions]
    return json.dumps(rows, indent=1, ensure_ascii=False) + "\n"


def _csv_cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:.6g}"
    return quoted(str(value))
