"""More images for a pretext task than those whose labels are known."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from vistazo.errors import DataError
from vistazo.i18n import N_
from vistazo.methods import ImageClassifier
from vistazo.methods._fitting import as_images, preprocessed
from vistazo.training.recipe import TrainingRecipe

Rows = NDArray[np.int64]
Parts = tuple[Rows, Rows]


def more_images(method: ImageClassifier, unlabelled: Any) -> NDArray[np.uint8] | None:
    """Return further images as the method sees them; None where there are none.

    Raises
    ------
    DataError
        ``E-ARRAY-FITTED`` where their shape is not that of the images with labels.
    """
    if unlabelled is None or not len(unlabelled):
        return None
    images = as_images(unlabelled)
    if images.image_shape != method.image_shape_:
        raise DataError(
            "E-ARRAY-FITTED",
            N_("The images with labels are {fitted}; those without are {seen}."),
            N_("Read both with the same size and channels."),
            fitted="×".join(map(str, method.image_shape_)),
            seen="×".join(map(str, images.image_shape)),
        )
    return preprocessed(method, images).pixels


def pretraining_parts(
    parts: Parts, n_images: int, n_more: int, recipe: TrainingRecipe, seed: int
) -> Parts:
    """Return the rows that a pretraining trains on and watches, of images and of those after them.

    Parameters
    ----------
    parts : tuple of ndarray of int64
        Those of the images with labels: what is set aside there stays unseen by both trainings.
    n_images, n_more : int
    recipe : TrainingRecipe
        Of the pretraining; says how many of the others are watched.
    seed : int
    """
    order = np.random.default_rng(seed).permutation(n_more) + n_images
    n_watched = round(recipe.validation_fraction * n_more)
    trained, watched = parts[0], parts[1]
    return (
        np.sort(np.concatenate([trained, order[n_watched:]])),
        np.sort(np.concatenate([watched, order[:n_watched]])),
    )
