"""No sentence of documentation that nothing runs."""

import re
import shlex
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text("utf-8")


def blocks(kind):
    return re.findall(rf"```{kind}\n(.*?)```", README, re.S)


@pytest.mark.slow
def test_python_block_runs(tmp_path):
    """The Python of the README runs and writes what it says."""
    (block,) = blocks("python")
    subprocess.run([sys.executable, "-c", block], cwd=tmp_path, check=True)
    assert (tmp_path / "report.html").exists()
    assert (tmp_path / "model" / "SHA256SUMS").exists()


@pytest.fixture(scope="module")
def folder_with_photos(tmp_path_factory):
    root = tmp_path_factory.mktemp("readme")
    rng = np.random.default_rng(0)
    for place, n in (("photos/cats", 12), ("photos/dogs", 12), ("more-photos", 3)):
        (root / place).mkdir(parents=True)
        for number in range(n):
            tone = 90 if "cats" in place else 160
            pixels = rng.normal(tone, 20, (32, 32, 3)).clip(0, 255).astype(np.uint8)
            Image.fromarray(pixels).save(root / place / f"{number}.png")
    return root


@pytest.mark.slow
def test_commands_run(folder_with_photos):
    """Each command of the README does what it says, in the order given."""
    commands = [line[2:] for line in blocks("console")[0].splitlines() if line.startswith("$ ")]
    assert len(commands) >= 10
    for command in commands:
        words = shlex.split(command)
        assert words[0] == "vistazo"
        if words[1] == "study":
            words.append("--quick")
        done = subprocess.run(
            [sys.executable, "-m", *words], cwd=folder_with_photos, capture_output=True, text=True
        )
        assert done.returncode == 0, f"{command}\n{done.stderr}"


def test_every_verb_and_method_is_named():
    """The README names every verb and every method there is."""
    from vistazo import catalog

    for folder in ("cli/verbs", "methods"):
        for name in catalog.names(folder):
            assert re.search(rf"\b{name}\b", README), name


def test_links_lead_somewhere():
    """Every file the README links to exists."""
    for target in re.findall(r"\]\(([^)#]+)\)", README):
        assert target.startswith("http") or (ROOT / target).exists(), target
