"""The laws of the page that a report is."""

import re
import shutil

import numpy as np
import pytest

from tests.report._fake_run import HOSTILE, METHODS, FakeMethod
from tests.report._page import Page, numbers
from vistazo.report.writing import write_report

_FAILED = FakeMethod("cnn:vgg-16", 0.9, error="E-<b>MEMORY</b>: too large")
_ROWS = 45  # images of the small runs


def _hostile_run(fake_run, **how):
    sources = tuple(f"{HOSTILE[i % len(HOSTILE)]}{i}" for i in range(_ROWS))
    return fake_run(
        classes=HOSTILE,
        n_images=_ROWS,
        dataset_name="<i>name & co</i>",
        sources=sources,
        methods=(*METHODS, _FAILED, FakeMethod("</td><script>alert(2)</script>", 0.7, epochs=3)),
        bad_files=((HOSTILE[0], HOSTILE[1], HOSTILE[2]),),
        notes=(HOSTILE[1],),
        **how,
    )


def test_hostile_names_are_text(fake_run):
    """Names of classes, files, methods and data appear literally and make no element."""
    pictures = np.zeros((_ROWS, 4, 4), np.uint8)
    _folder, _comparison, html = _hostile_run(fake_run, pictures=pictures)
    page = Page(html)
    for name in (*HOSTILE, "<i>name & co</i>", _FAILED.error, "</td><script>alert(2)</script>"):
        assert name in page.text
    for tag, attributes in page.elements:
        assert tag not in {"script", "iframe", "object", "embed", "link", "base", "form", "input"}
        assert not [name for name in attributes if name.startswith("on")]
    assert "49" not in page.tables["per-class"][HOSTILE.index("{{7*7}}")][0]
    assert page.open == []


def test_page_refers_to_nothing_outside(fake_run):
    """Every reference is an anchor of the page or a picture in it; the policy allows no more."""
    pictures = np.zeros((_ROWS, 4, 4), np.uint8)
    _folder, _comparison, html = _hostile_run(fake_run, pictures=pictures)
    page = Page(html)
    anchors = {attributes["id"] for _tag, attributes in page.elements if "id" in attributes}
    references = [
        (name, value)
        for _tag, attributes in page.elements
        for name, value in attributes.items()
        if name in {"src", "href", "srcset", "action", "data", "poster", "xlink:href"}
    ]
    assert {name for name, _value in references} == {"src", "href"}
    for name, value in references:
        assert value.startswith("data:image/png;base64,") or (name, value[1:] in anchors) == (
            "href",
            True,
        )
    style = re.search(r"<style>(.*?)</style>", html, re.DOTALL)[1]
    assert "url(" not in style
    assert "@import" not in style
    policy = next(a["content"] for _tag, a in page.elements if "http-equiv" in a)
    assert "default-src 'none'" in policy
    assert "script-src" not in policy


@pytest.mark.parametrize("n_classes", [2, 12])
def test_numbers_are_those_of_the_comparison(fake_run, n_classes):
    """Every score, interval and time of the leaderboard, of all metrics and of the classes is
    the one in comparison.json, rounded.
    """
    classes = tuple(f"class {i:02d}" for i in range(n_classes))
    _folder, comparison, html = fake_run(classes=classes, n_images=400, repeats=2)
    page = Page(html)
    shown = {"balanced_accuracy": "Balanced accuracy", "accuracy": "Accuracy", "mcc": "MCC"}
    every = page.tables["every-metric"]
    names = [_bare(name) for name in every[0]]
    rows = {row[0]: row for row in every}
    for method in comparison["methods"]:
        metrics = method["metrics"]
        for metric, heading in shown.items():
            score = metrics[metric]
            cell = _by_method(page.column("leaderboard", heading))[method["name"]]
            assert _number(cell) == round(score["mean"], 3)
            in_every = rows[heading][names.index(method["name"])]
            wanted = [round(abs(score[key]), 3) for key in ("mean", "low", "high", "sd")]
            assert sorted(numbers(in_every).elements()) == pytest.approx(sorted(wanted))
        fit = _by_method(page.column("leaderboard", "Fit, s per fold"))[method["name"]]
        assert _number(fit) == pytest.approx(method["seconds"]["fit"], rel=5e-3)
        predict = _by_method(page.column("leaderboard", "Predict, ms per image"))[method["name"]]
        assert _number(predict) == pytest.approx(1000 * method["seconds"]["predict"], rel=5e-3)
    winner = next(m for m in comparison["methods"] if m["name"] == comparison["winner"])
    by_class = {row[0]: row[1:] for row in page.tables["per-class"][1:]}
    assert len(by_class) == n_classes
    for scores in winner["per_class"]:
        support, *cells = by_class[scores["class"]]
        assert _number(support) == scores["support"]
        for cell, name in zip(cells, ("precision", "recall", "specificity", "f1"), strict=True):
            wanted = [round(scores[name][key], 3) for key in ("value", "low", "high")]
            assert sorted(numbers(cell).elements()) == pytest.approx(sorted(wanted))


def test_confusion_matrix_is_that_of_the_comparison(fake_run):
    """The winner's matrix has the comparison's counts, and the largest are listed first."""
    _folder, comparison, html = fake_run(n_images=200)
    page = Page(html)
    winner = next(m for m in comparison["methods"] if m["name"] == comparison["winner"])
    counts = [[int(cell.split()[0]) for cell in row[1:]] for row in page.tables["heat"][1:4]]
    assert counts == winner["confusion_matrix"]
    off = [n for i, r in enumerate(counts) for j, n in enumerate(r) if i != j and n]
    listed = [int(row[2]) for row in page.tables["confusions"][1 : 1 + len(off)]]
    assert listed == sorted(off, reverse=True)


def test_verdicts_are_those_of_the_comparison(fake_run):
    """Every pair appears once with its difference, limits and verdict, however it is stored."""
    _folder, comparison, html = fake_run(n_images=300, repeats=2)
    shown = {}
    for row in Page(html).tables["pairs"]:
        if row[0] != "First − second":
            a, b = row[0].split(" − ")
            shown[a, b] = row
    assert len(shown) == len(comparison["verdicts"])
    for verdict in comparison["verdicts"]:
        row = shown.get((verdict["a"], verdict["b"]))
        row = row or shown[verdict["b"], verdict["a"]]
        ahead = row[0].startswith(f"{verdict['a']} − ")
        wanted = [round(verdict[key], 3) for key in ("difference", "low", "high")]
        shown_numbers = [float(n.replace("−", "-")) for n in re.findall(r"[+−]?\d\.\d+", row[2])]
        sign = 1 if ahead else -1
        assert sorted(shown_numbers) == pytest.approx(sorted(sign * value for value in wanted))
        assert shown_numbers[0] == pytest.approx(sign * wanted[0])
        opposite = {"better": "worse", "worse": "better"}
        word = verdict["verdict"]
        assert row[4].endswith(word if ahead else opposite.get(word, word))


def test_report_is_made_of_the_run_folder_alone(fake_run, tmp_path):
    """The same run gives the same bytes twice, also after it was moved to a stranger place."""
    folder, _comparison, html = fake_run(pictures=np.zeros((90, 4, 4), np.uint8))
    markdown = write_report(folder, formats=("md",))[0].read_bytes()
    (folder / "report.html").unlink()
    moved = tmp_path / "otro sitio ñ #1" / "x"
    shutil.move(folder, moved)
    again = write_report(moved, formats=("html", "md"))
    assert again[0].read_text(encoding="utf-8") == html
    assert again[1].read_bytes() == markdown


def test_languages_show_the_same_numbers(fake_run):
    """Tables and findings hold the same numbers in English and in Spanish notation."""
    folder, _comparison, html = fake_run(n_images=1200, methods=METHODS[1:4], positive_class="hen")
    spanish = write_report(folder, language="es")[0].read_text(encoding="utf-8")
    assert '<html lang="es">' in spanish
    assert "0,8" in spanish
    english_page, spanish_page = Page(html), Page(spanish)
    assert english_page.tables.keys() == spanish_page.tables.keys()
    for name in english_page.tables:
        left = " ".join(" ".join(row) for row in english_page.tables[name])
        right = " ".join(" ".join(row) for row in spanish_page.tables[name])
        assert numbers(left) == numbers(right, "es"), name


@pytest.mark.parametrize("n_classes", [2, 30, 31, 500])
def test_any_number_of_classes_is_usable(fake_run, n_classes):
    """From 2 to 500 classes the page stays below 5 MB and names every class."""
    classes = tuple(f"species number {i}" for i in range(n_classes))
    _folder, _comparison, html = fake_run(
        classes=classes, n_images=max(2 * n_classes, 60), probability_columns=n_classes < 500
    )
    assert len(html.encode()) < 5_000_000
    page = Page(html)
    assert {row[0] for row in page.tables["per-class"][1:]} == set(classes)
    matrices = html.count("Rows are true classes, columns predictions")
    assert (matrices > 0) == (n_classes <= 30)


def test_many_predictions_stay_small(fake_run):
    """50,000 images with galleries of noise, which no format shrinks, are a page below 15 MB."""
    rng = np.random.default_rng(0)
    _folder, _comparison, html = fake_run(
        n_images=50_000,
        methods=METHODS[3:6],
        folds=2,
        pictures=rng.integers(0, 256, (24, 128, 128, 3), np.uint8),
    )
    assert html.count("data:image/jpeg") == 3 * 24
    assert len(html.encode()) < 15_000_000


def test_method_without_probabilities_has_no_log_loss(fake_run):
    """Where a method gives no probabilities its cell holds a dash, its gallery no percentage."""
    hog = next(method for method in METHODS if method.name == "hog-svm")
    _folder, _comparison, html = fake_run(methods=(METHODS[0], hog))
    page = Page(html)
    assert _by_method(page.column("leaderboard", "Log loss"))["hog-svm"] == "–"
    gallery = html[html.index('<ul class="gallery">') :]
    assert "%" not in gallery[: gallery.index("</ul>")]


def test_failed_method_says_why(fake_run):
    """A method that could not be measured stands last, with its error and without numbers."""
    _folder, _comparison, html = fake_run(methods=(*METHODS, _FAILED))
    last = Page(html).tables["leaderboard"][-1]
    assert last[:2] == ["–", "cnn:vgg-16"]
    assert _FAILED.error in last[2]


def test_every_method_may_fail(fake_run):
    """With nothing measured there is still a page that says so."""
    _folder, _comparison, html = fake_run(methods=(_FAILED,))
    assert "No method could be measured." in Page(html).text


def test_page_is_usable_without_eyes_or_mouse(fake_run):
    """Language, one main heading, named sections and figures, reachable scrolling regions."""
    _folder, _comparison, html = fake_run(pictures=np.zeros((2, 4, 4), np.uint8), n_images=200)
    page = Page(html)
    tags = [tag for tag, _attributes in page.elements]
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


def _number(text: str) -> float:
    """Return the first number of a cell."""
    return float(re.search(r"−?\d[\d.,]*", text)[0].replace(",", "").replace("−", "-"))


def _bare(text: str) -> str:
    return text.removesuffix(" floor").removesuffix(" winner")


def _by_method(column: dict[str, str]) -> dict[str, str]:
    return {_bare(name): cell for name, cell in column.items()}
