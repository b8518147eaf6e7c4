"""A recipe: preprocessing steps in order, written in a line, in a file, or as plain values.

In a line, steps are parted by commas. A step is its name, with ``=VALUE`` for its main
parameter and ``:PARAMETER=VALUE`` for any other: ``grayscale,resize=64:fit=crop,clahe``.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vistazo.errors import UsageError, require
from vistazo.i18n import N_
from vistazo.preprocessing import Pixels, Step
from vistazo.preprocessing.recipe.steps import step_named
from vistazo.preprocessing.resize import Resize

__all__ = ["Recipe", "recipe_from_text", "recipe_from_values"]

NONE = "none"
"""How a recipe without steps is written."""
MOST_STEPS = 50


@dataclass(frozen=True)
class Recipe:
    """Steps applied one after the other.

    Parameters
    ----------
    steps : tuple of Step
    """

    steps: tuple[Step, ...] = ()

    def check(self) -> None:
        """Raise ``E-VALUE`` for the first parameter out of its range, or too many steps."""
        require(len(self.steps) <= MOST_STEPS, "steps", len(self.steps), f"≤ {MOST_STEPS}")
        for step in self.steps:
            step.check()

    def apply(self, pixels: Pixels) -> Pixels:
        """Return an image after all steps, shape (height', width', 1 or 3)."""
        for step in self.steps:
            pixels = step.apply(pixels)
        return pixels

    def apply_to_all(self, images: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """Return images after all steps.

        Parameters
        ----------
        images : ndarray of uint8, shape (n_images, height, width, 1 or 3)

        Returns
        -------
        ndarray of uint8, shape (n_images, height', width', 1 or 3)
            ``images`` itself where there is no step.
        """
        if not self.steps:
            return images
        changed = np.empty((len(images), *self.shape(images.shape[1:])), np.uint8)
        for row, pixels in enumerate(images):
            changed[row] = self.apply(pixels)
        return changed

    def shape(self, image_shape: tuple[int, ...]) -> tuple[int, int, int]:
        """Return the (height, width, channels) that images of this shape get."""
        if not self.steps:
            height, width, channels = image_shape
        else:
            height, width, channels = self.apply(np.zeros(image_shape, np.uint8)).shape
        return height, width, channels

    def idle(self, sizes: Iterable[tuple[int, int]]) -> list[str]:
        """Return the steps, as in a line, that should change sides and leave all as they are.

        Parameters
        ----------
        sizes : iterable of (height, width)
            Those of all images before the first step.
        """
        now, found = set(sizes), []
        for step in self.steps:
            after = {size: step.sides(*size) for size in now}
            changes_sides = type(step).sides is not Step.sides
            if changes_sides and all(size == given for size, given in after.items()):
                found.append(_written(step))
            now = set(after.values())
        return found

    @property
    def size(self) -> tuple[int, int] | None:
        """(height, width) that every image gets, whatever it had; None without a ``resize``."""
        for number in reversed(range(len(self.steps))):
            if isinstance(self.steps[number], Resize):
                return Recipe(self.steps[number:]).shape((1, 1, 1))[:2]
        return None

    @property
    def text(self) -> str:
        """The recipe in a line, every parameter written out."""
        return ",".join(_written(step) for step in self.steps) or NONE

    def to_values(self) -> list[dict[str, Any]]:
        """Return the steps as plain values: their names with all their parameters."""
        return [{step.name(): step.model_dump()} for step in self.steps]


def recipe_from_text(text: str) -> Recipe:
    """Return the recipe written in a line; ``none`` has no steps.

    Raises
    ------
    UsageError
        ``E-NAME`` for a step or a parameter that does not exist, ``E-VALUE`` for a value that
        is of the wrong kind or out of its range, ``E-STEP`` for what is no step.

    Examples
    --------
    >>> recipe_from_text("grayscale,resize=64:fit=crop").to_values()
    [{'grayscale': {}}, {'resize': {'size': 64, 'fit': 'crop'}}]
    """
    # a parameter of methods, which may have been given anything
    require(isinstance(text, str), "preprocessing", text, "NAME[=VALUE][,…]")
    return _parsed(text)


@lru_cache
def _parsed(text: str) -> Recipe:
    if text.strip() == NONE:
        return Recipe()
    return _checked(_step_from_text(part.strip()) for part in text.split(","))


def recipe_from_values(values: Iterable[str | Mapping[str, Any]]) -> Recipe:
    """Return the recipe of plain values.

    Parameters
    ----------
    values : iterable
        Each a step as in a line (``"resize=64"``), or its name with its main value
        (``{"resize": 64}``), or with its parameters (``{"resize": {"size": 64}}``).

    Raises
    ------
    UsageError
        As :func:`recipe_from_text`.
    """
    return _checked(step_from_value(value) for value in values)


def step_from_value(value: Any) -> Step:
    """Return one step of those that :func:`recipe_from_values` takes."""
    if isinstance(value, str):
        return _step_from_text(value.strip())
    if not isinstance(value, Mapping) or len(value) != 1:
        raise _no_step(value)
    ((name, given),) = value.items()
    if given in (None, ""):
        return step_named(str(name), {})
    if isinstance(given, Mapping):
        return step_named(str(name), dict(given))
    return step_named(str(name), {None: given})


def _step_from_text(text: str) -> Step:
    main, *others = (part.strip() for part in text.split(":"))
    name, equals, value = (part.strip() for part in main.partition("="))
    given: dict[str | None, Any] = {None: value} if equals else {}
    for other in others:
        parameter, equals, value = (part.strip() for part in other.partition("="))
        if not equals or parameter in given:
            raise _no_step(text)
        given[parameter] = value
    return step_named(name, given)


def _no_step(value: object) -> UsageError:
    return UsageError(
        "E-STEP",
        N_("'{step}' is not how a step is written."),
        N_("Write NAME, NAME=VALUE or NAME:PARAMETER=VALUE, such as resize=64:fit=crop."),
        step=value,
    )


def _checked(steps: Iterable[Step]) -> Recipe:
    recipe = Recipe(tuple(steps))
    recipe.check()
    return recipe


def _written(step: Step) -> str:
    values = step.model_dump().items()
    return ":".join([step.name(), *(f"{name}={_text(value)}" for name, value in values)])


def _text(value: object) -> str:
    return NONE if value is None else str(value)
