"""What a run decided of its machine when it began is not decided again when it is continued."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sklearn.base import clone

from vistazo.errors import SetupError
from vistazo.methods import ImageClassifier
from vistazo.workflows.run_folder import read_config

_OF_THE_MACHINE = ("device", "engine", "recipe__precision", "pretraining__precision")
"""Parameters that ``resolve`` decides by looking at the machine, or by measuring it."""


def earlier_config(out: Path | str | None) -> Mapping[str, Any]:
    """Return the configuration of the run that a folder holds; empty where it holds none."""
    return (read_config(Path(out)) if out is not None else None) or {}


def as_decided_before(method: Any, before: object) -> Any:
    """Return a method in which what is open is as a run has it.

    What a person gives stays: where it is something else, the run is another one. So it is where
    this machine lacks the device of the run.

    Parameters
    ----------
    method : classifier
        Those of others than Vistazo come back as they are.
    before : object
        The parameters of the method in the configuration of the run, if there are any.
    """
    if not isinstance(method, ImageClassifier) or not isinstance(before, Mapping):
        return method
    known = method.get_params(deep=True)
    open_ = [name for name in _OF_THE_MACHINE if name in known and known[name] in ("auto", None)]
    found = {name: _value(before, name) for name in open_}
    decided = {
        name: value
        for name, value in found.items()
        if isinstance(value, str) and (name != "device" or _is_here(value))
    }
    return clone(method, safe=False).set_params(**decided) if decided else method


def _is_here(device: str) -> bool:
    from vistazo.training.device import find_device  # loads torch

    try:
        find_device(device)
    except SetupError:
        return False
    return True


def _value(before: Mapping[str, Any], parameter: str) -> object:
    value: object = before
    for name in parameter.split("__"):
        value = value.get(name) if isinstance(value, Mapping) else None
    return value
