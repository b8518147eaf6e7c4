"""The linear probe: what it decides, on which images, and what its control is."""

import json

import numpy as np
import pytest
from PIL import Image

from tests.conftest import stripes
from tests.faults._running import vistazo
from vistazo.data.images import plain
from vistazo.errors import DataError, UsageError
from vistazo.evaluation.protocol import Protocol
from vistazo.methods.linear_probe import LinearProbeClassifier
from vistazo.transfer import extraction
from vistazo.transfer.feature_engine import described, engine_of
from vistazo.transfer.frozen import Frozen
from vistazo.transfer.strength import STRENGTHS
from vistazo.transfer.weights_by_name import RANDOM
from vistazo.workflows.compare import compare
from vistazo.workflows.naming import chosen_methods, floors_among

PIXELS, LABELS = stripes(n_per_class=10)
NAME = "imagenet-efficientnet-lite0"


def test_the_strength_is_chosen_on_images_held_out_inside():
    """It is one of those tried; every training image was predicted once while it was chosen."""
    method = LinearProbeClassifier(random_state=0).fit(PIXELS, LABELS)
    assert method.strength_ in STRENGTHS
    inner = method.inner_predictions_
    assert sorted(inner.rows) == list(range(len(LABELS)))
    assert not inner.held_out
    assert np.mean(inner.predicted == LABELS[inner.rows]) > 0.8
    given = LinearProbeClassifier(strength=0.1).fit(PIXELS, LABELS)
    assert (given.strength_, given.inner_predictions_) == (0.1, None)


def test_groups_stay_together_where_the_strength_is_chosen():
    """Copies of an image under random labels cannot be recognised by their copies."""
    rng = np.random.default_rng(0)
    originals = rng.integers(0, 256, (16, 16, 16, 1), np.uint8)
    pixels, groups = originals.repeat(4, axis=0), np.arange(16).repeat(4)
    labels = rng.permutation(np.array(["a", "b"] * 8)).repeat(4)
    images = plain(pixels)
    together = LinearProbeClassifier(random_state=0).fit(
        type(images)(images.pixels, images.facts, groups), labels
    )
    apart = LinearProbeClassifier(random_state=0).fit(images, labels)

    def accuracy(method):
        inner = method.inner_predictions_
        return np.mean(inner.predicted == labels[inner.rows])

    assert accuracy(apart) == 1
    assert accuracy(together) < 0.9


def test_one_image_of_a_class_leaves_nothing_to_choose_by():
    """The middle strength is taken, and every class can be answered."""
    method = LinearProbeClassifier().fit(PIXELS[:4], LABELS[:4])
    assert method.strength_ == np.median(STRENGTHS)
    assert list(method.predict(PIXELS[:3])) == list(LABELS[:3])


def test_what_depends_on_the_images_is_decided_once():
    """``resolve`` writes the side that images are given into the parameters."""
    assert LinearProbeClassifier().resolve((28, 28, 1), 10).input_side == 128
    assert LinearProbeClassifier(input_side=64).resolve((28, 28, 1), 10).input_side == 64


def test_the_control_differs_in_the_weights_alone():
    """It has every other setting; a control has none of its own."""
    method = LinearProbeClassifier(strength=0.3, input_side=64)
    control = method.control()
    assert control.get_params() == {**method.get_params(), "weights": RANDOM + NAME}
    assert control.control() is None


def test_the_control_is_compared_with_the_floors():
    """It stands before its method, and is left out with the floors."""
    chosen = chosen_methods(["linear-probe"], settings=["linear-probe.strength=0.2"])
    assert list(chosen)[-2:] == [f"linear-probe:{RANDOM}{NAME}", f"linear-probe:{NAME}"]
    assert {method.strength for method in list(chosen.values())[-2:]} == {0.2}
    assert f"linear-probe:{RANDOM}{NAME}" in floors_among(chosen)
    assert list(chosen_methods(["linear-probe"], floors=False)) == [f"linear-probe:{NAME}"]
    both = chosen_methods([f"linear-probe:{RANDOM}{NAME}", "linear-probe"])
    assert len(both) == len(chosen)


@pytest.mark.parametrize(
    ("settings", "error", "code"),
    [
        ({"weights": "imagenet-resnet-50"}, UsageError, "E-NAME"),
        ({"input_side": 8}, DataError, "E-NET-SIZE"),
        ({"strength": 0.0}, UsageError, "E-VALUE"),
    ],
)
def test_settings_that_cannot_be(settings, error, code):
    """Found before any image is looked at."""
    with pytest.raises(error) as caught:
        LinearProbeClassifier(**settings).fit(PIXELS, LABELS)
    assert caught.value.code == code


def test_numbers_are_counted_trained_and_frozen():
    """Those of the published network and of the head."""
    method = LinearProbeClassifier(input_side=64, strength=0.1).fit(PIXELS, LABELS)
    network = Frozen(NAME, 64).own_network()
    n_frozen = sum(parameter.numel() for parameter in network.parameters())
    n_head = (network.feature_dim + 1) * len(method.classes_)
    assert (method.n_parameters_, method.n_trainable_) == (n_frozen + n_head, n_head)
    assert method.notes() == [
        f"Parameters: {n_frozen + n_head:,}; trained here: {n_head:,}; left as they came:"
        f" {n_frozen:,}."
    ]


def test_a_comparison_lets_each_image_through_once(toy, tmp_path, monkeypatch):
    """All folds and the second run find the features; test images of the data are not touched."""
    monkeypatch.setenv("VISTAZO_CACHE", str(tmp_path))
    seen = []
    plain_features = extraction._features
    monkeypatch.setattr(
        extraction,
        "_features",
        lambda frozen, pixels: seen.append(len(pixels)) or plain_features(frozen, pixels),
    )
    told = []
    for _run in range(2):
        found = compare(
            {"probe": LinearProbeClassifier(input_side=64)},
            toy,
            protocol=Protocol(folds=3),
            processes=1,
            on_precompute=lambda *state: told.append(state),
        )
        assert sum(seen) == len(toy)
    assert told[-1] == ("probe", 60, 60)
    assert found.to_dict()["methods"][0]["metrics"]["accuracy"]["mean"] > 0.9


@pytest.mark.slow
def test_from_the_command_line(tmp_path):
    """Folders of photos: features are told once, the report has the gain, the model answers."""
    rng = np.random.default_rng(0)
    for label, tone in (("day", 200), ("night", 60)):
        for number in range(12):
            folder = tmp_path / "photos" / label
            folder.mkdir(parents=True, exist_ok=True)
            pixels = np.clip(rng.normal(tone, 20, (40, 50, 3)), 0, 255).astype(np.uint8)
            Image.fromarray(pixels).save(folder / f"{number}.png")
    words = ("compare", "photos", "--methods", "linear-probe", "--folds", "2", "--out", "run")
    kept = {"VISTAZO_CACHE": str(tmp_path / "cache")}
    first = vistazo(*words, "--size", "32", cwd=tmp_path, **kept)
    assert first.code == 0, first.err
    assert first.err.count("features of images: 24") == 2
    environment = json.loads((tmp_path / "run/comparison.json").read_text())["environment"]
    assert environment["feature_engine"] == described({"": engine_of("auto", NAME)})
    assert set(environment["precomputed"]) == {f"linear-probe:{n}{NAME}" for n in ("", RANDOM)}
    assert "same network untrained" in (tmp_path / "run/report.html").read_text()
    again = vistazo(*words[:-1], "again", "--size", "32", cwd=tmp_path, **kept)
    assert "features of images" not in again.err
    trained = vistazo("train", "photos", "--method", "linear-probe", "--out", "t", cwd=tmp_path)
    assert trained.code == 0, trained.err
    answer = vistazo("predict", "t/model", "photos/day/0.png", cwd=tmp_path)
    assert "day" in answer.out
