"""What a diagnosis says of its measured effects."""

import pytest

from vistazo.errors import DataError
from vistazo.report.diagnosis import SCHEMA, diagnosis_content

SCALE = {
    "code": "scale",
    "parameter": "input_scale",
    "repaired": "declared",
    "measured": {"low": 0, "high": 1, "declared_low": -1, "declared_high": 1},
}
SIDE = {
    "code": "input-side",
    "parameter": "input_side",
    "repaired": "auto",
    "measured": {"side": 96, "fitting": 160, "height": 3, "width": 3},
}


def effect(word, difference, p=0.001):
    return {
        "a": "x",
        "b": "",
        "metric": "balanced_accuracy",
        "difference": difference,
        "low": difference - 0.02,
        "high": difference + 0.02,
        "p_value": p,
        "p_adjusted": p,
        "verdict": word,
    }


def content(**parts):
    plain = {"schema": SCHEMA, "method": "probe", "metric": "balanced_accuracy"}
    return diagnosis_content(plain | parts)


@pytest.mark.parametrize(
    ("word", "severity", "evidence", "advised"),
    [
        ("better", "alarm", "gains balanced accuracy +0.100 [+0.080, +0.120]", True),
        ("undecided", "note", "undecided", True),
        ("equivalent", "note", "no difference in practice", True),
        ("worse", "note", "better left alone", False),
    ],
)
def test_a_choice_is_an_alarm_where_it_costs_something(word, severity, evidence, advised):
    """Its evidence says what repairing it does; what repairing harms is not advised."""
    (found,) = content(observations=[SIDE], effects={"input-side": effect(word, 0.1)}).findings()
    assert found.severity == severity
    assert evidence in found.evidence
    assert bool(found.advice) == advised
    assert (found.effect, found.p_adjusted) == (0.1, 0.001)


def test_a_wrong_scale_is_an_alarm_whatever_it_costs():
    """Alarms come first, and of these the one that costs most."""
    effects = {"scale": effect("undecided", 0.01), "input-side": effect("better", 0.3)}
    found = content(observations=[SCALE, SIDE], effects=effects).findings()
    assert [(f.code, f.severity) for f in found] == [("input-side", "alarm"), ("scale", "alarm")]


@pytest.mark.parametrize(
    ("word", "severities"),
    [("better", []), ("undecided", ["note"]), ("equivalent", ["alarm"]), ("worse", ["alarm"])],
)
def test_training_that_is_worth_nothing_is_found(word, severities):
    """A network no better than the same one untrained; one that is better is no finding."""
    found = content(effects={"gain": effect(word, 0.2)})
    assert [finding.severity for finding in found.findings()] == severities
    assert ("not shown" in found.gain()) == (word != "better")


def test_only_better_levels_are_told():
    """Other settings that lose or cannot be told apart are none of the findings."""
    names = {"input_side=224": "better", "channels=BGR": "worse", "input_scale=0-1": "undecided"}
    effects = {name: effect(word, 0.05) for name, word in names.items()}
    (found,) = content(levels=list(names), effects=effects).findings()
    assert "input_side=224" in found.what
    assert found.severity == "note"


def test_what_is_no_diagnosis_is_refused():
    """Another schema, or parts of another kind."""
    for broken in ({"schema": "vistazo.comparison/1"}, {"schema": SCHEMA, "method": 3}):
        with pytest.raises(DataError) as caught:
            diagnosis_content(broken)
        assert caught.value.code == "E-RUN-SCHEMA"
