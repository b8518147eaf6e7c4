"""The numbers of a page about images, for programs: what ``explore.json`` holds."""

from dataclasses import asdict
from typing import Any

from vistazo.data.image_files.file_statistics import FileStatistics
from vistazo.data.pixel_statistics import Moments, PixelStatistics
from vistazo.evaluation.label_safety import Share
from vistazo.features._hog_cells import cells_using_all, coverage
from vistazo.report.exploration.content import ChangeResult, Exploration
from vistazo.report.exploration.parts import part_counts

SCHEMA = "vistazo.exploration/1"


def as_json(exploration: Exploration) -> dict[str, Any]:
    """Return plain values; names of classes and sources as they are, no pictures."""
    data, shown = exploration.data, exploration.shown
    return {
        "schema": SCHEMA,
        "dataset": {
            "name": data.name,
            "fingerprint": data.fingerprint,
            "n_images": len(data),
            "n_shown": len(shown),
            "image_shape": list(data.images.image_shape),
            "classes": list(data.classes),
            "notes": list(data.notes),
            "n_bad_files": len(data.bad_files),
            "bad_files": [asdict(bad) for bad in data.bad_files],
        },
        "seed": exploration.seed,
        "counts": {"all": list(data.class_counts().values()), **part_counts(data)},
        "pixels": {
            "overall": _pixels(exploration.pixels.overall),
            "by_class": [_pixels(one) for one in exploration.pixels.by_class],
            "brightness_between_classes": exploration.pixels.between_classes,
        },
        "files": {
            "overall": _files(exploration.files),
            "by_class": [_files(one) for one in exploration.files_by_class],
        },
        "hog": _hog(exploration),
        "projection": _projection(exploration),
        "label_safety": _label_safety(exploration),
    }


def _pixels(statistics: PixelStatistics | None) -> dict[str, Any] | None:
    if statistics is None:
        return None
    return {
        "n_images": statistics.n_images,
        "brightness": _moments(statistics.brightness),
        "channels": [_moments(channel) for channel in statistics.channels],
    }


def _moments(moments: Moments) -> dict[str, float]:
    return moments._asdict()


def _files(statistics: FileStatistics | None) -> dict[str, Any] | None:
    if statistics is None:
        return None
    spreads = {
        name: None if spread is None else spread._asdict()
        for name in ("width", "height", "aspect", "kilobytes")
        for spread in [getattr(statistics, name)]
    }
    sizes = [dict(zip(("width", "height", "n_images"), s, strict=True)) for s in statistics.sizes]
    return {"n_images": statistics.n_images, **spreads, "sizes": sizes}


def _hog(exploration: Exploration) -> dict[str, Any]:
    setting = exploration.hog
    height, width, _channels = exploration.shown.images.image_shape
    return {
        **asdict(setting),
        **coverage(height, width, setting.cell)._asdict(),
        "cells_using_all": cells_using_all(height, width, setting.block),
    }


def _projection(exploration: Exploration) -> dict[str, Any] | None:
    projection, shown = exploration.projection, exploration.shown
    if projection is None:
        return None
    points = zip(exploration.projected, projection.pca, projection.tsne, strict=True)
    return {
        "features": exploration.features,
        "n_features": projection.n_features,
        "explained_variance": list(projection.explained),
        "neighbors_of_own_class": {
            space: float(agreement.mean()) for space, agreement in projection.agreement.items()
        },
        "points": [
            {
                "image": shown.sources[row],
                "label": str(shown.labels[row]),
                "pca": [round(value, 5) for value in pca.tolist()],
                "tsne": [round(value, 3) for value in tsne.tolist()],
            }
            for row, pca, tsne in points
        ],
    }


def _label_safety(exploration: Exploration) -> dict[str, Any] | None:
    safety = exploration.label_safety
    if safety is None:
        return None
    classes = exploration.shown.classes
    untouched = safety.results[0].effect
    return {
        "n_fitted": safety.n_fitted,
        "n_held_out": safety.n_held_out,
        "untouched": _share(untouched.before),
        "classes": [
            {"n_images": c.n_images, "n_recognised": c.n_recognised, "judged": c.judged}
            | {"untouched": _share(c.before)}
            for c in untouched.classes
        ],
        "changes": [_change(result, classes) for result in safety.results],
    }


def _change(result: ChangeResult, classes: tuple[str, ...]) -> dict[str, Any]:
    return {
        "name": result.name,
        "accuracy": _share(result.effect.after),
        "by_class": [_share(effect.after) for effect in result.effect.classes],
        "may_exchange": [
            {
                "classes": [classes[pair.one], classes[pair.other]],
                "there": _share(pair.there),
                "back": _share(pair.back),
            }
            for pair in result.effect.exchanges
        ],
        "held_by": list(result.held_by),
    }


def _share(share: Share | None) -> dict[str, float] | None:
    return None if share is None else share._asdict()
