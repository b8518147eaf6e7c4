"""Settings of training that several networks share, each keeping the rest of its own."""

from typing import Literal

from sklearn.base import BaseEstimator


class SharedRecipe(BaseEstimator):  # type: ignore[misc]  # scikit-learn is untyped
    """Settings put into the recipe of every member of an ensemble that has one.

    Each means what it means in :class:`~vistazo.training.recipe.TrainingRecipe`; None leaves
    to every member its own.

    Parameters
    ----------
    epochs : int or None, default=None
        At least 1.
    batch_size : int or None, default=None
        At least 1.
    learning_rate : float or "auto" or None, default=None
        Above 0.
    augmentation : str or None, default=None
    time_limit : float or None, default=None
        Seconds for each member, above 0.
    precision : {"auto", "float32", "bfloat16"} or None, default=None
    """

    def __init__(
        self,
        *,
        epochs: int | None = None,
        batch_size: int | None = None,
        learning_rate: float | Literal["auto"] | None = None,
        augmentation: str | None = None,
        time_limit: float | None = None,
        precision: Literal["auto", "float32", "bfloat16"] | None = None,
    ) -> None:
        self.epochs = epochs
        self.batch_size = batch_size
        self.learning_rate = learning_rate
        self.augmentation = augmentation
        self.time_limit = time_limit
        self.precision = precision
