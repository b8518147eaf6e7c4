import pytest

from tests.report._fake_run import write_fake_run
from vistazo.report.writing import write_report


@pytest.fixture
def fake_run(tmp_path):
    """Write a run folder and its report; return folder, comparison and the page."""

    def write(name="run", classes=("cat", "dog", "hen"), n_images=90, formats=("html",), **how):
        folder = tmp_path / name
        comparison = write_fake_run(folder, classes, n_images, **how)
        *_, last = write_report(folder, formats=formats)
        return folder, comparison, last.read_text(encoding="utf-8")

    return write
