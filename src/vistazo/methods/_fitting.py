"""What every ``fit`` and ``predict`` begins with: images of one shape, preprocessed alike."""

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.utils.validation import check_is_fitted, column_or_1d

from vistazo.data.images import Images, plain
from vistazo.data.labels import read_labels
from vistazo.errors import DataError
from vistazo.i18n import N_
from vistazo.methods import ImageClassifier
from vistazo.preprocessing.recipe import Recipe, recipe_from_text


def as_images(X: Any) -> Images:
    """Return ``X`` as images; gray ones may come without a channel axis.

    Raises
    ------
    DataError
        ``E-ARRAY-SHAPE`` or ``E-ARRAY-TYPE``.
    """
    if isinstance(X, Images):
        return X
    pixels = np.asarray(X)
    if pixels.ndim == 3:
        pixels = pixels[..., np.newaxis]
    if pixels.ndim != 4 or pixels.shape[3] not in (1, 3):
        raise DataError(
            "E-ARRAY-SHAPE",
            N_("Images must have the shape (n_images, height, width[, 1 or 3]); this is {shape}."),
            N_("Arrange the axes, or read the array with vistazo.from_arrays."),
            shape=np.shape(X),
        )
    if pixels.dtype != np.uint8:
        raise DataError(
            "E-ARRAY-TYPE",
            N_("Images must be uint8 (0 to 255); these are {dtype}."),
            N_("Convert them with vistazo.from_arrays, which scales by a stated rule."),
            dtype=pixels.dtype,
        )
    return plain(pixels)


def begin_fit(method: ImageClassifier, X: Any, y: ArrayLike) -> tuple[Images, NDArray[np.int64]]:
    """Check the arguments of ``fit``, set what was seen, return images and label codes.

    Returns
    -------
    images : Images
        After the preprocessing of the method; ``image_shape_`` is that before it.
    codes : ndarray of int64, shape (n_images,)
        Positions in ``method.classes_``.

    Raises
    ------
    DataError
        ``E-ARRAY-…``, ``E-LABEL-…``, ``E-DATA-LENGTH``, ``E-DATA-EMPTY``, ``E-DATA-ONECLASS``.
    """
    method.check()
    images = as_images(X)
    labels = column_or_1d(y, warn=True)
    if len(images) != len(labels):
        raise DataError(
            "E-DATA-LENGTH",
            N_("There are {n_images} images but {n_labels} labels."),
            N_("Give exactly one label per image."),
            n_images=len(images),
            n_labels=len(labels),
        )
    if not len(images):
        raise DataError(
            "E-DATA-EMPTY",
            N_("There are no images to fit on."),
            N_("Give at least two images of different classes."),
        )
    if getattr(y, "dtype", np.dtype(object)).kind != "U":  # an array of text cannot hold these
        read_labels(y)  # refuses what is missing, and text among numbers
    method.classes_, codes = np.unique(labels, return_inverse=True)
    if len(method.classes_) < 2:
        raise DataError(
            "E-DATA-ONECLASS",
            N_("There is only one class ({name}; images: {count}); a classifier needs two."),
            N_("If images of several classes are mixed, put each class in its own folder."),
            name=", ".join(str(c) for c in method.classes_),
            count=len(labels),
        )
    method.image_fit_ = images.fit
    method.image_shape_ = images.image_shape
    return preprocessed(method, images), codes.astype(np.int64)


def begin_predict(method: ImageClassifier, X: Any) -> Images:
    """Check the argument of ``predict`` against what was fitted; preprocess it as there."""
    check_is_fitted(method, "classes_")
    images = as_images(X)
    if images.shape[1:] != method.image_shape_:
        raise DataError(
            "E-ARRAY-FITTED",
            N_("This model was fitted on images of {fitted}; these are {seen}."),
            N_("Read them with the size and channels of the model."),
            fitted="×".join(map(str, method.image_shape_)),
            seen="×".join(map(str, images.shape[1:])),
        )
    return preprocessed(method, images)


def seen_shape(method: ImageClassifier, image_shape: tuple[int, int, int]) -> tuple[int, int, int]:
    """Return the shape that images of ``image_shape`` have after the method's preprocessing."""
    return _recipe(method).shape(image_shape)


def preprocessed(method: ImageClassifier, images: Images) -> Images:
    """Return the images as the method sees them, after its preprocessing."""
    recipe = _recipe(method)
    if not recipe.steps:
        return images
    return replace(images, pixels=recipe.apply_to_all(images.pixels))


def _recipe(method: ImageClassifier) -> Recipe:
    # a method that looks at no pixel has no such parameter
    return recipe_from_text(getattr(method, "preprocessing", "none"))
