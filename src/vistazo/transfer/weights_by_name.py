"""Weights by the name that a person gives: of the catalogue, of timm, in a file."""

import functools
from pathlib import Path

from vistazo import catalog
from vistazo.errors import UsageError
from vistazo.i18n import N_
from vistazo.pretrained import Weights
from vistazo.pretrained._from_file import FileWeights
from vistazo.pretrained._timm import PREFIX
from vistazo.pretrained._timm_weights import timm_weights
from vistazo.pretrained._torchvision_weights import ARCHITECTURES, torchvision_weights
from vistazo.pretrained._weight_files import changed

RANDOM = "random-"
"""Before the name of published weights: the same network as it was before any training."""


@functools.lru_cache(maxsize=64)
def published(name: str, weights_file: str | None = None) -> Weights:
    """Return the published weights of a name, or of its random twin.

    Parameters
    ----------
    name : str
        Of ``vistazo list pretrained``; ``timm:NAME``; an architecture that torchvision publishes
        weights of; each also after ``random-``.
    weights_file : str, optional
        The file of the weights, for the latter two.

    Raises
    ------
    UsageError
        ``E-NAME``; ``E-WEIGHTS-UNUSED`` for a file where none is read.
    SetupError, DataError
        As :func:`~vistazo.pretrained._timm_weights.timm_weights`.
    """
    own, given = name.removeprefix(RANDOM), Path(weights_file) if weights_file else None
    if given is not None and (own != name or own in catalog.names("pretrained")):
        raise UsageError(
            "E-WEIGHTS-UNUSED",
            N_("'{name}' reads no file of weights, but {path} was given."),
            N_("Name the network that the file is for, such as timm:resnet18, or leave it out."),
            name=name,
            path=given,
        )
    if own.startswith(PREFIX):
        return timm_weights(own, given)
    if own in ARCHITECTURES:
        return torchvision_weights(own, given)
    weights: Weights = catalog.load("pretrained", own)
    return weights


def check_weights(name: str, weights_file: str | None, digest: str | None) -> None:
    """Raise what :func:`published` does, and for weights that are not there or not those meant.

    Parameters
    ----------
    name : str
    weights_file : str or None
    digest : str or None
        The SHA-256 that the file must have.

    Raises
    ------
    UsageError, SetupError, DataError
        ``E-NAME``, ``E-EXTRA``, ``E-WEIGHTS-NONE``, ``E-WEIGHTS-CHANGED`` and those of
        :func:`published`.
    """
    check_name(name)
    weights = published(name, weights_file)
    if isinstance(weights, FileWeights) and not name.startswith(RANDOM):
        found = weights.sha256
        if digest is not None and found != digest:
            raise changed(weights.path(), found, digest)


def weight_names() -> list[str]:
    """Return the names of weights in the catalogue, each followed by its random twin."""
    return [name for own in catalog.names("pretrained") for name in (own, RANDOM + own)]


def check_name(name: str) -> None:
    """Raise ``E-NAME`` for what is no name of weights, as far as can be told without timm."""
    own = name.removeprefix(RANDOM)
    if not (own.startswith(PREFIX) or own in {*catalog.names("pretrained"), *ARCHITECTURES}):
        known = [*weight_names(), *ARCHITECTURES, f"{PREFIX}NAME"]
        raise catalog.unknown("pretrained", name, known)


def reads_file(name: str) -> bool:
    """Return whether a name is that of weights in a file that a person has."""
    return name.startswith(PREFIX) or name in ARCHITECTURES
