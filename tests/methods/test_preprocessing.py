"""Preprocessing as part of a method: the same in training and in prediction."""

from functools import cache

import numpy as np
import pytest
from sklearn.base import clone

from tests.conftest import stripes
from tests.methods._quick import quick
from vistazo import catalog, persistence
from vistazo.data.dataset import ImageDataset, row_sources
from vistazo.data.images import plain
from vistazo.errors import DataError, UsageError
from vistazo.methods.hog_svm import HOGSVMClassifier
from vistazo.preprocessing.recipe import recipe_from_text
from vistazo.workflows.naming import chosen_methods

PIXELS, LABELS = stripes(n_per_class=10)
UNSEEN = stripes(n_per_class=4, seed=1)[0]
RECIPE = "translate:x=0.1,crop=18x19,resize=24,equalise"
BLIND = {"majority", "metadata"}
"""Methods that look at no pixel."""
WHOLE = {"ensemble"}
"""Methods whose members look."""


# on so few images some learn next to nothing without labels, and say so
pytestmark = pytest.mark.filterwarnings("ignore:The pretraining")


@cache
def fitted(name):
    """Return the method with the recipe; no test may change it."""
    return quick(name, preprocessing=RECIPE).fit(PIXELS, LABELS)


def answers(method, pixels):
    ask = method.predict_proba if hasattr(method, "predict_proba") else method.predict
    return ask(pixels)


SEEING = sorted({*catalog.names("methods")} - BLIND - WHOLE)
each = pytest.mark.parametrize("name", SEEING)


@pytest.mark.parametrize("name", catalog.names("methods"))
def test_methods_that_look_have_it(name):
    """A method that looks at pixels itself has the parameter, off by default; others have not."""
    parameters = quick(name).get_params()
    assert ("preprocessing" in parameters) == (name in SEEING)
    assert parameters.get("preprocessing", "none") == "none"


@each
def test_it_is_the_method_on_preprocessed_images(name):
    """Fitting and asking with a recipe is fitting and asking without one what the recipe gives."""
    recipe = recipe_from_text(RECIPE)
    inside = fitted(name)
    before = quick(name).fit(recipe.apply_to_all(PIXELS), LABELS)
    assert np.array_equal(answers(inside, UNSEEN), answers(before, recipe.apply_to_all(UNSEEN)))
    if inside.inner_predictions_ is not None:
        assert np.array_equal(
            inside.inner_predictions_.predicted, before.inner_predictions_.predicted
        )


@each
def test_the_images_taken_are_those_before(name):
    """``image_shape_`` is the shape of the images given, and others are refused."""
    method = fitted(name)
    assert method.image_shape_ == PIXELS.shape[1:]
    with pytest.raises(DataError, match="E-ARRAY-FITTED"):
        method.predict(recipe_from_text(RECIPE).apply_to_all(PIXELS))


@each
def test_state_and_model_folder_keep_it(name, tmp_path):
    """A method that was stored does to images what it did before."""
    method = fitted(name)
    other = clone(method)
    other.classes_, other.image_shape_ = method.classes_, method.image_shape_
    other.set_state(method.get_state())
    assert np.array_equal(answers(other, UNSEEN), answers(method, UNSEEN))
    sources = row_sources(len(LABELS))
    data = ImageDataset("toy", plain(PIXELS), LABELS, tuple(method.classes_), sources)
    loaded = persistence.load(persistence.save(method, tmp_path / "model", data=data))
    assert loaded.estimator.preprocessing == RECIPE
    assert np.array_equal(loaded.predict(UNSEEN), method.predict(UNSEEN))


@each
def test_a_wrong_recipe_is_refused_before_anything_is_read(name):
    """A recipe that is none is told when the methods are chosen, with the nearest name."""
    with pytest.raises(UsageError, match=r"'clahee'.*'clahe'"):
        chosen_methods([name], floors=False, settings=[f"{name}.preprocessing=clahee"])


@pytest.mark.parametrize("given", [5, ["crop"], None, recipe_from_text("crop")])
def test_a_recipe_of_a_method_is_text(given):
    """Anything but a line of text is refused by name: only text can be kept with a model."""
    with pytest.raises(UsageError, match=r"'preprocessing'.*E-VALUE"):
        HOGSVMClassifier(preprocessing=given).fit(PIXELS, LABELS)


def test_two_recipes_are_two_methods_of_a_comparison():
    """One method with and without a recipe can be compared under names of one's own."""
    methods = chosen_methods(
        ["a=hog-svm", "b=hog-svm"], floors=False, settings=["b.preprocessing=resize=24,clahe=4"]
    )
    assert [method.preprocessing for method in methods.values()] == ["none", "resize=24,clahe=4"]


def test_the_network_is_decided_on_what_it_will_see(monkeypatch):
    """Precision is measured on images of the shape that they have after the steps."""
    seen = []
    monkeypatch.setattr(
        "vistazo.methods.cnn.faster_precision",
        lambda network, batch: (
            seen.append(network()(batch.float()).shape + batch.shape) or "float32"
        ),
    )
    settings = {"recipe__batch_size": 5, "recipe__precision": "auto"}
    method = quick("cnn", preprocessing="grayscale,resize=24", **settings)
    method.resolve((64, 70, 3), 4)
    assert seen == [(5, 4, 5, 1, 24, 24)]
