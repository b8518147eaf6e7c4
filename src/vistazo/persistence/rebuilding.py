"""A fitted method from its description and its state."""

from typing import Any

import numpy as np

from vistazo import catalog
from vistazo.errors import DataError, VistazoError
from vistazo.i18n import N_
from vistazo.methods import ImageClassifier, State
from vistazo.persistence.manifest import Description, invalid
from vistazo.persistence.own_methods import foreign_member, nested_class, own_class
from vistazo.transfer.feature_engine import unbound


def rebuild(description: Description, state: State, device: str) -> ImageClassifier:
    """Return the fitted method.

    Parameters
    ----------
    description : Description
    state : State
    device : str
        For methods that have one: where a model was trained does not bind it. Nor does what
        computed the features of images there, which may not be installed here.

    Raises
    ------
    DataError
        ``E-MODEL-METHOD`` for a method that is not one of Vistazo's own, ``E-MODEL-MANIFEST``
        for parameters it does not have, ``E-MODEL-STATE`` for a state that does not fit it.
    """
    estimator = _construct(description)
    settings = estimator.get_params(deep=False)
    if "device" in settings:
        estimator.set_params(device=device)
    if "engine" in settings:
        estimator.set_params(engine=unbound(settings["engine"]))
    estimator.classes_ = description.labels
    estimator.image_shape_ = description.image_shape
    estimator.image_fit_ = description.policy.fit
    try:
        estimator.set_state(state)
        kept = estimator.get_state()
    except VistazoError:
        raise
    except KeyError as error:
        raise _missing(description.method, str(error.args[0])) from error
    except Exception as error:  # what numbers from a file can break is not foreseeable
        raise unfitting(description.method, error) from error
    _check_names(description.method, state, kept)
    _check_arrays(description.method, state, kept)
    _check_classes(description, state)
    return estimator


def unfitting(method: str, error: Exception) -> DataError:
    """Return the error for a state that a method cannot work with."""
    return _error(
        N_("The stored numbers do not fit the method {method}: {reason}."),
        method=method,
        reason=" ".join(str(error).split()).rstrip("."),
    )


def _construct(description: Description) -> ImageClassifier:
    kind = own_class(description.method)
    if kind is None:
        raise _not_own(description.method)
    try:
        estimator = kind(
            **{
                name: _parameter(description.method, name, value)
                for name, value in description.parameters.items()
            }
        )
        foreign = foreign_member(estimator)
    except TypeError as error:
        raise invalid(str(error)) from error
    if foreign is not None:
        raise _not_own(foreign)
    return estimator


def _parameter(method: str, name: str, value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    kind = nested_class(method, name)
    if kind is None:
        raise invalid(name)
    return kind(**value)


def _not_own(method: str) -> DataError:
    return DataError(
        "E-MODEL-METHOD",
        N_("The model's method '{method}' is not one of Vistazo's own: {known}."),
        N_("Check that the folder is a model that vistazo.save wrote."),
        method=method,
        known=", ".join(catalog.names("methods")),
    )


# what a method is given it must give back: so no array is left out, cast or added unseen
def _check_names(method: str, given: State, kept: State) -> None:
    for part in ("arrays", "estimators", "facts"):
        names: set[str] = {*getattr(given, part)}
        known: set[str] = {*getattr(kept, part)}
        for name in sorted(known - names):
            raise _missing(method, name)
        for name in sorted(names - known):
            raise _error(
                N_("The stored part '{name}' is unknown to the method {method}."),
                name=name,
                method=method,
            )


def _check_arrays(method: str, given: State, kept: State) -> None:
    for name, array in given.arrays.items():
        other = kept.arrays[name]
        if array.dtype != other.dtype or not np.array_equal(array, other):
            raise _error(
                N_("The stored part '{name}' is {seen}, but the method {method} needs {needed}."),
                name=name,
                seen=f"{array.dtype} {array.shape}",
                method=method,
                needed=f"{other.dtype} {other.shape}",
            )


def _check_classes(description: Description, given: State) -> None:
    n_classes = len(description.classes)
    for name, estimator in given.estimators.items():
        seen = len(getattr(estimator, "classes_", description.classes))
        if seen != n_classes:
            raise _error(
                N_("The stored part '{name}' knows {seen} classes, but the model has {n_classes}."),
                name=name,
                seen=seen,
                n_classes=n_classes,
            )


def _missing(method: str, name: str) -> DataError:
    return _error(
        N_("The stored part '{name}' that the method {method} needs is missing."),
        name=name,
        method=method,
    )


def _error(message: str, **values: Any) -> DataError:
    return DataError(
        "E-MODEL-STATE",
        message,
        N_("Copy the model folder again from its source, or train the model again."),
        **values,
    )
