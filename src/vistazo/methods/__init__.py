"""The contract of every method: a scikit-learn classifier over images.

Laws, checked for each by ``tests/contract/test_every_method.py``
----------------------------------------------------------------
- ``X`` is uint8 (n_images, height, width, channels), gray ones also without channels, or
  ``dataset.images``; ``y`` holds labels of any kind that sorts.
- The constructor stores and does nothing else; ``fit`` returns self and changes neither its
  arguments nor its parameters; what it learned ends in an underscore.
- ``predict`` returns members of ``classes_``; rows of ``predict_proba``, where there is one,
  sum to one. One image's answer depends on that image alone.
- ``preprocessing``, which every method has that looks at pixels by itself, does to the images
  of ``fit`` and ``predict`` what a recipe says; ``image_shape_`` is the shape before.
- The same ``random_state`` gives the same answers; one class raises ``E-DATA-ONECLASS``.
- ``set_state(get_state())`` on an equal constructor gives equal answers.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.utils import Tags

from vistazo.data.images import Images
from vistazo.errors import require
from vistazo.preprocessing.recipe import recipe_from_text
from vistazo.transfer.observation import Observation

if TYPE_CHECKING:
    from vistazo.transfer.ledger import Ledger

__all__ = ["ImageClassifier", "InnerPredictions", "State"]


@dataclass(frozen=True)
class InnerPredictions:
    """What a method predicted on training rows while it chose its own settings.

    Parameters
    ----------
    rows : ndarray of int64, shape (n,)
        Positions in the ``X`` given to ``fit``.
    predicted : ndarray, shape (n,)
        Labels.
    held_out : bool
        Whether the final model never trained on these rows.
    """

    rows: NDArray[np.int64]
    predicted: NDArray[Any]
    held_out: bool


@dataclass(frozen=True)
class State:
    """What fitting learned, in parts that can be stored without pickle.

    Parameters
    ----------
    arrays : dict of ndarray
        Numbers, stored as safetensors.
    estimators : dict of scikit-learn estimators
        Stored by skops.
    facts : dict
        Small JSON values.
    """

    arrays: dict[str, NDArray[Any]] = field(default_factory=dict)
    estimators: dict[str, Any] = field(default_factory=dict)
    facts: dict[str, Any] = field(default_factory=dict)


class ImageClassifier(ClassifierMixin, BaseEstimator, ABC):  # type: ignore[misc]
    """A method: fit on images and labels, predict labels."""

    classes_: NDArray[Any]
    """Labels in sorted order: the columns of ``predict_proba``."""
    image_shape_: tuple[int, int, int]
    """(height, width, channels) of the images fitted on."""
    image_fit_: str
    """How files of another shape were given this one: "pad", "crop" or "stretch"."""
    inner_predictions_: InnerPredictions | None = None

    learns_unlabelled: bool = False
    """Whether ``fit`` takes ``unlabelled``, more images whose labels are not known."""

    variants_are_open: ClassVar[bool] = False
    """Whether more than ``variants`` may follow the colon: ``from_variant`` refuses the rest."""

    @classmethod
    def from_variant(cls, variant: str | None) -> Self:  # noqa: ARG003 - for those that have any
        """Return the method as the command line names it; ``variant`` follows the colon."""
        return cls()

    @classmethod
    def variants(cls) -> list[str]:
        """Return what may follow the colon, the default first; empty where nothing may."""
        return []

    def check(self) -> None:
        """Raise ``E-VALUE`` for the first parameter out of its range; ``fit`` begins with it.

        Other errors of settings, such as ``E-DEVICE`` or an unknown name, may be raised too.
        """
        recipe_from_text(getattr(self, "preprocessing", "none"))
        for name, (holds, range_) in self.ranges().items():
            require(holds, name, getattr(self, name), range_)

    def resolve(self, image_shape: tuple[int, int, int], n_classes: int) -> Self:  # noqa: ARG002
        """Return a copy in which everything is decided that depends on this machine.

        What was decided is part of its parameters: the same copy gives the same numbers in
        every process, and again tomorrow. Most methods have nothing to decide.
        """
        return self

    def control(self) -> Self | None:
        """Return the method without what it has from elsewhere: what that is worth is the gain.

        None where it learns from the images it is given alone.
        """
        return None

    def controls(self) -> "dict[str, ImageClassifier]":
        """Return every control by its kind, one of ``CONTROLS``: ``random`` is :meth:`control`."""
        control = self.control()
        return {} if control is None else {"random": control}

    def observations(self, image_shape: tuple[int, int, int]) -> list[Observation] | None:  # noqa: ARG002
        """Return what can be said against the settings before anything is computed.

        None where the method brings nothing from elsewhere.
        """
        return None

    def ledgers(self) -> "list[Ledger]":
        """Return where the numbers of each network came from that was trained elsewhere."""
        return []

    def precompute(
        self, images: Images, *, threads: int, progress: Callable[[int, int], None]
    ) -> None:
        """Do once what every fit would do to each image by itself, whatever its label and fold.

        Most methods have nothing that is worth keeping. A comparison calls it before the first
        fit, with all its images.

        Parameters
        ----------
        images : Images
        threads : int
        progress : callable
            Told how many images are done, and of how many.
        """

    def notes(self) -> list[str]:
        """Return what fitting decided that a person should know, in sentences."""
        return []

    def ranges(self) -> dict[str, tuple[bool, str]]:
        """Return for each limited parameter whether its limits hold, and what they are."""
        return {}

    @abstractmethod
    def fit(self, X: Any, y: ArrayLike) -> Self:
        """Learn from images and labels."""

    @abstractmethod
    def predict(self, X: Any) -> NDArray[Any]:
        """Return one label per image."""

    @abstractmethod
    def get_state(self) -> State:
        """Return what fitting learned, beyond ``classes_`` and ``image_shape_``."""

    @abstractmethod
    def set_state(self, state: State) -> Self:
        """Take over what another learned; ``classes_`` and ``image_shape_`` are set before."""

    def __sklearn_tags__(self) -> Tags:
        tags = super().__sklearn_tags__()
        tags.input_tags.two_d_array = False
        tags.input_tags.three_d_array = True
        return tags
