"""No sentence of the guide to preparing that nothing runs."""

import re
import shlex
from pathlib import Path

import numpy as np
import pytest

from vistazo import catalog
from vistazo.cli.main import main
from vistazo.cli.verbs.prepare import Scale
from vistazo.data.reading import read_images
from vistazo.environment import limited_threads
from vistazo.evaluation.protocol import Protocol
from vistazo.preprocessing.recipe import recipe_from_text
from vistazo.workflows.naming import chosen_methods

GUIDE = (Path(__file__).parents[2] / "docs" / "preparing.md").read_text("utf-8")
BLOCKS = re.findall(r"```(\w+)\n(.*?)```", GUIDE, re.S)
ROWS = [
    [cell.strip() for cell in line.strip("|").split("|")]
    for line in GUIDE.splitlines()
    if line.startswith("|")
]


def commands():
    for kind, block in BLOCKS:
        for line in block.splitlines() if kind == "console" else ():
            yield shlex.split(line.removeprefix("$ "))


@pytest.mark.slow
def test_every_block_runs(tmp_path, monkeypatch, capsys):
    """The commands, the recipe and the Python of the guide do what they say, in order."""
    monkeypatch.chdir(tmp_path)
    names = {}
    for kind, block in BLOCKS:
        if kind == "yaml":
            Path("recipe.yaml").write_text(block)
        elif kind == "python":
            with limited_threads(1):
                exec(compile(block, "docs/preparing.md", "exec"), names)
        else:
            for line in block.splitlines():
                words = shlex.split(line.removeprefix("$ "))
                assert words[0] == "vistazo"
                if words[1] == "compare":
                    words += ["--processes", "1"]
                with pytest.raises(SystemExit) as end:
                    main(words[1:])
                assert end.value.code == 0, f"{line}\n{capsys.readouterr().err}"
    assert read_images("enlarged").images.shape == (200, 56, 56, 1)
    assert read_images("prepared").images.shape == (200, 32, 32, 1)
    same = [read_images(name).images.pixels for name in ("by-file", "again")]
    assert np.array_equal(*same)
    assert names["arrays"]["images"].dtype == np.float32
    assert names["images"].images.shape == (100, 16, 16, 1)
    more = read_images("more")
    assert len(more) == 60 * 5
    for split in Protocol(folds=3).splits(more):
        groups = more.images.groups
        assert not set(groups[split.train]) & set(groups[split.test])


def test_only_kinds_that_run_are_written():
    """Every block is of a kind that the test above runs."""
    assert GUIDE.count("```") == 2 * len(BLOCKS)
    assert {kind for kind, _block in BLOCKS} == {"console", "python", "yaml"}


def test_the_table_names_every_step_with_its_parameters():
    """The table of steps names every step there is, written as it is, and its parameters."""
    told = {row[0].strip("`"): row[2] for row in ROWS if len(row) == 3 and row[0].startswith("`")}
    steps = [recipe_from_text(text if text != "resize" else "").steps[0] for text in told]
    assert sorted(step.name() for step in steps) == catalog.names("preprocessing")
    for step, parameters in zip(steps, told.values(), strict=True):
        for name in type(step).model_fields:
            assert f"`{name}`" in parameters


def test_every_recipe_in_the_text_is_one():
    """Steps written in sentences are steps."""
    for text in ("resize=64:fit=crop", "canny=50:high=150", "translate:x=0.1"):
        assert f"`{text}`" in GUIDE
        recipe_from_text(text)


def test_every_scale_is_told():
    """The table of scales names each of them."""
    rows = [row[0].strip("`") for row in ROWS if len(row) == 2]
    assert set(map(str, Scale)) <= set(rows)


def test_every_setting_is_taken():
    """What the guide writes after ``--set`` is taken by the method it names."""
    settings = re.findall(r"--set (\w[\w.-]*=\S+?)[`\s]", GUIDE)
    assert len(settings) == 3
    for setting in settings:
        label = setting.partition(".")[0]
        name = label if label in catalog.names("methods") else f"{label}=hog-svm"
        chosen_methods([name], floors=False, settings=[setting])
