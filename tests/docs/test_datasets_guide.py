"""No sentence of the guide to data sets that nothing runs."""

import re
import shlex
from pathlib import Path

import numpy as np
import pytest

from vistazo.cli.main import main
from vistazo.data.pipeline import ImagePipeline

GUIDE = (Path(__file__).parents[2] / "docs" / "datasets.md").read_text("utf-8")
BLOCKS = re.findall(r"```(\w+)\n(.*?)```", GUIDE, re.S)


@pytest.fixture(scope="module")
def names():
    """What the Python of the guide has made, block after block."""
    made = {}
    for kind, block in BLOCKS:
        if kind == "python":
            exec(compile(block, "docs/datasets.md", "exec"), made)
    return made


def test_only_kinds_that_run_are_written():
    """Every block is Python or a command, and both are run here."""
    assert GUIDE.count("```") == 2 * len(BLOCKS)
    assert {kind for kind, _block in BLOCKS} == {"console", "python"}


def test_the_python_does_what_it_says(names):
    """The Python runs, and what it names is what it is."""
    assert [item.label for item in names["bright"]] == ["dark"] + ["light"] * 3
    assert [item.source for item in names["every_second"]] == ["0", "2", "4"]
    assert names["first_eight"] == [*"01234501"]
    assert len(names["twice"]) == 12
    groups = names["both"].images.groups
    assert np.array_equal(np.bincount(groups), np.full(len(names["coats"]), 2))
    assert any("saved model" in note for note in names["both"].notes)
    assert names["unlabelled"].images.shape == (10_000, 32, 32, 1)
    assert names["comparison"].winner == "mean"
    for split in names["comparison"].splits:
        assert not set(groups[split.train]) & set(groups[split.test])


@pytest.mark.slow
def test_the_commands_run(tmp_path, monkeypatch, capsys):
    """Each command ends well."""
    monkeypatch.chdir(tmp_path)
    lines = [line for kind, block in BLOCKS if kind == "console" for line in block.splitlines()]
    for line in lines:
        words = shlex.split(line.removeprefix("$ "))
        assert words[0] == "vistazo"
        with pytest.raises(SystemExit) as end:
            main([*words[1:], "--processes", "1"])
        assert end.value.code == 0, capsys.readouterr().err


def test_writing_into_an_image(names):
    """``image += 1`` is an error, as the guide says."""
    (item,) = names["pipeline"].take(1)
    with pytest.raises(ValueError, match="read-only"):
        item.image += 1


def test_every_operation_is_in_the_table():
    """The table shows every public operation of a pipeline."""
    public = {
        name
        for name, value in vars(ImagePipeline).items()
        if not name.startswith("_") and callable(getattr(ImagePipeline, name, None))
    }
    told = {
        name
        for row in re.findall(r"^\|.*\|.*\|.*\|$", GUIDE, re.M)
        for name in re.findall(r"(\w+)\(", row.split("|")[2])
    }
    assert public - {"from_dataset", "to_dataset"} <= told
    assert "from_dataset" in GUIDE
    assert "to_dataset" in GUIDE
