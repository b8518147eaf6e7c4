"""Saved models to damage."""

import pytest

from tests.persistence._models import fit
from vistazo.persistence import save


@pytest.fixture(scope="session")
def contents(tmp_path_factory):
    """The files of a saved model of some methods, to be written anew for each test."""
    folder = tmp_path_factory.mktemp("models")
    return {
        name: {
            p.name: p.read_bytes() for p in save(fit(name), folder / name, card="# Card").iterdir()
        }
        for name in ("majority", "hog-svm", "cnn", "metadata")
    }


@pytest.fixture
def stored(contents, tmp_path):
    """Return a function that writes a saved model of a method and returns its folder."""

    def write(name):
        folder = tmp_path / name
        folder.mkdir()
        for member, content in contents[name].items():
            (folder / member).write_bytes(content)
        return folder

    return write
