"""The laws of the templates themselves."""

import html
import re
from pathlib import Path

import pytest

import vistazo.report

_FOLDER = Path(vistazo.report.__file__).parent / "templates"
_TEMPLATES = sorted([*_FOLDER.rglob("*.html"), *_FOLDER.rglob("*.md")])


@pytest.mark.parametrize("path", _TEMPLATES, ids=lambda path: path.name)
def test_every_word_is_translatable(path):
    """No template holds a word outside ``_()``, except the product's name."""
    text = re.sub(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}", "", path.read_text("utf-8"), flags=re.DOTALL)
    text = html.unescape(re.sub(r"<[^>]*>", "", text)).replace("Vistazo", "")
    assert re.findall(r"[^\W\d_]{2,}", text) == []


@pytest.mark.parametrize("path", _TEMPLATES, ids=lambda path: path.name)
def test_nothing_is_marked_safe(path):
    """No template switches escaping off."""
    source = path.read_text("utf-8")
    assert "safe" not in re.findall(r"\|\s*(\w+)", source)
    assert "autoescape" not in source
