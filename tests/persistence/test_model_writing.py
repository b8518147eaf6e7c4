"""A model folder is whole or absent, and an older one is never lost."""

import itertools
import os
from pathlib import Path

import numpy as np
import pytest

from tests.persistence._models import fit, toy_images
from vistazo.errors import SetupError, UsageError
from vistazo.persistence import load, save, saving

FIRST, SECOND = (fit("majority", np.where(np.arange(40) < share, "a", "b")) for share in (30, 10))


def answer(folder):
    return load(folder).predict(toy_images()[0][:1])[0]


@pytest.mark.parametrize("error", [OSError(5, "made to fail"), KeyboardInterrupt()])
@pytest.mark.parametrize("before", [True, False])
def test_stopped_at_any_step_nothing_is_lost(error, before, tmp_path, monkeypatch):
    """Whichever renaming or flushing fails: the old model answers, and no file is left over."""
    folder = tmp_path / "model"
    if before:
        save(FIRST, folder)
    for step in itertools.count():
        calls = itertools.count()

        def failing(real, calls=calls, step=step):
            def call(*arguments, **options):
                if next(calls) == step:
                    raise error
                return real(*arguments, **options)

            return call

        with monkeypatch.context() as patch:
            for name in ("replace", "rename", "fsync"):
                patch.setattr(os, name, failing(getattr(os, name)))
            try:
                save(SECOND, folder, replace=True)
            except (SetupError, KeyboardInterrupt):
                saved = False
            else:
                saved = True
        if saved or (folder.exists() and answer(folder) == "b"):
            break  # what is not an error of the system may stop it after the last renaming
        assert [path.name for path in tmp_path.iterdir()] == (["model"] if before else [])
        assert not before or answer(folder) == "a"
    assert step >= 6  # three files flushed and named
    assert [path.name for path in tmp_path.iterdir()] == ["model"]
    assert answer(folder) == "b"


def test_a_model_is_replaced_only_when_asked(tmp_path):
    """A second save to the same folder is refused, unless it is to replace the first."""
    folder = save(FIRST, tmp_path / "model", card="of the first")
    with pytest.raises(UsageError) as caught:
        save(SECOND, folder)
    assert caught.value.code == "E-MODEL-EXISTS"
    assert answer(folder) == "a"
    save(SECOND, folder, replace=True)
    assert answer(folder) == "b"
    assert not (folder / "card.md").exists()


def test_a_taken_folder_is_noticed_first_and_last(tmp_path, monkeypatch):
    """A taken folder is refused before any work, and one that is taken meanwhile, after it."""
    folder = tmp_path / "model"
    pack_state = saving.pack_state

    def overtaken(state):
        monkeypatch.setattr(saving, "pack_state", pack_state)
        save(FIRST, folder)
        return pack_state(state)

    monkeypatch.setattr(saving, "pack_state", overtaken)
    with pytest.raises(UsageError) as caught:
        save(SECOND, folder)
    assert caught.value.code == "E-MODEL-EXISTS"
    assert [path.name for path in tmp_path.iterdir()] == ["model"]
    assert answer(folder) == "a"
    monkeypatch.delattr(saving, "pack_state")
    with pytest.raises(UsageError):
        save(SECOND, folder)


def test_what_is_no_model_is_never_replaced(tmp_path):
    """Files of a person's survive ``replace=True``: the folder is refused."""
    folder = save(FIRST, tmp_path / "model")
    (folder / "thesis.odt").write_text("years of work")
    (tmp_path / "card.md").write_text("a file")
    for taken in (folder, tmp_path, tmp_path / "card.md"):
        with pytest.raises(UsageError) as caught:
            save(SECOND, taken, replace=True)
        assert caught.value.code == "E-MODEL-EXISTS"
    assert (folder / "thesis.odt").read_text() == "years of work"


def test_an_empty_folder_and_a_linked_one_are_filled(tmp_path):
    """An empty folder is free; a link to a model keeps pointing to it."""
    (tmp_path / "real").mkdir()
    save(FIRST, tmp_path / "real")
    link = tmp_path / "link"
    link.symlink_to("real")
    save(SECOND, link, replace=True)
    assert link.is_symlink()
    assert answer(tmp_path / "real") == answer(link) == "b"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["link", "real"]


def test_relative_paths_are_of_the_current_folder(tmp_path, monkeypatch):
    """A relative path works, with a slash at the end too."""
    monkeypatch.chdir(tmp_path)
    assert save(FIRST, "model/") == Path("model")
    assert answer("model") == "a"
    assert [path.name for path in tmp_path.iterdir()] == ["model"]
