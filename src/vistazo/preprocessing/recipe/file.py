"""A recipe in a YAML file: ``steps:``, one to a line."""

from pathlib import Path
from typing import Any

import pydantic

from vistazo import catalog
from vistazo.errors import UsageError, VistazoError
from vistazo.i18n import N_, _
from vistazo.preprocessing import Step
from vistazo.preprocessing.recipe import Recipe, step_from_value
from vistazo.yaml_reading import Items, read_yaml

__all__ = ["read_recipe"]

PREPARED = "vistazo.prepared/1"
"""Schema of the record that a prepared data set keeps: it holds its recipe."""


class _File(pydantic.BaseModel):
    """What a file may hold; every value is still text."""

    model_config = pydantic.ConfigDict(extra="forbid")

    steps: list[str | dict[str, str | dict[str, str]]]


def read_recipe(path: Path | str) -> Recipe:
    """Return the recipe in a YAML file.

    Parameters
    ----------
    path : path
        Of a mapping with the key ``steps``: a list of what
        :func:`~vistazo.preprocessing.recipe.recipe_from_values` takes. Or ``prepare.yaml`` of
        a data set that was prepared.

    Raises
    ------
    UsageError
        ``E-CONFIG-…`` as of :func:`~vistazo.yaml_reading.read_yaml`; ``E-NAME`` a key other than
        ``steps``; ``E-RECIPE`` for a file without steps, and with line and number for a step that
        cannot be taken.
    """
    path = Path(path)
    content = read_yaml(path)
    if isinstance(content, dict) and content.get("schema") == PREPARED:
        content = {"steps": content.get("steps")}
    items = content.get("steps") if isinstance(content, dict) else None
    lines = items.lines if isinstance(items, Items) else []
    try:
        steps = _File.model_validate(content).steps
    except pydantic.ValidationError as error:
        # an unknown key tells more than the one that is missing for it
        problems = sorted(error.errors(), key=lambda one: one["type"] != "extra_forbidden")
        raise _wrong_form(path, lines, problems[0]) from None
    recipe = Recipe(tuple(_step(path, lines, number, step) for number, step in enumerate(steps)))
    recipe.check()
    return recipe


def _wrong_form(path: Path, lines: list[int], problem: Any) -> UsageError:
    example = N_("Write '- resize: 64', or '- resize: {{size: 64, fit: crop}}'.")
    if problem["type"] == "extra_forbidden":
        return catalog.unknown("keys", str(problem["loc"][0]), ["steps"])
    if len(problem["loc"]) > 1:
        number = problem["loc"][1]
        return _refused(path, lines, number, _("this is not how a step is written."), example)
    message = N_("{path} holds no list of 'steps:'.")
    return UsageError("E-RECIPE", message, example, path=path)


def _step(path: Path, lines: list[int], number: int, value: object) -> Step:
    try:
        return step_from_value(value)
    except VistazoError as error:
        raise _refused(path, lines, number, error.what, error.next_step) from None


def _refused(path: Path, lines: list[int], number: int, reason: str, hint: str) -> UsageError:
    return UsageError(
        "E-RECIPE",
        N_("{path}, line {line}, step {number}: {reason}"),
        hint,
        path=path,
        line=lines[number],
        number=number + 1,
        reason=reason,
    )
