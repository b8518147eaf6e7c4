"""No sentence of the transfer guide that nothing runs."""

import re
import shlex
from pathlib import Path

import pytest

from vistazo import catalog
from vistazo.cli.main import main
from vistazo.transfer.strength import STRENGTHS

GUIDE = (Path(__file__).parents[2] / "docs" / "transfer.md").read_text("utf-8")


@pytest.mark.slow
def test_every_block_runs(tmp_path, monkeypatch, capsys):
    """The commands and the Python of the guide do what they say, in the order given."""
    monkeypatch.chdir(tmp_path)
    names = {}
    for kind, block in re.findall(r"```(\w+)\n(.*?)```", GUIDE, re.S):
        if kind == "python":
            exec(compile(block, "docs/transfer.md", "exec"), names)
            continue
        for line in block.splitlines():
            with pytest.raises(SystemExit) as end:
                main(shlex.split(line.removeprefix("$ vistazo ")))
            assert end.value.code == 0, capsys.readouterr().err
    assert {"probe", "untrained"} <= set(names["comparison"].finished)
    run = next((tmp_path / "runs" / "compare").iterdir())
    assert "same network untrained" in (run / "report.html").read_text()


def test_numbers_of_the_guide_are_those_of_the_code():
    """How many strengths there are, and the length of the features."""
    words = ["one", "two", "three", "four", "five", "six", "seven"]
    assert f"| {words[len(STRENGTHS) - 1]} of them, chosen" in GUIDE
    network = catalog.load("architectures", "efficientnet-lite0")((64, 64, 3))
    assert f"{network.feature_dim:,} features" in GUIDE
