"""Images without labels inside a fit: who sees which."""

import numpy as np
import pytest

from tests.conftest import stripes
from vistazo.data.dataset import ImageDataset, row_sources
from vistazo.data.images import plain
from vistazo.errors import DataError
from vistazo.evaluation.protocol import Protocol
from vistazo.methods.self_supervised import SelfSupervisedClassifier
from vistazo.training.recipe import TrainingRecipe
from vistazo.workflows.compare import compare
from vistazo.workflows.naming import chosen_methods

PIXELS, LABELS = stripes(n_per_class=12)
SHORT = TrainingRecipe(batch_size=8, precision="float32", patience=None, epochs=1)
pytestmark = pytest.mark.filterwarnings("ignore:The pretraining")


def quick(**settings):
    settings = {"task": "rotation", "then": "probe", "random_state": 0} | settings
    return SelfSupervisedClassifier(pretraining=SHORT, recipe=SHORT, **settings)


def data_of(pixels):
    classes = ("across", "down", "flat")
    return ImageDataset("s", plain(pixels), LABELS, classes, row_sources(len(LABELS)))


def probabilities(method, pixels, **protocol):
    found = compare({"m": method}, data_of(pixels), protocol=Protocol(folds=2, **protocol))
    return [result.probabilities for _split, result in found.cells("m")]


def test_more_images_are_learned_from_and_are_on_record():
    """Rows of them come after those with labels; the network is another one."""
    few = np.arange(12)
    alone = quick().fit(PIXELS[few], LABELS[few])
    more = quick().fit(PIXELS[few], LABELS[few], unlabelled=PIXELS[12:])
    assert alone.rows_read_.tolist() == few.tolist()
    assert more.rows_read_.tolist() == list(range(36))
    assert more.pretraining_["n_images"] > alone.pretraining_["n_images"]
    assert not np.array_equal(alone.predict_proba(PIXELS), more.predict_proba(PIXELS))


def test_what_is_set_aside_is_learned_by_neither_training():
    """The labelled images that watch are among those that the pretraining watches."""
    method = quick(then="fine-tune").fit(PIXELS[:12], LABELS[:12], unlabelled=PIXELS[12:])
    n_watched = len(method.rows_read_) - method.pretraining_["n_images"]
    assert n_watched == len(method.inner_predictions_.rows) + round(0.1 * 24)


def test_images_of_another_shape_are_refused():
    """Both have to be read alike."""
    with pytest.raises(DataError, match=r"20×20×1; those without are 9×9×1.*E-ARRAY-FITTED"):
        quick().fit(PIXELS, LABELS, unlabelled=np.zeros((3, 9, 9, 1), np.uint8))


def test_few_labels_leave_the_other_training_images_to_the_pretraining():
    """In a comparison, those change the answers; without a pretraining, they change nothing."""
    protocol = Protocol(folds=2, labels=9)
    unlabelled = protocol.splits(data_of(PIXELS))[0].unlabelled
    changed = PIXELS.copy()
    changed[unlabelled] = 255 - changed[unlabelled][:, ::-1]
    for method, same in ((quick(), False), (quick().control(), True)):
        first, second = (
            probabilities(method, pixels, labels=9, duplicates="ignore")[0]
            for pixels in (PIXELS, changed)
        )
        assert np.array_equal(first, second) == same


def test_the_images_that_are_scored_are_seen_only_if_it_is_asked_for():
    """Changed, all at once, they change the answer to one of them that stays as it was."""
    split = Protocol(folds=2).splits(data_of(PIXELS))[0]
    changed = PIXELS.copy()
    changed[split.test[1:]] = 255 - changed[split.test[1:]]
    for transductive in (False, True):
        method = quick(transductive=transductive)
        first, second = (
            probabilities(method, pixels, duplicates="ignore")[0][0] for pixels in (PIXELS, changed)
        )
        assert np.array_equal(first, second) != transductive


def test_its_effect_is_measured_beside_it():
    """The same method without the images that are scored stands in the table."""
    methods = chosen_methods(
        ["self-supervised:rotation"],
        settings=["self-supervised.transductive=true", "self-supervised.then=probe"],
    )
    own = {n: m for n, m in methods.items() if n.startswith("self-supervised")}
    assert {name: (m.task, m.then, m.transductive) for name, m in own.items()} == {
        "self-supervised:random-rotation": ("none", "probe", False),
        "self-supervised:random-trained-rotation": ("none", "fine-tune", False),
        "self-supervised:inductive-rotation": ("rotation", "probe", False),
        "self-supervised:rotation": ("rotation", "probe", True),
    }
