"""What a value must be, in words a person knows."""

import inspect
import re
import typing
from collections.abc import Mapping
from typing import Any

from vistazo.i18n import N_, _

_TYPES: dict[Any, str] = {
    int: N_("a whole number"),
    float: N_("a number"),
    bool: N_("yes or no"),
    str: N_("a text"),
    type(None): N_("none"),
}
_PROBLEMS = {
    "int": _TYPES[int],
    "float": _TYPES[float],
    "finite": _TYPES[float],
    "bool": _TYPES[bool],
    "string": _TYPES[str],
    "list": N_("a list"),
    "model": N_("keys with values"),
    "dict": N_("keys with values"),
    "too": N_("a list that is not empty"),
}


def kind(hint: Any) -> str:
    """Return what a value of a declared type must be, such as ``a whole number | none``."""
    if typing.get_origin(hint) is typing.Literal:
        return " | ".join(map(str, typing.get_args(hint)))
    parts = typing.get_args(hint)
    if parts and not inspect.isclass(hint):
        return " | ".join(kind(part) for part in parts)
    return _(_TYPES[hint]) if hint in _TYPES else getattr(hint, "__name__", str(hint))


def expected(problem: Mapping[str, Any]) -> str:
    """Return what the value that pydantic refused must be.

    Parameters
    ----------
    problem : mapping
        One of ``pydantic.ValidationError.errors()``.
    """
    found, limits = problem["type"], problem.get("ctx", {})
    if found == "greater_than_equal":
        return _("at least {least}", least=limits["ge"])
    if found == "less_than_equal":
        return _("at most {most}", most=limits["le"])
    if found in ("literal_error", "enum"):
        return " | ".join(re.findall("'([^']*)'", limits["expected"]))
    text = _PROBLEMS.get(found.partition("_")[0])
    return _(text) if text else str(problem["msg"])
