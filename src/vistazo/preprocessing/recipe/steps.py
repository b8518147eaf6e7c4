"""One step from its name and what was written for its parameters."""

import typing
from collections.abc import Mapping
from typing import Any

import pydantic

from vistazo import catalog
from vistazo.errors import UsageError
from vistazo.i18n import N_, _
from vistazo.preprocessing import Step
from vistazo.preprocessing._size import Size

__all__ = ["step_named"]

_KINDS = {
    int: N_("a whole number"),
    float: N_("a number"),
    type(None): N_("none"),
}


def step_named(name: str, given: Mapping[str | None, Any]) -> Step:
    """Return a step.

    Parameters
    ----------
    name : str
    given : mapping
        Values by parameter, as text or as what they are; that of None is for the main one.

    Raises
    ------
    UsageError
        ``E-NAME`` for a step or parameter that does not exist, ``E-STEP`` for a value without
        a parameter to take it, ``E-VALUE`` for one of the wrong kind or out of its range.
    """
    known = catalog.names("preprocessing")
    if name not in known:
        raise catalog.unknown("steps", name, known)
    kind: type[Step] = catalog.load("preprocessing", name)
    values = {_parameter(kind, parameter): _value(value) for parameter, value in given.items()}
    if len(values) < len(given):
        raise _twice(kind)
    try:
        step = kind(**values)
    except pydantic.ValidationError as error:
        raise _refused(kind, error.errors()[0]) from None
    step.check()
    return step


def _parameter(kind: type[Step], parameter: str | None) -> str:
    known = list(kind.model_fields)
    if parameter is None and known:
        return known[0]
    if parameter is None:
        raise UsageError(
            "E-STEP",
            N_("The step '{step}' takes no value."),
            N_("Write its name alone."),
            step=kind.name(),
        )
    if parameter not in known:
        names = [f"{kind.name()}.{name}" for name in known]
        raise catalog.unknown("parameters", f"{kind.name()}.{parameter}", names)
    return parameter


def _value(value: Any) -> Any:
    return None if isinstance(value, str) and value.lower() in ("none", "null") else value


def _twice(kind: type[Step]) -> UsageError:
    return UsageError(
        "E-STEP",
        N_("The parameter '{name}' of the step '{step}' is given twice."),
        N_("Keep one of them."),
        name=next(iter(kind.model_fields)),
        step=kind.name(),
    )


def _refused(kind: type[Step], problem: Any) -> UsageError:
    parameter = str(problem["loc"][0])
    if problem["type"] == "missing":
        return UsageError(
            "E-STEP",
            N_("The step '{step}' needs its '{name}': {kind}."),
            N_("Write it as {step}=VALUE."),
            step=kind.name(),
            name=parameter,
            kind=_kind(kind, parameter),
        )
    return UsageError(
        "E-VALUE",
        N_("'{name}' cannot be '{value}': it must be {kind}."),
        N_("Nothing was started. Correct the value and run the command again."),
        name=f"{kind.name()}.{parameter}",
        value=problem["input"],
        kind=_kind(kind, parameter),
    )


def _kind(kind: type[Step], parameter: str) -> str:
    hint = typing.get_type_hints(kind, include_extras=True)[parameter]
    parts = typing.get_args(hint) if type(None) in typing.get_args(hint) else (hint,)
    return " | ".join(_kind_of(part) for part in parts)


def _kind_of(hint: Any) -> str:
    if hint is Size:
        return _("a number of pixels N, or HxW")
    if typing.get_origin(hint) is typing.Literal:
        return " | ".join(map(str, typing.get_args(hint)))
    return _(_KINDS[hint])
