"""timm, where it is installed, also beside a torch that its torchvision was not compiled for."""

import functools
from types import ModuleType

from vistazo.errors import SetupError
from vistazo.i18n import N_

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

    library = torch.library.Library("torchvision", "FRAGMENT")
    for operator in _OPERATORS:
        library.define(operator)
    return library
