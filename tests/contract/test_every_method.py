"""The laws of ``vistazo.methods``, for every method there is."""

import copy
import pickle
from functools import cache

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from sklearn.model_selection import cross_val_score

from tests.conftest import stripes
from tests.methods._quick import quick
from vistazo import catalog
from vistazo.data.images import plain
from vistazo.errors import DataError
from vistazo.methods import ImageClassifier

PIXELS, LABELS = stripes()
# a file's facts say nothing of its content, so these two cannot learn the toy classes
BLIND = {"majority", "metadata"}


def make(name, **settings):
    return quick(name, **({"recipe__epochs": 3, "input_side": 64} | settings))


@cache
def fitted(name):
    """Return the method fitted to all images; no test may change it."""
    return make(name).fit(PIXELS, LABELS)


# on so few images some learn next to nothing without labels, and say so
pytestmark = pytest.mark.filterwarnings("ignore:The pretraining")
every_method = pytest.mark.parametrize("name", catalog.names("methods"))


@every_method
def test_fit_returns_self_and_leaves_arguments_and_parameters_alone(name):
    """``fit`` returns self and changes neither its arguments nor its parameters."""
    method, pixels, labels = make(name), PIXELS.copy(), LABELS.copy()
    before = copy.deepcopy(method.get_params(deep=False))
    assert method.fit(pixels, labels) is method
    assert np.array_equal(pixels, PIXELS)
    assert np.array_equal(labels, LABELS)
    after = method.get_params(deep=False)
    assert {k: repr(v) for k, v in before.items()} == {k: repr(v) for k, v in after.items()}


@every_method
def test_predictions_are_members_of_classes(name):
    """``predict`` returns labels, one per image, never positions."""
    method = fitted(name)
    predicted = method.predict(PIXELS)
    assert predicted.shape == (len(PIXELS),)
    assert set(predicted) <= set(method.classes_) == set(LABELS)


@every_method
@pytest.mark.parametrize("labels", [[7, 8, 9], [-1.5, 0.5, 2.5], ["ñ", "=1+1", "a b"]])
def test_labels_of_any_kind(name, labels):
    """Whatever sorts can be a label, and comes back with its own type."""
    y = np.array(labels)[np.unique(LABELS, return_inverse=True)[1]]
    predicted = make(name).fit(PIXELS, y).predict(PIXELS)
    assert predicted.dtype == y.dtype
    assert set(predicted.tolist()) <= set(labels)


@every_method
def test_probability_rows_sum_to_one_and_agree_with_predict(name):
    """Rows sum to one, and the largest probability names the prediction."""
    method = fitted(name)
    if not hasattr(method, "predict_proba"):
        pytest.skip("this method gives no probabilities")
    probabilities = method.predict_proba(PIXELS)
    assert probabilities.shape == (len(PIXELS), 3)
    assert np.all(probabilities >= 0)
    assert np.allclose(probabilities.sum(axis=1), 1, atol=1e-9)
    assert np.array_equal(method.classes_[probabilities.argmax(axis=1)], method.predict(PIXELS))


@every_method
def test_twice_is_the_same(name):
    """The same seed gives the same answers, from a clone and from a second fit."""
    once = answers(fitted(name))
    method = clone(fitted(name)).fit(PIXELS, LABELS)
    assert np.array_equal(once, answers(method))
    assert np.array_equal(once, answers(method.fit(PIXELS, LABELS)))


@every_method
def test_one_image_depends_on_that_image_alone(name):
    """Asking in another order, or for a part, gives the same answers."""
    method = fitted(name)
    order = np.random.default_rng(1).permutation(len(PIXELS))
    assert np.array_equal(method.predict(PIXELS)[order], method.predict(PIXELS[order]))
    assert np.array_equal(method.predict(PIXELS)[:5], method.predict(PIXELS[:5]))


@every_method
def test_gray_images_need_no_channel_axis(name):
    """(n, height, width) is the same as (n, height, width, 1)."""
    method = make(name).fit(PIXELS[..., 0], LABELS)
    assert np.array_equal(answers(method), answers(fitted(name)))


@every_method
def test_images_and_their_pixels_are_the_same(name):
    """``dataset.images`` and the plain array give the same answers."""
    method = make(name).fit(plain(PIXELS), LABELS)
    assert np.array_equal(answers(method), answers(fitted(name)))


@every_method
def test_one_class_raises(name):
    """A classifier needs two classes."""
    with pytest.raises(DataError, match="E-DATA-ONECLASS"):
        make(name).fit(PIXELS, np.repeat("a", len(PIXELS)))


@every_method
@pytest.mark.parametrize(
    ("images", "code"),
    [
        (PIXELS.astype(float), "E-ARRAY-TYPE"),
        (PIXELS[0, :, :, 0], "E-ARRAY-SHAPE"),
        (PIXELS[:-1], "E-DATA-LENGTH"),
    ],
)
def test_wrong_arguments_raise_a_named_error(name, images, code):
    """Wrong type, shape or length is said, not guessed at."""
    with pytest.raises(DataError, match=code):
        make(name).fit(images, LABELS)


@every_method
def test_predict_before_fit_and_with_another_size_raise(name):
    """An unfitted method says so; another image size than fitted is refused."""
    with pytest.raises(NotFittedError):
        make(name).predict(PIXELS)
    with pytest.raises(DataError, match="E-ARRAY-FITTED"):
        fitted(name).predict(PIXELS[:, :-2])


@every_method
def test_state_round_trip(name):
    """What ``get_state`` returns is all that ``set_state`` needs."""
    method = fitted(name)
    other = clone(method)
    other.classes_, other.image_shape_ = method.classes_, method.image_shape_
    assert other.set_state(method.get_state()) is other
    assert np.array_equal(answers(other), answers(method))


@every_method
def test_works_in_scikit_learn(name):
    """Cross-validation, cloning and pickling to another process work."""
    scores = cross_val_score(make(name), PIXELS, LABELS, cv=2)
    assert scores.shape == (2,)
    method = fitted(name)
    assert np.array_equal(answers(pickle.loads(pickle.dumps(method))), answers(method))


@every_method
def test_beats_the_majority_where_there_is_something_to_see(name):
    """On images that differ plainly, every method that looks at pixels learns."""
    if name in BLIND:
        pytest.skip("this floor does not look at pixels")
    # with none set aside, the weights that are kept do not hang on a guess about six images
    method = make(name, recipe__epochs=12, recipe__validation_fraction=0.0)
    unseen, labels = stripes(seed=1)
    assert np.mean(method.fit(PIXELS, LABELS).predict(unseen) == labels) > 0.8


@every_method
def test_inner_predictions_are_about_training_rows(name):
    """What a method chose its settings by lies within the images it was given."""
    inner = fitted(name).inner_predictions_
    if inner is None:
        pytest.skip("this method makes no choices")
    assert len(np.unique(inner.rows)) == len(inner.rows) == len(inner.predicted)
    assert inner.rows.min() >= 0
    assert inner.rows.max() < len(PIXELS)
    assert set(inner.predicted) <= set(LABELS)


@every_method
def test_is_an_image_classifier(name):
    """Every file in the folder holds one method."""
    assert isinstance(make(name), ImageClassifier)


def answers(method):
    return (
        method.predict_proba(PIXELS) if hasattr(method, "predict_proba") else method.predict(PIXELS)
    )
