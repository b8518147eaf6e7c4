"""The rules of the house, checked on the source."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SOURCES = sorted((ROOT / "src").rglob("*.py"))


@pytest.mark.slow
def test_layers():
    """Imports run one way."""
    done = subprocess.run(
        [Path(sys.executable).parent / "lint-imports"], cwd=ROOT, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout


def test_no_drawer_of_odds_and_ends():
    """No module is named for no subject."""
    forbidden = {"utils", "util", "common", "helpers", "misc", "core", "base", "manager"}
    assert not [path for path in SOURCES if path.stem.strip("_") in forbidden]


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT / "src")))
def test_files_are_short_and_say_what_they_are(path):
    """Every file has a docstring and at most 300 lines."""
    text = path.read_text("utf-8")
    assert len(text.splitlines()) <= 300
    assert ast.get_docstring(ast.parse(text))


def test_every_error_code_is_documented():
    """Each code in the source stands in ``docs/errors.md``, and no other does."""
    used = set()
    for path in SOURCES:
        used |= set(re.findall(r'"(E-[A-Z]+(?:-[A-Z0-9]+)*)"', path.read_text("utf-8")))
    documented = set(re.findall(r"^## (E-[A-Z0-9-]+)", (ROOT / "docs/errors.md").read_text(), re.M))
    assert used == documented
