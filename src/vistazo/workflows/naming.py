"""Methods by the names people give them: ``cnn:fashion-cnn``, ``cnn.recipe.epochs=5``."""

import types
import typing
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

import pydantic

from vistazo import catalog
from vistazo.errors import UsageError
from vistazo.evaluation.controls import control_name, controls_among
from vistazo.i18n import N_
from vistazo.methods import ImageClassifier
from vistazo.methods._by_name import method_by_name
from vistazo.workflows.expectations import kind
from vistazo.workflows.unknown_parameter import unknown_parameter

FLOORS = ("majority", "nearest-mean", "color-histogram", "metadata")
"""Always compared: a method that does not beat them has learned nothing of the content."""
_FINITE = pydantic.ConfigDict(allow_inf_nan=False)


def method_from_name(name: str) -> tuple[str, ImageClassifier]:
    """Return the canonical name and the method for ``NAME`` or ``NAME:VARIANT``.

    ``LABEL=NAME`` gives it a name of one's own: two forms of one method can then be compared.

    Raises
    ------
    UsageError
        ``E-NAME`` with the nearest names; ``E-LABEL`` for a name of one's own that settings
        could not reach or that is a method's.
    """
    label, equals, named = (part.strip() for part in name.partition("="))
    if equals:
        if not label or set(label) & set(".:,") or label in catalog.names("methods"):
            raise UsageError(
                "E-LABEL",
                N_("'{label}' cannot be the name of '{named}' in a comparison."),
                N_("Choose a word without . : and , that no method has: mine={named}."),
                label=label,
                named=named,
            )
        return label, method_from_name(named)[1]
    return method_by_name(name)


def methods_from_names(names: Iterable[str], *, floors: bool = True) -> dict[str, ImageClassifier]:
    """Return methods by canonical name, the floors first unless they are left out."""
    wanted = [*(FLOORS if floors else ()), *names]
    return dict(method_from_name(name) for name in wanted)


def set_parameter(methods: dict[str, ImageClassifier], assignment: str) -> None:
    """Set one parameter in place from ``[METHOD.]PARAM[.PARAM]=VALUE``.

    The value is read as the type the parameter declares and never evaluated.

    Parameters
    ----------
    methods : dict of str to ImageClassifier
        ``METHOD`` is a canonical name or its part before the colon; it may be left out where
        exactly one method has the parameter.
    assignment : str

    Raises
    ------
    UsageError
        ``E-SET`` for a malformed assignment, ``E-NAME`` for unknown names, ``E-VALUE`` for a
        value of the wrong type.
    """
    path, equals, text = assignment.partition("=")
    if not equals or not path.strip():
        raise UsageError(
            "E-SET",
            N_("'{assignment}' is not a setting."),
            N_("Write METHOD.PARAM=VALUE, for example --set cnn.recipe.epochs=5."),
            assignment=assignment,
        )
    first, *rest = path.strip().split(".")
    chosen = {n: m for n, m in methods.items() if first in (n, n.partition(":")[0])}
    if chosen:
        parameter = "__".join(rest)
    else:
        parameter = "__".join([first, *rest])
        chosen = {n: m for n, m in methods.items() if parameter in m.get_params(deep=True)}
        if len(chosen) != 1:
            raise _ambiguous(methods, path, len(chosen))
    if parameter == "architecture" and _named_by_it(chosen.values()):
        # its recipe and the method's name would stay those of another one
        raise UsageError(
            "E-SET",
            N_("The architecture is part of the method's name."),
            N_("Write --methods {name}:{value}, or --method for 'train'."),
            name=next(iter(chosen), "cnn").partition(":")[0],
            value=text.strip(),
        )
    for method in chosen.values():
        known = method.get_params(deep=True)
        if parameter not in known:
            raise unknown_parameter(path.strip(), parameter, {first: method})
        method.set_params(**{parameter: _typed(method, parameter, text.strip(), path)})


def set_where_possible(methods: dict[str, ImageClassifier], parameter: str, value: object) -> None:
    """Set a common option in every method that knows it."""
    for method in methods.values():
        if parameter in method.get_params(deep=True):
            method.set_params(**{parameter: value})


def _named_by_it(methods: Iterable[ImageClassifier]) -> bool:
    """Whether what follows the colon in the name of one of them is an architecture."""
    named = {variant for method in methods for variant in method.variants()}
    return not named.isdisjoint(catalog.names("architectures"))


def _ambiguous(methods: dict[str, ImageClassifier], path: str, count: int) -> UsageError:
    if count == 0:
        return unknown_parameter(path.strip(), path.strip(), methods)
    return UsageError(
        "E-SET",
        N_("{count} methods have the parameter '{path}'."),
        N_("Say which one: METHOD.{path}=VALUE."),
        count=count,
        path=path,
    )


def _typed(method: Any, parameter: str, text: str, path: str) -> Any:
    owner = method
    *parents, name = parameter.split("__")
    for parent in parents:
        owner = getattr(owner, parent)
    hint = typing.get_type_hints(type(owner).__init__).get(name, str)
    if text.lower() in ("none", "null") and type(None) in typing.get_args(hint):
        return None
    try:
        # a parameter that is an object of its own, such as a recipe, takes only None
        return pydantic.TypeAdapter(_readable(hint), config=_FINITE).validate_python(text)
    except pydantic.ValidationError:
        raise UsageError(
            "E-VALUE",
            N_("'{name}' cannot be '{value}': it must be {kind}."),
            N_("Nothing was started. Correct the value and run the command again."),
            name=path,
            value=text,
            kind=kind(hint),
        ) from None


def _readable(hint: Any) -> Any:
    if not isinstance(hint, types.UnionType) and typing.get_origin(hint) is not typing.Union:
        return hint
    # a text such as "scale" must not be tried as anything but what a person can write
    kept = [
        part
        for part in typing.get_args(hint)
        if part in (int, float, bool, str) or typing.get_origin(part) is typing.Literal
    ]
    numbers_first = sorted(kept, key=lambda part: part is str)
    return typing.Union[tuple(numbers_first)] if kept else None  # noqa: UP007


def chosen_methods(
    names: Iterable[str],
    *,
    floors: bool = True,
    settings: Iterable[str] = (),
    epochs: int | None = None,
    time_limit: str | None = None,
    device: str = "auto",
    weights_file: Path | None = None,
    before_check: Callable[[Mapping[str, ImageClassifier]], None] | None = None,
    check: bool = True,
) -> dict[str, ImageClassifier]:
    """Return methods by name with the options of the command line put in.

    Parameters
    ----------
    names, floors
        As for :func:`methods_from_names`; with the floors come the controls of methods that
        bring something from elsewhere.
    settings : iterable of str
        As for :func:`set_parameter`, applied last.
    epochs : int, optional
    time_limit : str, optional
        As for :func:`seconds_from_text`.
    device : str
    weights_file : Path, optional
        The weights of every network outside the catalogue that is named.
    before_check : callable, optional
        Told the methods before it is asked whether they can be used.
    check : bool, default=True
        Whether that is asked; what they need may not be there yet.

    Raises
    ------
    UsageError
        As :func:`set_parameter`; ``E-VALUE`` for a setting out of its range,
        ``E-WEIGHTS-UNUSED`` for a file of weights that no method reads.
    SetupError
        ``E-DEVICE``, before any data are read.
    """
    methods = methods_from_names(names, floors=floors)
    set_where_possible(methods, "device", device)
    if epochs is not None:
        set_where_possible(methods, "recipe__epochs", epochs)
    if time_limit is not None:
        set_where_possible(methods, "recipe__time_limit", seconds_from_text(time_limit))
    for assignment in settings:
        set_parameter(methods, assignment)
    if weights_file is not None:
        _set_weights(methods, weights_file)
    if before_check is not None:
        before_check(methods)
    if floors:
        methods = _with_controls(methods)
    # found by a worker, these would be failures of a method after the data were read
    for method in methods.values() if check else ():
        method.check()
    if device != "auto":
        from vistazo.training.device import find_device

        find_device(device)
    return methods


def _set_weights(methods: Mapping[str, ImageClassifier], path: Path) -> None:
    from vistazo.transfer.weights_by_name import reads_file

    readers = []
    for method in methods.values():
        settings = method.get_params(deep=False)
        if settings.get("weights_file", "") is None and reads_file(settings["weights"]):
            readers.append(method)
    if not readers:
        raise UsageError(
            "E-WEIGHTS-UNUSED",
            N_("No method here reads a file of weights, but --weights {path} was given."),
            N_("Name the network that the file is for: --methods linear-probe:timm:resnet18."),
            path=path,
        )
    for method in readers:
        method.set_params(weights_file=str(path))


def floors_among(names: Iterable[str]) -> frozenset[str]:
    """Return the floors among the names of methods, and the controls of others among them."""
    known = {*names}
    return frozenset(known.intersection(FLOORS)) | controls_among(known)


def _with_controls(methods: dict[str, ImageClassifier]) -> dict[str, ImageClassifier]:
    """Put the controls of each method, where it has any, before it."""
    found: dict[str, ImageClassifier] = {}
    for name, method in methods.items():
        for left_out, control in method.controls().items():
            if control_name(name, left_out) not in methods:
                found[control_name(name, left_out)] = control
        found[name] = method
    return found


def seconds_from_text(text: str) -> float:
    """Return seconds from a duration such as ``90``, ``90s``, ``5m`` or ``1.5h``.

    Raises
    ------
    UsageError
        ``E-VALUE``.

    Examples
    --------
    >>> seconds_from_text("5m")
    300.0
    """
    units = {"s": 1.0, "m": 60.0, "h": 3600.0}
    number, unit = (text[:-1], units[text[-1]]) if text[-1:] in units else (text, 1.0)
    try:
        seconds = float(number) * unit
    except ValueError:
        seconds = 0.0
    if not 0 < seconds < float("inf"):
        raise UsageError(
            "E-VALUE",
            N_("'{name}' cannot be '{value}': it must be {kind}."),
            N_("Nothing was started. Correct the value and run the command again."),
            name="time-limit",
            value=text,
            kind="90s | 5m | 1h",
        )
    return seconds
