"""The laws of a report in Markdown."""

import pytest

from tests.report._fake_run import HOSTILE
from tests.report._page import Page

markdown_it = pytest.importorskip("markdown_it")


def _rendered(markdown):
    return Page(markdown_it.MarkdownIt("commonmark").enable("table").render(markdown))


def test_hostile_names_are_text(fake_run):
    """A reader of Markdown shows the names literally and makes no element of them."""
    _folder, _comparison, markdown = fake_run(
        classes=HOSTILE, n_images=60, dataset_name=HOSTILE[0], notes=HOSTILE, formats=("md",)
    )
    page = _rendered(markdown)
    for name in HOSTILE:
        assert name in page.text
    made = {tag for tag, _attributes in page.elements}
    assert made == {"h1", "h2", "p", "ul", "li", "strong"} | {"table", "thead", "tbody"} | {
        "tr",
        "th",
        "td",
    }


def test_leaderboard_is_that_of_the_comparison(fake_run):
    """Every measured method has one row with its score to three decimals."""
    _folder, comparison, markdown = fake_run(formats=("md",))
    cells = [line.split("|") for line in markdown.splitlines() if line.startswith("|")]
    rows = {row[2].strip().removesuffix(" (floor)"): row[3].split()[0] for row in cells[2:9]}
    assert rows == {
        method["name"]: f"{method['metrics']['balanced_accuracy']['mean']:.3f}"
        for method in comparison["methods"]
    }
