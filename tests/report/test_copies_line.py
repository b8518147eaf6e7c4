"""The panel of the data says what was done about copies of images."""

import json

import pytest

from tests.report._fake_run import write_fake_run
from vistazo.report.panels.data import data
from vistazo.report.run import read_run
from vistazo.report.writing import write_report


@pytest.fixture
def sentences(tmp_path):
    """Write a run with these copies and return what the panel says, and the page."""

    def write(copies):
        content = write_fake_run(tmp_path, ("cat", "dog"), 60)
        content["dataset"]["copies"] = copies
        (tmp_path / "comparison.json").write_text(json.dumps(content), encoding="utf-8")
        write_report(tmp_path)
        page = (tmp_path / "report.html").read_text("utf-8")
        return data(read_run(tmp_path)).data["copies"], page

    return write


def test_the_line_carries_the_numbers(sentences):
    """Images and groups stand in the sentence, on the page too."""
    (line,), page = sentences({"images": 1012, "groups": 6, "leaked": 0})
    assert "1,012 images" in line
    assert "6 groups" in line
    assert line in page


def test_scored_images_that_were_fitted_on_are_told(sentences):
    """A leak that was allowed stands beside the scores it made too good."""
    lines, page = sentences({"images": 4, "groups": 2, "leaked": 2})
    assert "2 scored images" in lines[1]
    assert lines[1] in page


def test_none_and_not_looked_for_are_not_the_same(sentences):
    """No copies is one thing, not to have looked for them another."""
    (none,), _ = sentences({"images": 0, "groups": 0, "leaked": 0})
    (unknown,), _ = sentences(None)
    assert none != unknown
    assert "Nobody looked" in unknown
