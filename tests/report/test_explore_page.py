"""The laws of the page about images."""

import re
from dataclasses import replace

import numpy as np
import pytest

from tests.conftest import stripes
from tests.report._fake_run import HOSTILE
from tests.report._page import Page, numbers
from tests.workflows._shapes import ring, shapes, tee
from vistazo.data.arrays import from_arrays
from vistazo.data.dataset import ImageDataset
from vistazo.data.images import FACTS, plain
from vistazo.report.exploration.class_looks import MOST, class_looks
from vistazo.report.exploration.content import HogSetting
from vistazo.report.exploration.hog import strokes
from vistazo.workflows.explore import explore

_N = 60


def hostile_data(**how):
    pixels, _labels = stripes()
    names = np.array([HOSTILE[i % len(HOSTILE)] for i in range(_N)])
    sources = tuple(f"{HOSTILE[i % len(HOSTILE)]}{i}" for i in range(_N))
    name, notes = "<i>name & co</i>", (HOSTILE[1],)
    return ImageDataset(name, plain(pixels), names, tuple(HOSTILE), sources, notes=notes, **how)


@pytest.fixture(scope="module")
def hostile(tmp_path_factory):
    """The page of a data set whose names try to be something else."""
    split = np.array(["train", "train", "test"] * (_N // 3))
    page = explore(hostile_data(split=split), out=tmp_path_factory.mktemp("x") / "a.html")
    return page.read_text("utf-8")


@pytest.fixture(scope="module")
def alarming(tmp_path_factory):
    """Pages, in both languages, of classes that are each other upside down."""
    data = shapes({"up": tee(), "down": tee()[::-1], "ring": ring()})
    folder = tmp_path_factory.mktemp("x")
    return {
        language: explore(data, out=folder / f"{language}.html", language=language).read_text(
            "utf-8"
        )
        for language in ("en", "es")
    }


def test_hostile_names_are_text(hostile):
    """Names of classes, files and data appear literally and make no element."""
    page = Page(hostile)
    for name in (*HOSTILE, "<i>name & co</i>"):
        assert name in page.text
    for tag, attributes in page.elements:
        assert tag not in {"script", "iframe", "object", "embed", "link", "base", "form", "input"}
        assert not [name for name in attributes if name.startswith("on")]
    assert page.open == []
    assert "49" not in page.tables["pixels"][HOSTILE.index("{{7*7}}") + 2][0]


def test_page_refers_to_nothing_outside(hostile, alarming):
    """Every reference is an anchor of the page or a picture in it; the policy allows no more."""
    for html in (hostile, *alarming.values()):
        page = Page(html)
        anchors = {attributes["id"] for _tag, attributes in page.elements if "id" in attributes}
        for _tag, attributes in page.elements:
            for name, value in attributes.items():
                if name in {"src", "srcset", "action", "data", "poster", "xlink:href"}:
                    assert (name, value[:11]) == ("src", "data:image/")
                if name == "href":
                    assert value[0] == "#"
                    assert value[1:] in anchors
                if name == "fill" and "url" in value:
                    assert value[5:-1] in anchors
        style = re.search(r"<style>(.*?)</style>", html, re.DOTALL)[1]
        assert "url(" not in style
        assert "@import" not in style
        assert "default-src 'none'; style-src 'unsafe-inline'; img-src data:;" in html
        assert "http" not in re.sub(r'"data:[^"]*"|http-equiv', "", html)


def test_page_is_usable_without_eyes_or_mouse(alarming):
    """Language, one main heading, named sections, figures and pictures, reachable scrolling."""
    for language, html in alarming.items():
        page = Page(html)
        tags = [tag for tag, _attributes in page.elements]
        assert f'<html lang="{language}">' in html
        assert tags.count("h1") == tags.count("main") == tags.count("nav") == 1
        identifiers = [a["id"] for _tag, a in page.elements if "id" in a]
        assert len(identifiers) == len(set(identifiers))
        for tag, attributes in page.elements:
            if tag == "section":
                assert attributes["aria-labelledby"] in identifiers
            if tag == "svg":
                assert attributes.get("aria-hidden") == "true" or attributes["aria-label"]
            if tag == "img":
                assert attributes["alt"]
            if attributes.get("class") == "scroll":
                assert attributes["tabindex"] == "0"
                assert attributes["aria-label"]


def test_languages_show_the_same_numbers(alarming):
    """Tables hold the same numbers in English and in Spanish notation."""
    english, spanish = Page(alarming["en"]), Page(alarming["es"])
    assert english.tables.keys() == spanish.tables.keys()
    for name in english.tables:
        left = " ".join(" ".join(row) for row in english.tables[name])
        right = " ".join(" ".join(row) for row in spanish.tables[name])
        assert numbers(left) == numbers(right, "es"), name


def test_an_exchange_is_told_with_pictures_and_policies(alarming):
    """The classes that change into each other stand at a glance, and with examples below."""
    page = Page(alarming["en"])
    text = " ".join(page.text.split())
    assert "May change the label: mirrored upside down (up ↔ down)" in text or (
        "May change the label: mirrored upside down (down ↔ up)" in text
    )
    assert "Policies that do it to some images: document-004." in text
    (row,) = [row for row in page.tables["changes"] if row[0] == "mirrored upside down"]
    assert set(row[-1].split(" ↔ ")) == {"up", "down"}
    assert len([1 for _tag, a in page.elements if a.get("alt") == "the same, changed"]) >= 2


def test_counts_show_parts(hostile):
    """With parts, each class has its images in all and part by part, which add up."""
    rows = [row for row in Page(hostile).tables["bars"][1:] if row[0] in HOSTILE]
    assert len(rows) == len(HOSTILE)
    for _name, total, *parts in rows:
        assert int(total) == sum(map(int, parts))
        assert len(parts) == 2


def test_the_cell_that_uses_every_pixel_is_named(tmp_path):
    """With sides of 28, the page says 26.5 % and 7; with 24, that nothing is left out."""
    for side, told in ((28, "26.5 % of each image lies in no cell"), (24, "none is left out")):
        pixels, labels = stripes(n_per_class=4, side=side)
        page = explore(from_arrays(pixels, labels, name="s"), out=tmp_path / f"{side}.html")
        text = Page(page.read_text("utf-8")).text
        assert told in text
        assert ("hog-svm.cell=7" in text) == (side == 28)


@pytest.mark.parametrize(("factor", "digits"), [(1, 3), (1000, 0)])
def test_sizes_of_files_have_digits_that_tell(toy, tmp_path, factor, digits):
    """Sizes of small files are told to the byte, those of large ones without decimals."""
    facts = toy.images.facts.copy()
    facts[:, FACTS.index("file_bytes")] = factor * np.arange(520, 520 + len(toy))
    page = explore(replace(toy, images=replace(toy.images, facts=facts)), out=tmp_path / "a.html")
    rows = Page(page.read_text("utf-8")).tables["spreads"]
    least = next(row for row in rows if row[0] == "all classes")[2]
    assert least == f"{520 * factor / 1000:.{digits}f}"


@pytest.mark.parametrize("n_classes", [25, 300])
def test_many_classes_are_usable(tmp_path, n_classes):
    """With many classes the page stays below 5 MB and names every class in its tables."""
    rng = np.random.default_rng(0)
    labels = [f"species {i % n_classes}" for i in range(2 * n_classes)]
    pixels = rng.integers(0, 256, (len(labels), 16, 16, 3), np.uint8)
    data = from_arrays(pixels, labels, name="many")
    html = explore(data, out=tmp_path / "a.html", features="color-histogram").read_text("utf-8")
    assert len(html.encode()) < 5_000_000
    page = Page(html)
    for table in ("bars", "pixels", "agreement"):
        assert set(labels) <= {row[0] for row in page.tables[table]}
    assert "other classes" in page.text


def test_looks_are_different():
    """No two of the classes that can be told apart have the same colour and shape."""
    looks = class_looks([str(i) for i in range(MOST)])
    assert len({look.style for look in looks}) == MOST


def test_strokes_run_along_edges():
    """An edge that runs down is drawn by upright strokes, one that runs across by level ones."""
    upright = np.zeros((16, 16, 1), np.uint8)
    upright[:, 8:] = 200
    for image, level in ((upright, False), (upright.transpose(1, 0, 2), True)):
        (opacity, path), *_fainter = strokes(image, HogSetting(9, 8, 2))[::-1]
        assert opacity == 1
        for across, down in re.findall(r"l(-?[\d.]+) (-?[\d.]+)", path):
            assert (abs(float(across)) > abs(float(down))) == level
