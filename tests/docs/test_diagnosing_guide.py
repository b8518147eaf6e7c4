"""No sentence of the diagnosing guide that nothing runs."""

import re
import shlex
from pathlib import Path

import pytest

from vistazo.cli.main import main
from vistazo.report.observation_sentences import _WHAT, GRAVE
from vistazo.transfer.departures import CHOICES
from vistazo.workflows.diagnosis_sample import DEAD, SAMPLE

GUIDE = (Path(__file__).parents[2] / "docs" / "diagnosing.md").read_text("utf-8")
BLOCKS = re.findall(r"```(\w+)\n(.*?)```", GUIDE, re.S)


@pytest.mark.slow
def test_every_block_runs(tmp_path, monkeypatch, capsys):
    """The commands and the Python of the guide do what they say, in the order given."""
    monkeypatch.chdir(tmp_path)
    for kind, block in BLOCKS:
        if kind == "python":
            exec(compile(block, "docs/diagnosing.md", "exec"), {})
            assert "alarm feature-map" in capsys.readouterr().out
            continue
        for line in block.splitlines():
            with pytest.raises(SystemExit) as end:
                main([*shlex.split(line.removeprefix("$ vistazo ")), "--processes", "1"])
            shown = capsys.readouterr()
            assert end.value.code == 0, shown.err
            assert "ALARM  scale" in shown.out
            assert "input_scale=declared" in shown.out
    assert len(BLOCKS) == 2


def test_every_finding_is_told_with_its_severity():
    """The first table has the codes that there are, and which of them are alarms."""
    rows = re.findall(r"^\| ((?:`[\w-]+`(?:, )?)+) \|.*\| (alarm|note) \|$", GUIDE, re.M)
    told = {code: severity for codes, severity in rows for code in re.findall(r"[\w-]+", codes)}
    assert told == {code: "alarm" if code in GRAVE else "note" for code in _WHAT}


def test_every_departure_is_told_with_its_values():
    """The table of parameters is that of the code."""
    for name, values in CHOICES.items():
        assert f"| `{name}` | {', '.join(f'`{value}`' for value in values)} |" in GUIDE


def test_numbers_of_the_guide_are_those_of_the_code():
    """The sample, and the share of dead units that is told."""
    assert f"all of {SAMPLE} images" in GUIDE
    assert DEAD == 0.25
    assert "more than a quarter" in GUIDE
