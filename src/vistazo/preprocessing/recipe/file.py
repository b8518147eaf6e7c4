"""A recipe in a YAML file: ``steps:``, one to a line."""

from pathlib import Path
from typing import Any

import pydantic
import yaml

from vistazo import catalog
from vistazo.errors import UsageError, VistazoError
from vistazo.i18n import N_, _
from vistazo.preprocessing import Step
from vistazo.preprocessing.recipe import Recipe, step_from_value
from vistazo.reasons import reason_of

__all__ = ["read_recipe"]

PREPARED = "vistazo.prepared/1"
"""Schema of the record that a prepared data set keeps: it holds its recipe."""
MAX_BYTES = 1_000_000
_CORRECT = N_("Correct the file and run again.")


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
        ``E-CONFIG-FILE`` not readable or larger than 1 MB, ``E-CONFIG-YAML`` no YAML,
        ``E-NAME`` a key other than ``steps``, ``E-RECIPE`` for a file without steps, and with
        line and number for a step that cannot be taken.
    """
    path = Path(path)
    content, lines = _read(path)
    if isinstance(content, dict) and content.get("schema") == PREPARED:
        content = {"steps": content.get("steps")}
    try:
        steps = _File.model_validate(content).steps
    except pydantic.ValidationError as error:
        # an unknown key tells more than the one that is missing for it
        problems = sorted(error.errors(), key=lambda one: one["type"] != "extra_forbidden")
        raise _wrong_form(path, lines, problems[0]) from None
    recipe = Recipe(tuple(_step(path, lines, number, step) for number, step in enumerate(steps)))
    recipe.check()
    return recipe


def _read(path: Path) -> tuple[Any, list[int]]:
    """Return the content, every scalar as text, and the line of each step."""
    try:
        with path.open("rb") as file:
            content = file.read(MAX_BYTES + 1)
        if len(content) > MAX_BYTES:
            raise OSError(_("it is larger than {limit} bytes", limit=MAX_BYTES))
        text = content.decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        message = N_("{path} cannot be read: {reason}.")
        raise UsageError(
            "E-CONFIG-FILE", message, _CORRECT, path=path, reason=reason_of(error)
        ) from None
    try:
        # without tags: whatever a file says, only texts, lists and mappings are made
        loader = yaml.BaseLoader(text)
        node = loader.get_single_node()
        return loader.construct_document(node) if node else None, _lines(node)
    except (yaml.YAMLError, RecursionError) as error:
        message = N_("{path} is not YAML: {reason}.")
        raise UsageError(
            "E-CONFIG-YAML", message, _CORRECT, path=path, reason=reason_of(error)
        ) from None


def _lines(node: Any) -> list[int]:
    if not isinstance(node, yaml.MappingNode):
        return []
    steps = next((value for key, value in node.value if key.value == "steps"), None)
    items = steps.value if isinstance(steps, yaml.SequenceNode) else []
    return [item.start_mark.line + 1 for item in items]


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
