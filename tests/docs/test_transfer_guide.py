"""No sentence of the transfer guide that nothing runs."""

import re
import shlex
from pathlib import Path

import pytest

from vistazo import catalog
from vistazo.cli.main import main
from vistazo.methods._tail_training import _MOST_BYTES, _SCRATCH_SIDE
from vistazo.transfer.freezing import ALIKE, FEW, MANY, usual
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
    reports = [path.read_text() for path in (tmp_path / "runs" / "compare").rglob("report.html")]
    assert sum("same network untrained" in report for report in reports) == 1
    assert sum("of them trained here" in report for report in reports) == 2


def test_numbers_of_the_guide_are_those_of_the_code():
    """How many strengths there are, the length of the features, the limits of the advice."""
    words = ["one", "two", "three", "four", "five", "six", "seven"]
    assert f"| {words[len(STRENGTHS) - 1]} of them, chosen" in GUIDE
    network = catalog.load("architectures", "efficientnet-lite0")((64, 64, 3))
    assert f"{network.feature_dim:,} features" in GUIDE
    assert f"| fewer than {FEW} | | the head |" in GUIDE
    assert f"| {MANY} and more | below {ALIKE} |" in GUIDE
    assert usual(len(network.parts())) == "all-but-6"
    assert f"Above\n{_MOST_BYTES // 2**20} MB for one training" in GUIDE
    assert f"on images of {_SCRATCH_SIDE} px" in GUIDE
