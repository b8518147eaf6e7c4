"""Pretext tasks written in a line."""

import math
from typing import Any

from vistazo import catalog
from vistazo.pretext import PretextTask


def task_from_text(text: str) -> PretextTask:
    """Return the task of a name, or of a name and settings.

    Parameters
    ----------
    text : str
        A name of ``vistazo list pretext``, alone or followed by settings: ``simclr`` or
        ``inpainting,mask=pixels,fraction=0.5``. ``views`` has commas of its own and keeps its
        default here.

    Raises
    ------
    UsageError
        ``E-NAME`` for a task or a setting that does not exist, ``E-VALUE`` for a value out of its
        range.
    """
    name, *settings = (part.strip() for part in text.split(","))
    task: PretextTask = catalog.load("pretext", name)()
    known: dict[str, Any] = task.get_params()
    for setting in settings:
        parameter, _equals, value = (part.strip() for part in setting.partition("="))
        if parameter not in known or parameter == "views":
            raise catalog.unknown("parameters", f"{name},{parameter}", sorted(known))
        task.set_params(**{parameter: _like(known[parameter], value)})
    task.check()
    return task


def _like(default: Any, value: str) -> Any:
    """Return the text as a number where the default is one; nan, which no range holds, for none."""
    if isinstance(default, str):
        return value
    try:
        return type(default)(value)
    except ValueError:
        return math.nan
