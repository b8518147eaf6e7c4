"""The methods a model folder may name, and the objects their parameters may be."""

from typing import Any

from vistazo import catalog
from vistazo.methods import ImageClassifier
from vistazo.methods.ensemble import EnsembleClassifier, SharedRecipe
from vistazo.training.recipe import TrainingRecipe

_NESTED: dict[str, type[Any]] = {"recipe": TrainingRecipe, "pretraining": TrainingRecipe}
_NESTED_IN: dict[str, dict[str, type[Any]]] = {"ensemble": {"recipe": SharedRecipe}}


def nested_class(method: str, parameter: str) -> type[Any] | None:
    """Return the class of a parameter that is an object, or None for one that is not.

    A file names the method and the parameter, never a class.
    """
    return _NESTED_IN.get(method, _NESTED).get(parameter)


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


def foreign_member(estimator: ImageClassifier) -> str | None:
    """Return the class of an ensemble's first member that is not Vistazo's own, or None."""
    members = estimator.new_members() if isinstance(estimator, EnsembleClassifier) else []
    return next((type(m).__name__ for m in members if own_name(type(m)) is None), None)
