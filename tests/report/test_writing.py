"""The laws of writing a report into a run folder."""

import json

import pytest

from vistazo.errors import DataError, UsageError
from vistazo.i18n import current_language, set_language
from vistazo.report import writing
from vistazo.report.writing import write_report


def test_formats_come_in_the_order_asked_for(fake_run):
    """One file per format, named report.FORMAT, in the order they were asked for."""
    folder, _comparison, _html = fake_run()
    assert write_report(folder, formats=("md", "html")) == [
        folder / "report.md",
        folder / "report.html",
    ]


def test_unknown_format_is_refused_before_anything_is_written(fake_run):
    """A format that does not exist is E-NAME, and the report that is there stays."""
    folder, _comparison, html = fake_run()
    with pytest.raises(UsageError) as error:
        write_report(folder, formats=("html", "pdf"))
    assert error.value.code == "E-NAME"
    assert (folder / "report.html").read_text(encoding="utf-8") == html


def test_language_in_force_is_restored(fake_run):
    """A report in another language changes no other text, and None keeps the language."""
    folder, _comparison, _html = fake_run()
    set_language("es")
    write_report(folder, language="en")
    assert current_language() == "es"
    (report,) = write_report(folder)
    assert '<html lang="es">' in report.read_text(encoding="utf-8")


def test_failing_rendering_keeps_the_old_report(fake_run, monkeypatch):
    """Where rendering stops half-way the report before it is whole and no other file is left."""
    folder, _comparison, html = fake_run()
    files = sorted(folder.iterdir())

    def stopped(_run):
        raise KeyboardInterrupt

    monkeypatch.setitem(writing._RENDERINGS, "html", stopped)
    with pytest.raises(KeyboardInterrupt):
        write_report(folder)
    assert (folder / "report.html").read_text(encoding="utf-8") == html
    assert sorted(folder.iterdir()) == files


def test_folder_without_comparison_is_refused(tmp_path):
    """A folder that holds no comparison.json is E-RUN-NONE."""
    with pytest.raises(DataError) as error:
        write_report(tmp_path)
    assert error.value.code == "E-RUN-NONE"


@pytest.mark.parametrize("content", ["", "{", "[]", "{}", '{"schema": "vistazo.comparison/9"}'])
def test_what_is_not_a_comparison_is_refused(tmp_path, content):
    """A comparison.json that is cut, of another kind or another version is E-RUN-SCHEMA."""
    (tmp_path / "comparison.json").write_text(content, encoding="utf-8")
    with pytest.raises(DataError) as error:
        write_report(tmp_path)
    assert error.value.code == "E-RUN-SCHEMA"


def test_wrong_value_is_named(fake_run):
    """A value of the wrong kind is E-RUN-SCHEMA with its place in the file."""
    folder, comparison, _html = fake_run()
    comparison["methods"][1]["metrics"]["mcc"]["mean"] = "high"
    (folder / "comparison.json").write_text(json.dumps(comparison), encoding="utf-8")
    with pytest.raises(DataError) as error:
        write_report(folder)
    assert error.value.code == "E-RUN-SCHEMA"
    assert "methods.1.metrics.mcc" in str(error.value)


def test_comparison_alone_is_enough(fake_run):
    """Without predictions, thumbnails, bad files and settings there is still a report."""
    folder, _comparison, _html = fake_run()
    for name in ("predictions.csv", "bad_files.csv", "config.yaml", "thumbnails/index.json"):
        (folder / name).unlink()
    (report,) = write_report(folder)
    html = report.read_text(encoding="utf-8")
    assert 'id="leaderboard"' in html
    assert 'id="gallery"' not in html
