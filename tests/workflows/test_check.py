"""All checks of a data set: order, progress, what a program gets."""

import json

import numpy as np
import pytest

import vistazo
from tests.checks._data import photos, textures
from vistazo import catalog
from vistazo.data.arrays import from_arrays
from vistazo.data.grouping import with_copies_together
from vistazo.errors import DataError
from vistazo.evaluation.protocol import Protocol
from vistazo.workflows.check import check


def ailing():
    """A class of two images, and an image under two labels."""
    pixels = textures(62)
    pixels[1] = pixels[0]
    return from_arrays(pixels, np.repeat(["a", "b", "c"], [30, 30, 2]).tolist())


def test_findings_are_those_of_every_check_the_gravest_first():
    """Each check of the catalogue contributes its findings, ordered by severity."""
    data = ailing()
    result = check(data)
    expected = [
        finding
        for name in catalog.names("checks")
        for finding in catalog.load("checks", name)().run(with_copies_together(data), Protocol())
    ]
    assert sorted(map(repr, result)) == sorted(map(repr, expected))
    order = [("fatal", "alarm", "note").index(finding.severity) for finding in result]
    assert order == sorted(order)
    assert order[0] == 0
    assert result.checks == tuple(catalog.names("checks"))
    assert len(result) == len(result.findings)


def test_the_listener_hears_of_every_check():
    """Progress names each check once, in order, with how many there are."""
    heard = []
    check(photos(20), on_progress=lambda *state: heard.append(state))
    names = catalog.names("checks")
    assert heard == [(name, done, len(names)) for done, name in enumerate(names)]


def test_a_fatal_finding_raises_on_request_only():
    """``raise_if_fatal`` raises with the sentence and its advice, and not on healthy data."""
    data = ailing()
    with pytest.raises(DataError, match="E-CHECK-FATAL") as error:
        check(data).raise_if_fatal()
    assert "c (2)" in error.value.what
    assert "--folds 2" in error.value.next_step
    check(photos(60)).raise_if_fatal()


def test_copies_are_one_image_to_every_check():
    """A class whose images are copies of each other is too small to be folded, as in compare."""
    pixels = textures(40)
    pixels[30:] = pixels[30]
    data = from_arrays(pixels, ["a"] * 30 + ["b"] * 10)
    assert [finding.check for finding in check(data).fatal] == ["class-balance"]
    assert not check(data, Protocol(duplicates="ignore")).fatal
    with pytest.raises(DataError, match="E-DATA-FEW"):
        vistazo.compare({"floor": vistazo.MajorityClassifier()}, data)


def test_the_dictionary_is_json_and_complete():
    """``to_dict`` has the schema's keys, every finding, and survives strict JSON."""
    result = check(photos(40), Protocol(folds=4))
    content = result.to_dict()
    assert json.loads(json.dumps(content, allow_nan=False))["schema"] == "vistazo.check/1"
    assert set(content) == {
        "schema", "dataset", "protocol", "checks", "findings", "leak_price",
    }  # fmt: skip
    assert content["dataset"]["fingerprint"] == result.data.fingerprint
    assert content["protocol"]["folds"] == 4
    assert len(content["findings"]) == len(result)
    assert content["leak_price"] is None


def test_no_price_is_measured_where_a_comparison_would_be_refused():
    """With a fatal finding nothing is trained, though ``leak_price`` was asked for."""
    heard = []
    result = check(ailing(), leak_price=True, on_progress=lambda name, *_: heard.append(name))
    assert result.leak_price is None
    assert heard == catalog.names("checks")
