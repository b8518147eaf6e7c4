"""Pretext tasks by the names people give them, with their settings."""

from collections.abc import Iterable
from typing import Any

from vistazo import catalog
from vistazo.pretext import PretextTask
from vistazo.pretraining.pretrain import check_recipe
from vistazo.training.recipe import TrainingRecipe
from vistazo.workflows.naming import seconds_from_text, set_parameter


def pretext_task(
    name: str,
    *,
    settings: Iterable[str] = (),
    epochs: int | None = None,
    time_limit: str | None = None,
    network: str = "fast-cnn",
) -> tuple[PretextTask, TrainingRecipe]:
    """Return a pretext task by its name, and how it is trained.

    Parameters
    ----------
    name : str
    settings : iterable of str
        ``PARAM=VALUE`` or ``NAME.PARAM=VALUE`` of the task, ``recipe.PARAM=VALUE``.
    epochs : int, optional
    time_limit : str, optional
        Such as ``90s``.
    network : str
        Checked here, before any data are read.

    Raises
    ------
    UsageError
        ``E-NAME``, ``E-SET``, ``E-VALUE``, ``E-PRETEXT-RECIPE``, ``E-PRETEXT-MAP``.
    """
    if network not in catalog.names("architectures"):
        raise catalog.unknown("architectures", network, catalog.names("architectures"))
    task: PretextTask = catalog.load("pretext", name)()
    recipe = task.recipe()
    both: dict[str, Any] = {name: task, "recipe": recipe}
    if epochs is not None:
        recipe.set_params(epochs=epochs)
    if time_limit is not None:
        recipe.set_params(time_limit=seconds_from_text(time_limit))
    for assignment in settings:
        set_parameter(both, assignment)
    task.check()
    task.check_network(network)
    recipe.check()
    check_recipe(recipe)
    return task, recipe
