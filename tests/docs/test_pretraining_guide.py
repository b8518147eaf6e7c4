"""No sentence of the pretraining guide that nothing runs."""

import re
import shlex
from pathlib import Path

import pytest

from vistazo import catalog
from vistazo.cli.main import main
from vistazo.pretraining import baselines, representation

GUIDE = (Path(__file__).parents[2] / "docs" / "pretraining.md").read_text("utf-8")


@pytest.mark.slow
def test_every_block_runs(tmp_path, monkeypatch, capsys):
    """The commands and the Python of the guide do what they say; the collapse is told."""
    monkeypatch.chdir(tmp_path)
    codes, told, names = [], [], {}
    for kind, block in re.findall(r"```(\w+)\n(.*?)```", GUIDE, re.S):
        if kind == "python":
            exec(compile(block, "docs/pretraining.md", "exec"), names)
            told.append(capsys.readouterr().out)
            continue
        for line in block.splitlines():
            with pytest.raises(SystemExit) as end:
                main(shlex.split(line.removeprefix("$ vistazo ")))
            codes.append(end.value.code)
    assert codes == [0, 0, 4, *[0] * 4]
    assert told[0].splitlines()[-2:] == ["True", "pixels 64"]
    assert "180 images, 2 epochs" in told[1]
    folders = sorted((tmp_path / "runs" / "compare").iterdir())
    first, few, outside = (folder.joinpath("report.html").read_text("utf-8") for folder in folders)
    assert "learned from the images before their labels" in first
    assert "Only 22 of the 75 images of each training part came with their label" in few
    assert "learned from other images" in outside
    assert "tensors were taken over" in told[2]
    assert int(told[2].splitlines()[-1]) == 200


def test_the_table_has_every_task_with_its_settings():
    """Names and defaults are those of the code."""
    rows = dict(re.findall(r"^\| `([\w-]+)` \| [^|]* \| (.*)\|$", GUIDE, re.M))
    names = catalog.names("pretext")
    assert names == sorted(rows.keys() & set(names))
    for name in names:
        for parameter, value in catalog.load("pretext", name)().get_params().items():
            shown = f"`{parameter}`" if parameter == "views" else f"`{parameter}={value}"
            assert shown.removesuffix(".0") in rows[name], (name, parameter)


def test_limits_of_the_warnings_are_those_of_the_code():
    """A quarter, a tenth, 0.05."""
    assert baselines._NEARLY == 0.25
    assert representation._COLLAPSED == 0.1
    assert f"less than {representation._APART} apart" in GUIDE
