"""A comparison as plain data: the content of ``comparison.json``."""

import math
from dataclasses import asdict
from typing import Any

from vistazo.evaluation.comparison import SCHEMA, Comparison
from vistazo.evaluation.parameters import parameters
from vistazo.evaluation.protocol import split_hash
from vistazo.evaluation.spread import interval_dict, verdicts_of
from vistazo.metrics.per_class import per_class
from vistazo.metrics.scores import METRICS


def comparison_dict(comparison: Comparison) -> dict[str, Any]:
    """Return every number of a comparison; what is not a finite number becomes None.

    Names are never translated; lists of classes and matrices follow ``dataset.classes``.
    """
    content = {
        "schema": SCHEMA,
        "dataset": _dataset(comparison),
        "protocol": _protocol(comparison),
        "methods": [_method(comparison, name) for name in _in_order(comparison)],
        "verdicts": [asdict(verdict) for verdict in verdicts_of(comparison)],
        "winner": comparison.winner,
        "environment": dict(comparison.environment),
    }
    finite: dict[str, Any] = _finite(content)
    return finite


def _in_order(comparison: Comparison) -> list[str]:
    return [*comparison.ranking(), *comparison.failures]


def _dataset(comparison: Comparison) -> dict[str, Any]:
    data = comparison.data
    return {
        "name": data.name,
        "n_images": len(data),
        "n_classes": len(data.classes),
        "classes": list(data.classes),
        "fingerprint": data.fingerprint,
        "class_counts": data.class_counts(),
        "positive_class": comparison.positive_class,
        "size": list(data.images.shape[1:]),
        "n_bad_files": len(data.bad_files),
        "notes": list(data.notes),
        "copies": _copies(comparison),
    }


def _copies(comparison: Comparison) -> dict[str, int] | None:
    if comparison.protocol.duplicates == "ignore":
        return None
    copies = comparison.data.copies
    leaked = sum(len(copies.leaked(split.test, split.train)) for split in comparison.splits)
    return {"images": copies.n_images, "groups": copies.n_groups, "leaked": leaked}


def _protocol(comparison: Comparison) -> dict[str, Any]:
    protocol, first = comparison.protocol, comparison.splits[0]
    return {
        "folds": protocol.folds,
        "repeats": protocol.repeats,
        "seed": protocol.seed,
        "grouped": comparison.data.images.groups is not None,
        "level": protocol.level,
        "rope": protocol.rope,
        "hash": split_hash(comparison.splits),
        "metric": protocol.metric,
        "split": protocol.split,
        "duplicates": protocol.duplicates,
        "labels": protocol.labels,
        "n_train": first.n_train,
        "n_labels": len(first.train),
        "n_test": len(first.test),
    }


def _method(comparison: Comparison, name: str) -> dict[str, Any]:
    described = {
        "name": name,
        "parameters": parameters(comparison.methods[name]),
        "error": comparison.failures.get(name),
        "floor": name in comparison.floors,
        "observations": _observations(comparison, name),
    }
    if name in comparison.failures:
        return described | {
            "metrics": dict.fromkeys(METRICS),
            "per_class": [],
            "confusion_matrix": [],
            "optimism": dict.fromkeys(("resubstitution", "inner", "outer")),
            "seconds": dict.fromkeys(("fit", "predict")),
            "history": [],
            "pretraining": [],
            "n_parameters": None,
            "n_trainable": None,
            "size_bytes": None,
        }
    confusion = comparison.confusion(name)
    cells = comparison.cells(name)
    return described | {
        "metrics": {metric: interval_dict(comparison, name, metric) for metric in METRICS},
        "per_class": per_class(
            confusion,
            comparison.data.classes,
            repeats=comparison.protocol.repeats,
            level=comparison.protocol.level,
        ),
        "confusion_matrix": confusion.tolist(),
        "optimism": comparison.optimism(name),
        "seconds": comparison.seconds(name),
        "history": [
            {"repeat": split.repeat, "fold": split.fold, **result.history}
            for split, result in cells
            if result.history is not None
        ],
        "pretraining": [
            {
                "repeat": split.repeat,
                "fold": split.fold,
                "n_images": result.pretraining["n_images"],
                "n_tensors": len(result.pretraining["tensors"]),
                "alarms": list(result.pretraining["alarms"]),
            }
            for split, result in cells
            if result.pretraining is not None
        ],
        "n_parameters": cells[0][1].n_parameters,
        "n_trainable": cells[0][1].n_trainable,
        "size_bytes": cells[0][1].size_bytes,
    }


def _observations(comparison: Comparison, name: str) -> list[dict[str, Any]] | None:
    """Return what can be said against a transfer method's settings; None for another method."""
    observe = getattr(comparison.methods[name], "observations", None)
    if observe is None or name in comparison.failures:
        return None
    found = observe(comparison.data.images.image_shape)
    return None if found is None else [asdict(observation) for observation in found]


def _finite(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _finite(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(item) for item in value]
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value
