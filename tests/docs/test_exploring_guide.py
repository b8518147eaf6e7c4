"""No sentence of the guide to looking at images that nothing runs."""

import json
import re
import shlex
from pathlib import Path

import pytest

from vistazo.cli.main import main
from vistazo.evaluation.label_safety import LIMIT
from vistazo.evaluation.projection import MOST_IMAGES, N_NEIGHBORS

GUIDE = (Path(__file__).parents[2] / "docs" / "exploring.md").read_text("utf-8")
BLOCKS = re.findall(r"```(\w+)\n(.*?)```", GUIDE, re.S)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """The folder after every block of the guide ran in it, in the order given."""
    folder = tmp_path_factory.mktemp("guide")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        for kind, block in BLOCKS:
            if kind == "python":
                exec(compile(block, "docs/exploring.md", "exec"), {})
                continue
            for line in block.splitlines():
                words = shlex.split(line.removeprefix("$ "))
                assert words[0] == "vistazo"
                with pytest.raises(SystemExit) as end:
                    main(words[1:])
                assert end.value.code == 0, line
    return folder


def test_only_kinds_that_run_are_written():
    """Every block is of a kind that is run."""
    assert GUIDE.count("```") == 2 * len(BLOCKS)
    assert {kind for kind, _block in BLOCKS} == {"console", "python"}


def test_the_pages_are_where_the_guide_says(folder):
    """Every page that the guide names is there, with its numbers."""
    for name in (
        "runs/explore/fashion-mnist-10k/explore.html",
        "pixels.html",
        "garments/explore.html",
        "look.html",
    ):
        assert name in GUIDE
        assert (folder / name).is_file()
        assert (folder / name).with_suffix(".json").is_file()


def test_the_parts_are_those_of_the_page(folder):
    """The table names every part of the page but the first, in its order."""
    html = (folder / "runs/explore/fashion-mnist-10k/explore.html").read_text("utf-8")
    titles = re.findall(r'<h2 id="[\w-]+">(.*?)</h2>', html)
    told = [line.split("|")[1].strip() for line in GUIDE.splitlines() if line.startswith("| ")]
    assert told[1:] == titles[1:]


def test_the_numbers_are_those_of_the_program(folder):
    """What the guide gives in numbers is what the program has."""
    hog = json.loads((folder / "look.json").read_text("utf-8"))["hog"]
    assert f"{100 * hog['outside']:.1f} %" in GUIDE
    assert hog["cells_using_all"] == [2, 4, 7, 14]
    assert "2, 4, 7 or 14 pixels" in GUIDE
    assert f"at most {MOST_IMAGES:,}" in GUIDE
    assert N_NEIGHBORS == 10
    assert f"{LIMIT:.0%}".replace("%", " %") in GUIDE
