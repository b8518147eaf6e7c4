"""The description of a fitted method: what it takes, besides its state, to build it again."""

from dataclasses import replace
from typing import Any

from vistazo.data.policy import DecodePolicy
from vistazo.errors import UsageError
from vistazo.evaluation.parameters import describe, parameters
from vistazo.i18n import N_
from vistazo.methods import State
from vistazo.persistence.manifest import Description
from vistazo.persistence.own_methods import foreign_member, nested_class, own_name


def describe_method(
    method: str, estimator: Any, state: State, trained_on: DecodePolicy | None = None
) -> Description:
    """Return the description of a fitted method; ``method`` is its name in the catalogue.

    The limits of files are those of the training; a model never salvages.

    Raises
    ------
    UsageError
        ``E-MODEL-FOREIGN`` for a parameter that is an object of others,
        ``E-MODEL-CLASSES`` for labels that are neither texts nor whole numbers.
    """
    height, width, channels = estimator.image_shape_
    policy = replace(
        trained_on or DecodePolicy(),
        size=(height, width),
        channels=channels,
        fit=getattr(estimator, "image_fit_", "pad"),
        salvage=False,
    )
    return Description(
        method=method,
        parameters=_plain_parameters(method, estimator),
        classes=tuple(str(label) for label in estimator.classes_.tolist()),
        class_kind=_class_kind(estimator.classes_.tolist()),
        image_shape=(height, width, channels),
        preprocessing=describe(policy.to_dict()),
        facts=describe(state.facts),
    )


def check_savable(estimator: Any) -> str:
    """Return the name of a method of Vistazo's own, fitted or not.

    Raises
    ------
    UsageError
        ``E-MODEL-FOREIGN`` for another method, or one with a parameter that is an object of
        others: the model could not be built again from its folder.
    """
    name = own_name(type(estimator))
    if name is None:
        raise _foreign(type(estimator).__name__)
    _plain_parameters(name, estimator)
    foreign = foreign_member(estimator)
    if foreign is not None:
        raise _foreign(foreign)
    return name


def _plain_parameters(method: str, estimator: Any) -> dict[str, Any]:
    plain = parameters(estimator)
    for name, value in plain.items():
        items = value if isinstance(value, list) else [value]
        if any(isinstance(item, dict) for item in items):
            nested = getattr(estimator, name)
            if type(nested) is not nested_class(method, name):
                raise _foreign(f"{type(estimator).__name__}({name}={type(nested).__name__})")
            plain[name] = parameters(nested)
    return plain


def _class_kind(labels: list[Any]) -> Any:
    kinds = {type(label).__name__ for label in labels}
    if kinds in ({"str"}, {"int"}):
        return kinds.pop()
    raise UsageError(
        "E-MODEL-CLASSES",
        N_("Labels of type {kinds} cannot be kept in a model folder."),
        N_("Fit the method with labels that are texts or whole numbers."),
        kinds=", ".join(sorted(kinds)),
    )


def _foreign(name: str) -> UsageError:
    return UsageError(
        "E-MODEL-FOREIGN",
        N_(
            "{name} cannot be saved as a model folder: it could not be built again without code"
            " from outside Vistazo."
        ),
        N_("Save it in the way its own package offers; a network, by its state_dict."),
        name=name,
    )
