"""Sides of images as a person writes them: ``64``, or height and width as ``96x128``."""

import re
from typing import Annotated

import pydantic

from vistazo.data.policy import LARGEST


def _sides(value: object) -> object:
    text = str(value).strip().lower()
    if re.fullmatch(r"\d{1,9}", text):
        return int(text), int(text)
    if re.fullmatch(r"\d{1,9}x\d{1,9}", text):
        height, width = text.split("x")
        return int(height), int(width)
    if isinstance(value, tuple):
        return value
    raise ValueError(text)


def _written(size: tuple[int, int]) -> int | str:
    height, width = size
    return height if height == width else f"{height}x{width}"


Size = Annotated[
    tuple[int, int], pydantic.BeforeValidator(_sides), pydantic.PlainSerializer(_written)
]
"""(height, width) in pixels; written as one number where they are equal."""


def limits(size: tuple[int, int]) -> tuple[bool, str]:
    """Return whether both sides can be asked for, and what must hold."""
    return all(1 <= side <= LARGEST for side in size), f"1 ≤ N ≤ {LARGEST}"
