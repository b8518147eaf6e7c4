"""How a network is trained: every number that decides it, in one place."""

from sklearn.base import BaseEstimator

from vistazo.errors import require

__all__ = ["TrainingRecipe"]


class TrainingRecipe(BaseEstimator):  # type: ignore[misc]  # scikit-learn is untyped
    """Settings of one training.

    A scikit-learn estimator so that ``GridSearchCV`` reaches inside it
    (``recipe__epochs``).

    Parameters
    ----------
    epochs : int, default=30
        Passes over the training images at the most, at least 1.
    batch_size : int, default=64
        Images per step, at least 1.
    learning_rate : float, default=1e-3
        Step size of Adam, above 0.
    patience : int or None, default=5
        Epochs without a better validation loss before training stops; None never stops
        early. The weights of the best epoch are restored either way.
    min_delta : float, default=0.0
        How much lower a validation loss must be to count as better, at least 0.
    validation_fraction : float, default=0.1
        Share of the images given to ``fit`` that is set aside, stratified, to watch the
        training, in (0, 0.5].
    time_limit : float or None, default=None
        Seconds after which no further epoch starts.
    """

    def __init__(
        self,
        *,
        epochs: int = 30,
        batch_size: int = 64,
        learning_rate: float = 1e-3,
        patience: int | None = 5,
        min_delta: float = 0.0,
        validation_fraction: float = 0.1,
        time_limit: float | None = None,
    ) -> None:
        self.epochs = epochs
        self.batch_size = batch_size
        self.learning_rate = learning_rate
        self.patience = patience
        self.min_delta = min_delta
        self.validation_fraction = validation_fraction
        self.time_limit = time_limit

    def check(self) -> None:
        """Raise ``E-VALUE`` for the first setting out of its range."""
        for name, holds, range_ in (
            ("epochs", self.epochs >= 1, "≥ 1"),
            ("batch_size", self.batch_size >= 1, "≥ 1"),
            ("learning_rate", self.learning_rate > 0, "> 0"),
            ("patience", self.patience is None or self.patience >= 1, "≥ 1"),
            ("min_delta", self.min_delta >= 0, "≥ 0"),
            ("validation_fraction", 0 < self.validation_fraction <= 0.5, "0 < x ≤ 0.5"),
            ("time_limit", self.time_limit is None or self.time_limit > 0, "> 0"),
        ):
            require(holds, name, getattr(self, name), range_)
