"""No sentence of the decoding guide that nothing runs."""

import re
import shlex
from pathlib import Path

import pytest

from tests.data.pictures import encode, plant, ramp
from vistazo.cli.main import main
from vistazo.data.decoding.limits import REDUCED, Limits
from vistazo.data.decoding.opening import FORMATS
from vistazo.i18n import number

ROOT = Path(__file__).parents[2]
GUIDE = (ROOT / "docs" / "decoding.md").read_text("utf-8")
BLOCKS = re.findall(r"```(\w+)\n(.*?)```", GUIDE, re.S)


def test_every_block_runs(tmp_path, monkeypatch, capsys):
    """The commands and the Python of the guide do what they say."""
    whole = {
        f"photos/{c}/{i}.jpg": encode(ramp(40, 60), "JPEG")
        for c in ("cats", "dogs")
        for i in range(3)
    }
    plant(tmp_path, {**whole, "photos/cats/cut.jpg": encode(ramp(40, 60), "JPEG")[:-100]})
    monkeypatch.chdir(tmp_path)
    names = {}
    assert {kind for kind, _block in BLOCKS} == {"console", "python"}
    assert GUIDE.count("```") == 2 * len(BLOCKS)
    for kind, block in BLOCKS:
        if kind == "python":
            exec(compile(block, "docs/decoding.md", "exec"), names)
            continue
        words = shlex.split(block.removeprefix("$ vistazo "))
        with pytest.raises(SystemExit) as end:
            main(words)
        said = capsys.readouterr().err
        assert end.value.code == 0, said
        assert "cats/cut.jpg" in said
    assert len(names["data"]) == 7
    assert names["data"].bad_files == ()
    assert names["pixels"].shape == (64, 64, 3)


def test_every_code_is_told():
    """The table names each code that refuses an image file, and no other."""
    sources = (ROOT / "src" / "vistazo" / "data").rglob("*.py")
    raised = {
        code for path in sources for code in re.findall(r'"(E-IMG-\w+)"', path.read_text("utf-8"))
    }
    assert set(re.findall(r"`(E-IMG-\w+)`", GUIDE)) == raised


def test_numbers_and_formats_are_those_of_the_source():
    """The limits and the formats that the guide tells are those in force."""
    limits = Limits()
    assert (
        f"More than {number(limits.max_pixels)} pixels, or {limits.max_bytes // 2**20} MB" in GUIDE
    )
    assert f"below {limits.min_side} pixels" in GUIDE
    assert f"more than {limits.max_aspect} times" in GUIDE
    assert ("JPEG of up to four times" in GUIDE) == (REDUCED == 4)
    told = re.search(r"Read are (.*?);", GUIDE)[1].upper()
    assert set(re.split(r", | AND ", told)) == set(FORMATS)
