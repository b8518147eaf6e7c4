"""The methods a model folder may name, and the objects their parameters may be."""

from typing import Any

from vistazo import catalog
from vistazo.methods import ImageClassifier
from vistazo.training.recipe import TrainingRecipe

NESTED: dict[str, type[Any]] = {"recipe": TrainingRecipe}
"""Parameters that are objects: a file names the parameter, never a class."""


def own_class(name: str) -> type[ImageClassifier] | None:
    """Return Vistazo's own method of that name, or None where there is none."""
    if name not in catalog.names("methods"):
        return None
    kind: type[ImageClassifier] = catalog.load("methods", name)
    return kind if kind.__module__ == f"vistazo.methods.{name.replace('-', '_')}" else None


def own_name(kind: type) -> str | None:
    """Return the name of a class that is Vistazo's own method, or None where it is not."""
    name = kind.__module__.rpartition(".")[2].replace("_", "-")
    return name if own_class(name) is kind else None
