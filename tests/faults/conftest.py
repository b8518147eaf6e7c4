"""A command run in this process, and data small enough for it."""

import sys

import pytest

from tests.faults._running import Answer, clean_environment, write_tiny
from vistazo.cli.main import main
from vistazo.data.decoding.heic import heic_opener


@pytest.fixture
def tiny(tmp_path):
    """40 images of two classes, in a folder of their own."""
    return write_tiny(tmp_path / "tiny.npz")


@pytest.fixture
def answer(capsys, monkeypatch, tmp_path):
    """Run a command here, in an empty folder, and return its answer."""
    monkeypatch.setattr("os.environ", clean_environment())
    monkeypatch.chdir(tmp_path)

    def run(*words):
        with pytest.raises(SystemExit) as end:
            main([str(word) for word in words])
        shown = capsys.readouterr()
        return Answer(end.value.code, shown.out, shown.err)

    return run


@pytest.fixture
def without_heic(monkeypatch):
    """A machine on which the extra for HEIC photos is not installed."""
    monkeypatch.setitem(sys.modules, "pillow_heif", None)
    heic_opener.cache_clear()
    yield
    heic_opener.cache_clear()
