"""No sentence of the checking guide that nothing runs."""

import json
import re
import shlex
from dataclasses import fields
from pathlib import Path
from typing import get_args

import pytest

from tests.checks._data import photos
from vistazo import catalog
from vistazo.checks import Finding, Severity, image_quality, shortcuts
from vistazo.cli.main import main
from vistazo.evaluation.power import DISAGREEMENT, POWER
from vistazo.workflows.check import check

GUIDE = (Path(__file__).parents[2] / "docs" / "checking.md").read_text("utf-8")
BLOCKS = re.findall(r"```(\w+)\n(.*?)```", GUIDE, re.S)
ROWS = [
    [cell.strip() for cell in line.strip("|").split("|")]
    for line in GUIDE.splitlines()
    if line.startswith("| `")
]


def names(text):
    return re.findall(r"`([\w-]+)`", text)


@pytest.mark.slow
def test_every_block_runs(tmp_path, monkeypatch, capsys):
    """The commands and the Python of the guide do what they say, in the order given."""
    monkeypatch.chdir(tmp_path)
    for kind, block in BLOCKS:
        if kind == "python":
            exec(compile(block, "docs/checking.md", "exec"), {})
            assert "note detectable-difference These images" in capsys.readouterr().out
            continue
        for line in block.splitlines():
            words = shlex.split(line.removeprefix("$ "))
            assert words[0] == "vistazo"
            words += ("--processes", "1") if words[1] == "compare" else ()
            with pytest.raises(SystemExit) as end:
                main(words[1:])
            shown = capsys.readouterr()
            assert end.value.code == 0, f"{line}\n{shown.err}"
            if "json" in words:
                assert json.loads(shown.out)["schema"] == "vistazo.check/1"
            if words[1] == "compare":
                assert "metadata" in shown.out
                assert "differences between two methods" in shown.err


def test_only_kinds_that_run_are_written():
    """Every block is of a kind that the test above runs."""
    assert GUIDE.count("```") == 2 * len(BLOCKS)
    assert {kind for kind, _block in BLOCKS} == {"console", "python"}


def test_every_check_and_severity_is_told():
    """The tables name every check there is and every severity, and no other."""
    told = [
        name
        for row in ROWS
        if row[-1] in ("`note`", "`alarm`", "`fatal`")
        for name in names(row[0])
    ]
    assert sorted(told) == catalog.names("checks")
    severities = [names(row[0])[0] for row in ROWS if row[-1] in ("0", "3")]
    assert tuple(severities) == get_args(Severity)


def test_every_oddity_is_told_with_its_threshold():
    """The table of odd images has the names and the numbers of the check."""
    told = {names(row[0])[0]: row[1] for row in ROWS if len(row) == 2}
    numbers = {
        "dark": image_quality.DARK / 2.55,
        "light": image_quality.LIGHT / 2.55,
        "blurry": image_quality.COARSER,
        "low_information": image_quality.BLANK,
        "odd_size": image_quality.ODD_SIZE,
        "odd_aspect_ratio": image_quality.ODD_ASPECT,
    }
    for name, number in numbers.items():
        assert re.search(rf"\b{number:.0f}\b", told[name]), name
    assert {*numbers, "grayscale"} <= set(told)


def test_the_keys_of_the_schema_are_told():
    """The last table has every key of the object, of a finding and of the data set."""
    told = {names(row[0])[0]: set(names(row[1])) for row in ROWS if len(row) == 2}
    content = check(photos(40)).to_dict()
    assert set(content) <= set(told)
    assert told["dataset"] == set(content["dataset"])
    assert told["findings"] == {field.name for field in fields(Finding)}


def test_the_numbers_of_the_text_are_those_in_force():
    """Sample size, power and disagreement in the text are those of the source."""
    assert f"more than {shortcuts.SAMPLE:,} images" in GUIDE
    assert f"{POWER:.0%}".replace("%", " %") in GUIDE
    assert f"{DISAGREEMENT:.0%}".replace("%", " %") in GUIDE
