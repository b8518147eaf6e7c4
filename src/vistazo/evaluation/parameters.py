"""An estimator's settings as plain data."""

import inspect
from typing import Any

import numpy as np


def describe(value: Any) -> Any:
    """Return a parameter, or an estimator with all its parameters, as JSON values.

    Two estimators with equal descriptions do the same with the same data; that is what
    makes a stored result usable again.
    """
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, np.generic):
        return value.item()
    if isinstance(value, list | tuple):
        return [describe(item) for item in value]
    if isinstance(value, dict):
        return {str(key): describe(item) for key, item in value.items()}
    if isinstance(value, np.ndarray):
        return {"array": value.tolist()}
    if hasattr(value, "get_params") and not inspect.isclass(value):
        parameters = {name: describe(v) for name, v in value.get_params(deep=False).items()}
        return {"class": _qualified_name(type(value)), **parameters}
    if callable(value) and hasattr(value, "__qualname__"):
        return {"function": _qualified_name(value)}
    return {"class": _qualified_name(type(value)), "repr": repr(value)}


def parameters(estimator: Any) -> dict[str, Any]:
    """Return the parameters of an estimator as JSON values, without its class."""
    described: dict[str, Any] = describe(estimator)
    return {name: value for name, value in described.items() if name != "class"}


def _qualified_name(thing: Any) -> str:
    return f"{thing.__module__}.{thing.__qualname__}"
