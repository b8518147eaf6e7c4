"""When the report of a comparison says what may hold a transfer method back."""

import pytest

from tests.report.test_findings import _method, _summary, _texts, _verdict
from vistazo.report.findings import findings
from vistazo.report.measurements import Observation
from vistazo.report.observation_sentences import _ADVICE, _WHAT, GRAVE, advice, what
from vistazo.transfer.frozen import Frozen
from vistazo.transfer.static_checks import static_observations, training_observations

SCALE = {
    "code": "scale",
    "parameter": "input_scale",
    "repaired": "declared",
    "measured": {"error": 0.5, "low": 0, "high": 1, "declared_low": -0.992, "declared_high": 1},
}
SIDE = {
    "code": "input-side",
    "parameter": "input_side",
    "repaired": "auto",
    "measured": {"side": 96, "fitting": 160, "height": 3, "width": 3},
}


def probe(*observations, mean=0.7):
    return _method("probe:net", mean, observations=list(observations))


def test_a_healthy_method_that_does_not_lose_is_not_doubted():
    """No sentence, also where a choice such as a smaller side may cost something."""
    for method in (probe(), probe(SIDE)):
        summary = _summary([method, _method("cnn", 0.6)], [_verdict("probe:net", "cnn", "better")])
        assert not any("diagnose" in text for text in _texts(summary))


def test_a_departure_is_told_with_the_way_to_measure_it():
    """What is wrong is a warning, in numbers, whoever wins."""
    found = findings(_summary([probe(SCALE, SIDE), _method("cnn", 0.6)]))
    (told,) = [f for f in found if "Input scale" in f.text]
    assert told.tone == "warning"
    assert "probe:net: Input scale: the network gets values from 0 to 1" in told.text
    assert "expect −0.99 to 1" in told.text
    assert any("vistazo diagnose RUN" in f.text and f.tone == "note" for f in found)
    assert any("of 96 pixels a side" in f.text and f.tone == "note" for f in found)


@pytest.mark.parametrize(
    ("rival", "word", "doubted"),
    [
        ("cnn", "worse", True),
        ("cnn", "undecided", False),
        ("probe:random-net", "equivalent", True),
        ("probe:random-net", "worse", True),
        ("probe:random-net", "better", False),
    ],
)
def test_losing_raises_the_question(rival, word, doubted):
    """To a method that learned here alone, or to the network untrained."""
    other = _method(rival, 0.7, floor=rival != "cnn")
    summary = _summary([probe(SIDE), other], [_verdict("probe:net", rival, word)])
    assert any("vistazo diagnose RUN" in text for text in _texts(summary)) == doubted


@pytest.mark.parametrize(
    ("rival", "mean", "doubted"),
    [("cnn", 0.8, True), ("cnn", 0.6, False), ("probe:random-net", 0.8, True)],
)
def test_losing_on_one_test_part_raises_it_too(rival, mean, doubted):
    """Where nothing can be tested, the scores alone say who is behind."""
    summary = _summary([probe(SIDE), _method(rival, mean, floor=rival != "cnn")])
    assert any("vistazo diagnose RUN" in text for text in _texts(summary)) == doubted


@pytest.mark.parametrize("rival", ["nearest-mean", "tuned:random-net"])
def test_losing_to_a_floor_or_another_method_s_twin_from_scratch_raises_it(rival):
    """Whatever learned here alone, and the command names the method that lost to it."""
    summary = _summary(
        [probe(SIDE), _method(rival, 0.8, floor=True)], [_verdict("probe:net", rival, "worse")]
    )
    assert any("vistazo diagnose RUN --method probe:net" in text for text in _texts(summary))


def test_a_diagnosis_says_it_itself():
    """In the report of a diagnosis, whose methods are one method's configurations."""
    summary = _summary([probe(SCALE)])
    assert not any("Input scale" in f.text for f in findings(summary, diagnosed=True))


def test_a_method_of_another_kind_is_never_doubted():
    """Whatever it loses to."""
    summary = _summary(
        [_method("cnn", 0.5), _method("svm", 0.7)], [_verdict("cnn", "svm", "worse")]
    )
    assert not any("diagnose" in text for text in _texts(summary))


def test_every_observation_has_its_sentence():
    """All that static checks can say is written out, with nothing left between braces."""
    uses = (
        {"side": 32, "input_scale": "0-255", "channels": "BGR", "interpolation": "bilinear"},
        {"side": 96, "pooling": "flatten"},
        {"side": 32, "pooling": "flatten"},
        {"side": 1800},
    )
    found = [
        observation
        for use in uses
        for name in ("imagenet-efficientnet-lite0", "random-imagenet-efficientnet-lite0")
        for observation in static_observations(Frozen(name, **use), (32, 32, 3), "median=3")
    ]
    found += training_observations("none", "trained", "imagenet-efficientnet-lite0")
    codes = {o.code for o in found}
    assert codes == set(_ADVICE) == set(_WHAT) - {"dead-units", "effective-rank"}
    assert codes > set(GRAVE)
    for observation in found:
        told = Observation(observation.code, measured=dict(observation.measured))
        assert "{" not in what(told) + advice(told)
