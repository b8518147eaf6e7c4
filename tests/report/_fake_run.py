"""Run folders made by a simulation: pictures nobody drew, methods nobody trained."""

import csv
import json
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
import PIL.Image
from scipy import stats

from vistazo.metrics.label_scores import confusion_matrix
from vistazo.metrics.scores import score

HOSTILE = (
    "<img src=x onerror=alert(1)>",
    "</script><script>alert(1)</script>",
    "{{7*7}}",
    "\"quotes\" & 'apostrophes'",
    "=1+1|cmd",
    "niño, [cañón](x) `y` _z_",
    "</style></svg><svg onload=alert(1)>",
)


@dataclass(frozen=True)
class FakeMethod:
    """A method that knows each image with probability ``skill``."""

    name: str
    skill: float
    floor: bool = False
    probabilities: bool = True
    epochs: int = 0
    resubstitution: float | None = None
    error: str | None = None


METHODS = (
    FakeMethod("majority", 0.0, floor=True, resubstitution=0.1),
    FakeMethod("nearest-mean", 0.62, floor=True, probabilities=False, resubstitution=0.66),
    FakeMethod("color-histogram", 0.36, floor=True, resubstitution=0.52),
    FakeMethod("hog-svm", 0.815, probabilities=False, resubstitution=0.984),
    FakeMethod("cnn:fashion-cnn", 0.875, epochs=22, resubstitution=0.931),
    FakeMethod("linear-probe:efficientnet-lite0", 0.858, resubstitution=0.887),
    FakeMethod("random-frozen:efficientnet-lite0", 0.617, resubstitution=0.70),
)


def write_fake_run(
    folder: Path,
    classes: tuple[str, ...],
    n_images: int,
    *,
    dataset_name: str = "fake",
    methods: tuple[FakeMethod, ...] = METHODS,
    folds: int = 5,
    repeats: int = 1,
    split: str = "folds",
    positive_class: str | None = None,
    sources: tuple[str, ...] = (),
    pictures: Any = None,  # uint8 (n, height, width[, 3]), taken in turn
    bad_files: tuple[tuple[str, str, str], ...] = (),
    notes: tuple[str, ...] = (),
    probability_columns: bool = True,
    seed: int = 0,
) -> dict[str, Any]:
    """Write a run folder and return the content of its ``comparison.json``."""
    print("seed", seed)
    rng = np.random.default_rng(seed)
    labels = np.sort(rng.integers(0, len(classes), n_images))
    labels[: len(classes)] = np.arange(len(classes))
    sources = sources or tuple(f"img/{i:05d}.png" for i in range(n_images))
    hardness = rng.random(n_images)
    cells = [(r, f) for r in range(repeats) for f in range(folds)]
    fold_of = [rng.permutation(np.arange(n_images) % folds) for _ in range(repeats)]

    folder.mkdir(parents=True, exist_ok=True)
    entries: list[dict[str, Any]] = []
    with (folder / "predictions.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(
            [
                "image",
                "label",
                "method",
                "repeat",
                "fold",
                "predicted",
                *(f"p:{c}" for c in classes),
            ]
        )
        for method in sorted(methods, key=lambda m: m.name):
            if method.error:
                entries.append(_failed(method))
                continue
            outcomes = []
            for r, f in cells:
                test = np.flatnonzero(fold_of[r] == f)
                noise = rng.normal(0, 0.12, len(test))
                known = hardness[test] + noise < method.skill
                other = np.where(
                    rng.random(len(test)) < 0.6,
                    (labels[test] + 1) % len(classes),
                    rng.integers(0, len(classes), len(test)),
                )
                predicted = np.where(known, labels[test], other)
                if method.skill == 0:
                    predicted = np.zeros(len(test), int)
                confidence = np.clip(rng.beta(6, 2, len(test)), 1 / len(classes) + 1e-6, 0.9999)
                outcomes.append((test, predicted, confidence))
                rest = (1 - confidence) / max(len(classes) - 1, 1)
                for i, p, c, o in zip(test, predicted, confidence, rest, strict=True):
                    columns = [""] * len(classes)
                    if method.probabilities and probability_columns:
                        columns = [f"{o:.9g}"] * len(classes)
                        columns[p] = f"{c:.9g}"
                    writer.writerow(
                        [sources[i], classes[labels[i]], method.name, r, f, classes[p], *columns]
                    )
            entries.append(_entry(method, labels, outcomes, cells, classes, rng))

    level, rope = 0.95, 0.01
    measured = [entry for entry in entries if not entry["error"]]
    comparison = {
        "schema": "vistazo.comparison/1",
        "dataset": {
            "name": dataset_name,
            "n_images": n_images,
            "n_classes": len(classes),
            "classes": list(classes),
            "fingerprint": "5f" * 32,
            "class_counts": {
                c: int(n)
                for c, n in zip(classes, np.bincount(labels, minlength=len(classes)), strict=True)
            },
            "positive_class": positive_class,
            "size": [28, 28, 1],
            "n_bad_files": len(bad_files),
            "notes": list(notes),
        },
        "protocol": {
            "folds": folds,
            "repeats": repeats,
            "seed": seed,
            "grouped": True,
            "level": level,
            "rope": rope,
            "hash": "a1" * 32,
            "metric": "balanced_accuracy",
            "split": split,
            "n_train": n_images - n_images // folds,
            "n_test": n_images // folds,
        },
        "methods": entries,
        "verdicts": _verdicts(measured, level, rope),
        "winner": max(measured, key=lambda e: e["metrics"]["balanced_accuracy"]["mean"])["name"]
        if measured
        else None,
        "environment": {
            "vistazo": "0.1.0",
            "python": "3.11.7",
            "torch": "2.13.0+cpu",
            "cpu": "AMD EPYC",
            "cores": 2,
            "threads": 1,
            "processes": 2,
            "platform": "Linux-6.1-x86_64",
        },
    }
    _write(folder / "comparison.json", comparison)
    with (folder / "bad_files.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([("path", "code", "reason"), *bad_files])
    (folder / "config.yaml").write_text("verb: compare\nfolds: 5\n", encoding="utf-8")
    _write(folder / "environment.json", comparison["environment"])
    _thumbnails(folder / "thumbnails", sources, pictures)
    return comparison


def _write(path: Path, content: Any) -> None:
    path.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")


def _failed(method: FakeMethod) -> dict[str, Any]:
    return {
        "name": method.name,
        "parameters": {},
        "error": method.error,
        "floor": method.floor,
        "metrics": {},
        "per_class": [],
        "confusion_matrix": [],
        "optimism": {"resubstitution": None, "inner": None, "outer": None},
        "seconds": {"fit": None, "predict": None},
        "history": [],
        "n_parameters": None,
        "size_bytes": None,
    }


def _entry(
    method: FakeMethod, labels: Any, outcomes: Any, cells: Any, classes: Any, rng: Any
) -> dict[str, Any]:
    per_fold: dict[str, list[float]] = {}
    for test, predicted, confidence in outcomes:
        truth = labels[test]
        for name in ("balanced_accuracy", "accuracy", "macro_f1", "mcc"):
            value = score(name, truth, predicted, None, len(classes))
            per_fold.setdefault(name, []).append(value or 0.0)
        if method.probabilities:
            right = np.where(predicted == truth, confidence, (1 - confidence) / len(classes))
            per_fold.setdefault("log_loss", []).append(float(-np.log(right).mean()))
            per_fold.setdefault("macro_roc_auc", []).append(0.5 + method.skill / 2.1)
    metrics: dict[str, Any] = {name: _score(values) for name, values in per_fold.items()}
    for name in ("log_loss", "macro_roc_auc", "top_5"):
        metrics.setdefault(name, None)
    matrix = sum(
        confusion_matrix(labels[test], predicted, len(classes))
        for test, predicted, _confidence in outcomes
    )
    outer = metrics["balanced_accuracy"]["mean"]
    return {
        "name": method.name,
        "parameters": {"C": 10.0, "kernel": "rbf", "recipe": {"epochs": method.epochs or None}},
        "error": None,
        "floor": method.floor,
        "metrics": metrics,
        "per_class": _per_class(matrix, classes),
        "confusion_matrix": matrix.tolist(),
        "optimism": {
            "resubstitution": method.resubstitution,
            "inner": outer + 0.013 if method.epochs else None,
            "outer": outer,
        },
        "seconds": {"fit": 0.4 + 31.7 * method.skill**4, "predict": 0.00021},
        "history": [_history(r, f, method.epochs, rng) for r, f in cells] if method.epochs else [],
        "n_parameters": 241_546 if method.epochs else None,
        "size_bytes": 966_184,
    }


def _score(values: list[float]) -> dict[str, Any]:
    mean, sd = float(np.mean(values)), float(np.std(values, ddof=1)) if len(values) > 1 else None
    half = 0.02 if sd is None else 2.8 * sd * (1 / len(values) + 0.25) ** 0.5
    return {"mean": mean, "sd": sd, "low": mean - half, "high": mean + half, "per_fold": values}


def _per_class(matrix: Any, classes: tuple[str, ...]) -> list[dict[str, Any]]:
    right, total = np.diag(matrix), matrix.sum()
    rows, columns = matrix.sum(1), matrix.sum(0)
    scores = []
    for i, name in enumerate(classes):
        recall = _share(right[i], rows[i])
        precision = _share(right[i], columns[i])
        f1 = _share(2 * right[i], rows[i] + columns[i])
        specificity = _share(total - rows[i] - columns[i] + right[i], total - rows[i])
        scores.append(
            {
                "class": name,
                "support": int(rows[i]),
                "precision": precision,
                "recall": recall,
                "specificity": specificity,
                "f1": f1,
            }
        )
    return scores


def _share(part: int, whole: int) -> dict[str, float | None]:
    if not whole:
        return {"value": None, "low": None, "high": None}
    value = float(part / whole)
    half = 1.96 * (max(value * (1 - value), 1e-4) / whole) ** 0.5
    return {"value": value, "low": max(value - half, 0.0), "high": min(value + half, 1.0)}


def _history(repeat: int, fold: int, epochs: int, rng: Any) -> dict[str, Any]:
    t = np.arange(1, epochs + 1)
    train = 0.22 + 0.9 * np.exp(-t / 4) + rng.normal(0, 0.006, epochs)
    validation = 0.33 + 0.75 * np.exp(-t / 4) + 0.004 * t + rng.normal(0, 0.014, epochs)
    accuracy = 0.9 - 0.35 * np.exp(-t / 4) + rng.normal(0, 0.006, epochs)
    return {
        "repeat": repeat,
        "fold": fold,
        "columns": {
            "epoch": t.tolist(),
            "train_loss": train.tolist(),
            "validation_loss": validation.tolist(),
            "validation_accuracy": accuracy.tolist(),
            "learning_rate": [0.001] * epochs,
            "seconds": [1.4] * epochs,
        },
        "best_epoch": int(t[validation.argmin()]),
    }


def _verdicts(entries: list[dict[str, Any]], level: float, rope: float) -> list[dict[str, Any]]:
    found = []
    for a, b in combinations(entries, 2):
        x, y = (np.array(e["metrics"]["balanced_accuracy"]["per_fold"]) for e in (a, b))
        d, n = x - y, len(x)
        if n < 2:
            found.append(_verdict(a, b, float(d.mean()), None, None, None, None, None))
            continue
        se = max(d.std(ddof=1) * (1 / n + 0.25) ** 0.5, 1e-6)
        half = stats.t.ppf(0.5 + level / 2, n - 1) * se
        p = float(2 * stats.t.sf(abs(d.mean()) / se, n - 1))
        low, high = float(d.mean() - half), float(d.mean() + half)
        adjusted = min(1.0, 6 * p)
        word = "undecided"
        if -rope < low and high < rope:
            word = "equivalent"
        elif adjusted < 1 - level:
            word = "better" if d.mean() > 0 else "worse"
        found.append(_verdict(a, b, float(d.mean()), low, high, p, adjusted, word))
    return found


def _verdict(a: Any, b: Any, *values: Any) -> dict[str, Any]:
    keys = ("difference", "low", "high", "p_value", "p_adjusted", "verdict")
    return {
        "a": a["name"],
        "b": b["name"],
        "metric": "balanced_accuracy",
        **dict(zip(keys, values, strict=True)),
    }


def _thumbnails(folder: Path, sources: tuple[str, ...], pictures: Any) -> None:
    folder.mkdir(exist_ok=True)
    n_files = 0 if pictures is None else min(len(pictures), len(sources))
    for i in range(n_files):
        PIL.Image.fromarray(pictures[i]).save(folder / f"{i:05d}.png")
    index = {source: f"{i % n_files:05d}.png" for i, source in enumerate(sources) if n_files}
    _write(folder / "index.json", index)
