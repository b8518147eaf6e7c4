"""No sentence of the training guide that nothing runs."""

import inspect
import re
import shlex
import typing
from pathlib import Path

import pytest

from vistazo import catalog
from vistazo.cli.main import main
from vistazo.environment import limited_threads
from vistazo.training.recipe import TrainingRecipe
from vistazo.transforms.policies import augmentation_named
from vistazo.transforms.policy_names import POLICY_SUMMARIES
from vistazo.workflows.naming import chosen_methods

GUIDE = (Path(__file__).parents[2] / "docs" / "training.md").read_text("utf-8")
BLOCKS = re.findall(r"```(\w+)\n(.*?)```", GUIDE, re.S)
SETTINGS = re.findall(r"`(cnn\.recipe\.\w+=[^`\s]+)`", GUIDE)
ALONE = {"train": ("--threads", "1"), "compare": ("--processes", "1")}
"""So that threads and processes do not wait for each other where the machine is busy."""
ROWS = [
    [cell.strip() for cell in line.strip("|").split("|")]
    for line in GUIDE.splitlines()
    if line.startswith("|")
]


@pytest.mark.slow
def test_every_block_runs(tmp_path, monkeypatch, capsys):
    """The commands and the Python of the guide do what they say, in the order given."""
    monkeypatch.chdir(tmp_path)
    names = {}
    for kind, block in BLOCKS:
        if kind == "python":
            with limited_threads(1):
                exec(compile(block, "docs/training.md", "exec"), names)
            continue
        for line in block.splitlines():
            words = shlex.split(line.removeprefix("$ "))
            assert words[0] == "vistazo"
            words += ALONE.get(words[1], ())
            with pytest.raises(SystemExit) as end:
                main(words[1:])
            assert end.value.code == 0, f"{line}\n{capsys.readouterr().err}"
    pictures = {path.name for path in tmp_path.glob("*.png")}
    assert pictures == set(re.findall(r'savefig\("(.*?)"\)', GUIDE))
    assert names["search"].best_params_["recipe__optimizer"] in ("adam", "sgd")


def test_only_kinds_that_run_are_written():
    """Every block is of a kind that the test above runs."""
    assert GUIDE.count("```") == 2 * len(BLOCKS)
    assert {kind for kind, _block in BLOCKS} == {"console", "python"}


@pytest.mark.parametrize("setting", sorted(set(SETTINGS)))
def test_every_setting_is_taken(setting):
    """What the guide writes after ``--set`` changes the recipe within its ranges."""
    (method,) = chosen_methods(["cnn"], floors=False, settings=[setting]).values()
    name, _equals, value = setting.removeprefix("cnn.recipe.").partition("=")
    taken = getattr(method.recipe, name)
    assert str(taken).lower() == value or float(taken) == float(value)


def test_every_choice_is_one():
    """The choices named beside a setting are all that it takes."""
    columns = {
        match[1]: row for row in ROWS if (match := re.match(r"`cnn\.recipe\.(\w+)=", row[1]))
    }
    for name in ("optimizer", "schedule", "normalization", "test_time_views"):
        told = re.findall(r"`([\w-]+)`", columns[name][2])
        for choice in told:
            chosen_methods(["cnn"], floors=False, settings=[f"cnn.recipe.{name}={choice}"])
        hint = inspect.signature(TrainingRecipe).parameters[name].annotation
        optional = type(None) in typing.get_args(hint)
        assert set(told) == {*re.findall(r"'([\w-]+)'", str(hint)), *(["none"] * optional)}


def test_every_setting_of_the_recipe_is_named():
    """Every setting of the recipe is named with an example, and none that there is not."""
    named = {setting.split(".")[2].split("=")[0] for setting in SETTINGS} | {"augmentation"}
    assert named == set(inspect.signature(TrainingRecipe).parameters)


def test_every_policy_is_told():
    """The table of augmentations has a row for each policy that does something, with its reach."""
    rows = {row[0].strip("`"): row[1] for row in ROWS}
    assert set(POLICY_SUMMARIES) - {"none"} <= set(rows)
    reaches = r"turns by up to (\d+)°, shifts by up to (\d+) %"
    told = {
        name: found.groups() for name, text in rows.items() if (found := re.search(reaches, text))
    }
    assert set(told) == {"light", "strong", "document-000"}
    for name, (degrees, percent) in told.items():
        augmentation = augmentation_named(name)
        assert augmentation.rotation == int(degrees)
        assert augmentation.shift_x == augmentation.shift_y == int(percent) / 100


def test_the_smallest_sides_are_those_of_the_networks():
    """The table names every network once, with the side below which it refuses images."""
    told = {
        name: int(side)
        for names, side in (row for row in ROWS if len(row) == 2 and row[1].isdigit())
        for name in re.findall(r"`(.*?)`", names)
    }
    networks = {
        name: catalog.load("architectures", name) for name in catalog.names("architectures")
    }
    assert told == {name: network.smallest_side for name, network in networks.items()}
