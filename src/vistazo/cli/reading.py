"""The options for how images are read, of every verb that reads a data set."""

import functools
import inspect
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from vistazo.cli import options
from vistazo.cli.shapes import shape_of


@dataclass(frozen=True, kw_only=True)
class Reading:
    """How images are read, as the command line has it; in the order of the help pages."""

    classes: options.Classes = None
    fit: options.FitHow = options.Fit.pad
    max_pixels: options.MaxPixels = 50_000_000
    min_side: options.MinSide = 8
    max_aspect: options.MaxAspect = 100
    salvage: options.Salvage = False
    label_column: options.LabelColumn = None
    shape: options.Shape = None
    download: options.Download = False

    def arguments(self) -> dict[str, Any]:
        """Return it as :func:`~vistazo.data.reading.read_images` takes it.

        Raises
        ------
        UsageError
            ``E-SHAPE``.
        """
        classes = self.classes.split(",") if self.classes else None
        return {
            **vars(self),
            "classes": classes and [name.strip() for name in classes],
            "fit": self.fit.value,
            "shape": None if self.shape is None else shape_of(self.shape),
        }


def reads_images(verb: Callable[..., None]) -> Callable[..., None]:
    """Give a verb the options of :class:`Reading` where its parameter ``reading`` stands."""
    signature, shared = inspect.signature(verb), inspect.signature(Reading).parameters
    parameters: list[inspect.Parameter] = []
    for name, parameter in signature.parameters.items():
        parameters += shared.values() if name == "reading" else [parameter]

    @functools.wraps(verb)
    def with_options(**given: Any) -> None:
        verb(reading=Reading(**{name: given.pop(name) for name in shared}), **given)

    # what the parser looks at
    with_options.__signature__ = signature.replace(parameters=parameters)  # type: ignore[attr-defined]
    return with_options
