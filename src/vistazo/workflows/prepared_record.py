"""What is written beside prepared images: the record of how they were made, as text."""

from pathlib import Path
from typing import Any

import yaml


def plain(reading: dict[str, Any]) -> dict[str, Any]:
    """Return how a source was read as plain values."""
    # how the data came here changes nothing of them
    settings = sorted((name, value) for name, value in reading.items() if name != "download")
    return {n: list(v) if isinstance(v, list | tuple) else v for n, v in settings}


def write_text(path: Path, text: str) -> None:
    """Write a text alike on every system."""
    path.write_text(text, encoding="utf-8", newline="\n")


def as_yaml(content: dict[str, Any]) -> str:
    """Return plain values as YAML, in their order."""
    return yaml.safe_dump(content, sort_keys=False, allow_unicode=True)
