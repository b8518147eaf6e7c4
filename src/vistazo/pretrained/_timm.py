"""timm, where it is installed, also beside a torch that its torchvision was not compiled for."""

import functools
from types import ModuleType
from typing import Any

from vistazo import catalog
from vistazo.errors import SetupError
from vistazo.i18n import N_

PREFIX = "timm:"
"""Before the name of a network, with or without the tag of its weights: ``resnet18.tv_in1k``."""
_OPERATORS = (
    "nms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor",
    "qnms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor",
)


@functools.cache
def timm_module() -> ModuleType:
    """Return timm.

    Raises
    ------
    SetupError
        ``E-EXTRA`` where it is not installed.
    """
    _repair_torchvision()
    try:
        import timm
    except ModuleNotFoundError as error:
        raise SetupError(
            "E-EXTRA",
            N_("Networks of timm take an extra that is not installed ('{package}' is missing)."),
            N_('Run: pip install "vistazo[zoo]"'),
            package=error.name,
        ) from error
    return timm


def configuration(name: str) -> Any:
    """Return what timm knows of the weights of ``timm:NAME`` or ``timm:NAME.TAG``.

    Raises
    ------
    SetupError
        ``E-EXTRA``.
    UsageError
        ``E-NAME`` for a network or a tag that timm does not know.
    """
    timm = timm_module()
    wanted = name.removeprefix(PREFIX)
    if wanted.partition(".")[0] in timm.list_models():
        try:
            known = timm.get_pretrained_cfg(wanted)
        except RuntimeError:  # the tag
            known = None
        if known is not None:
            return known
    tagged = timm.list_models(include_tags=True)
    raise catalog.unknown("pretrained", name, [PREFIX + n for n in (*timm.list_models(), *tagged)])


def _repair_torchvision() -> None:
    """Let torchvision be imported beside a torch without CUDA.

    The ordinary wheel of torchvision for Linux is compiled for CUDA. Its library does not load
    then, and its import ends at two operators that were not registered. They are declared here,
    without anything that computes them: no classifier calls them.
    """
    import torch

    if torch.version.cuda is not None:
        return
    try:
        import torchvision  # noqa: F401 - whether it can be imported is the question
    except ModuleNotFoundError:
        return
    except RuntimeError:
        _declared_operators()


@functools.cache  # the declarations end with the object that made them
def _declared_operators() -> object:
    import torch

    # torch's class has no types
    library: Any = torch.library.Library("torchvision", "FRAGMENT")  # type: ignore[no-untyped-call]
    for operator in _OPERATORS:
        library.define(operator)
    return library
