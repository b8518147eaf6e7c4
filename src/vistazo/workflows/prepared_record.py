"""What is written beside prepared images: the record of how they were made, as text."""

from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path
from typing import Any

import yaml

from vistazo.data.dataset import ImageDataset
from vistazo.data.unlabelled_images import UnlabelledImages
from vistazo.errors import require
from vistazo.preprocessing.recipe.file import PREPARED
from vistazo.workflows.prepared_writing import ENDINGS, SCALES


def check_settings(to: str, image_format: str, scale: str, limit: int | None) -> None:
    """Raise ``E-VALUE`` for the first setting of what is written that cannot be."""
    require(to in ("folders", "arrays"), "to", to, "folders | arrays")
    require(image_format in ENDINGS, "image_format", image_format, " | ".join(ENDINGS))
    require(scale in SCALES, "scale", scale, " | ".join(SCALES))
    require(limit is None or limit >= 1, "limit", limit, "≥ 1")


def record_of(
    data: ImageDataset | UnlabelledImages,
    origin: dict[str, Any],
    wanted: dict[str, Any],
    **about: Any,
) -> str:
    """Return ``prepare.yaml``: how the images were made, and what was left out.

    Parameters
    ----------
    data : ImageDataset or UnlabelledImages
        The images that were read.
    origin, wanted : dict
        What they were read from, and what was asked for.
    **about
        What else a person should find.
    """
    record = {
        "schema": PREPARED,
        "vistazo": version("vistazo"),
        "source": origin,
        **wanted,
        "image_shape": list(data.images.image_shape),
        **about,
        "left_out": [asdict(bad) for bad in data.bad_files],
        "notes": list(data.notes),
    }
    return yaml.safe_dump(record, sort_keys=False, allow_unicode=True)


def plain(reading: dict[str, Any]) -> dict[str, Any]:
    """Return how a source was read as plain values."""
    # how the data came here changes nothing of them
    settings = sorted((name, value) for name, value in reading.items() if name != "download")
    return {n: list(v) if isinstance(v, list | tuple) else v for n, v in settings}


def write_text(path: Path, text: str) -> None:
    """Write a text alike on every system."""
    path.write_text(text, encoding="utf-8", newline="\n")
