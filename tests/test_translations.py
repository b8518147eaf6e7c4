"""Every text for people is in Spanish too, whole, and fits the values it is given."""

import ast
import io
import runpy
import string
from pathlib import Path
from types import SimpleNamespace

import jinja2
import pytest
from babel.messages.extract import extract
from babel.messages.mofile import read_mo, write_mo

from vistazo.cli.listing import _KINDS, listing
from vistazo.errors import VistazoError
from vistazo.i18n import set_language

ROOT = Path(__file__).parents[1]
make_catalogue = SimpleNamespace(**runpy.run_path(str(ROOT / "docs/make_catalogue.py")))
make_errors = SimpleNamespace(**runpy.run_path(str(ROOT / "docs/make_errors.py")))

SOURCES = {path: path.read_text("utf-8") for path in sorted((ROOT / "src").rglob("*.py"))}
NODES = [node for source in SOURCES.values() for node in ast.walk(ast.parse(source))]
CALLS = [node for node in NODES if isinstance(node, ast.Call)]
TEMPLATES = [p for p in sorted((ROOT / "src").rglob("*")) if p.suffix in (".html", ".md")]
ERRORS = make_errors.errors()
CATALOGUE = make_catalogue.read_catalogue()
MESSAGES = [message for message in CATALOGUE if message.id]

THE_SAME = {
    *("Error", "F1", "MCC", "Original", "none", "{minutes} min {seconds} s", "{seconds} s"),
    *("{mean} ± {sd}", "{n} kB", "{n} MB", "{method}: {what} {advice}"),
}
"""What Spanish writes as English does: symbols, units, and words one types."""


def forms(message):
    """Return pairs of English and Spanish: one, or singular and plural."""
    english = (message.id,) if isinstance(message.id, str) else message.id
    return list(zip(english, make_catalogue.translations(message), strict=True))


def placeholders(text):
    return {name for _text, name, _spec, _conversion in string.Formatter().parse(text) if name}


def is_text(node, *marks):
    """Whether a node marks a literal text."""
    return (
        isinstance(node, ast.Call)
        and getattr(node.func, "id", "") in (marks or make_catalogue.MARKS)
        and isinstance(node.args[0], ast.Constant)
    )


def given_by(call):
    """Return the names of the values of a call; None where it passes some on."""
    names = {keyword.arg for keyword in call.keywords}
    return None if None in names else names


def test_catalogue_is_complete():
    """Every text of the source is translated, and nothing else is in the catalogue."""
    source = {message.id for message in make_catalogue.source_texts() if message.id}
    assert {message.id for message in MESSAGES} == source
    assert make_catalogue.missing(CATALOGUE) == []
    assert not CATALOGUE.obsolete


def test_extraction_misses_nothing():
    """Every text that Babel's own extractor finds is found."""
    marks = {"_": None, "N_": None, "ngettext": (1, 2)}
    for source in SOURCES.values():
        by_babel = extract("python", io.BytesIO(source.encode()), marks)
        found = {text for _line, text, _comments, _context in by_babel if text}
        assert found <= {*make_catalogue.python_texts(source)}


def test_marked_texts_are_literal():
    """What is put together at run time cannot be marked: it would be in no catalogue."""
    marked = [call for call in CALLS if getattr(call.func, "id", "") in ("N_", "ngettext")]
    assert len(marked) > 300
    assert not [ast.unparse(call) for call in marked if not is_text(call)]


def test_compiled_catalogue_is_current():
    """The compiled catalogue is what its source compiles to."""
    fresh = io.BytesIO()
    write_mo(fresh, CATALOGUE)
    fresh.seek(0)
    with (make_catalogue.FOLDER / "vistazo.mo").open("rb") as file:
        compiled = _content(read_mo(file))
    assert compiled == _content(read_mo(fresh))


def _content(catalogue):
    return {str(message.id): message.string for message in catalogue if message.id}


def test_placeholders_survive():
    """A translation names the values that its text names, in each plural form."""
    assert not [
        (english, spanish)
        for message in MESSAGES
        for english, spanish in forms(message)
        if placeholders(english) != placeholders(spanish)
    ]


def test_spanish_is_not_english():
    """No translation is its English text, except for symbols, units and words one types."""
    same = {english for m in MESSAGES for english, spanish in forms(m) if english == spanish}
    assert same == THE_SAME


def test_no_text_is_a_fragment():
    """No text begins or ends with a blank, except for a label before a value."""
    texts = [english for message in MESSAGES for english, _spanish in forms(message)]
    assert not [text for text in texts if text != text.strip() and not text.endswith(": ")]


def test_nothing_is_glued_to_a_text():
    """Only blanks, signs and labels stand beside a text: sentences are whole for translators."""
    glued = []
    for node in NODES:
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
            for text, other in ((node.left, node.right), (node.right, node.left)):
                if is_text(text) and not text.args[0].value.endswith(": "):
                    glued += [] if _is_blank(other) else [ast.unparse(node)]
        if isinstance(node, ast.JoinedStr):
            held = [part.value for part in node.values if isinstance(part, ast.FormattedValue)]
            between = [part for part in node.values if isinstance(part, ast.Constant)]
            if any(map(is_text, held)):
                glued += [] if all(map(_is_blank, between)) else [ast.unparse(node)]
    assert glued == []


def _is_blank(node):
    return isinstance(node, ast.Constant) and not node.value.strip(" :")


def test_texts_get_their_values():
    """A text that is shown at once is given every value it names."""
    for call in CALLS:
        given = given_by(call)
        if given is not None and is_text(call, "_", "ngettext"):
            texts = [a.value for a in call.args[:2] if isinstance(a, ast.Constant)]
            missing = set().union(*map(placeholders, texts)) - given - {"n"}
            assert not missing, ast.unparse(call)


def test_texts_in_templates_get_their_values():
    """A text in a template is given every value it names."""
    for path in TEMPLATES:
        for call in jinja2.Environment().parse(path.read_text("utf-8")).find_all(jinja2.nodes.Call):
            if getattr(call.node, "name", "") in make_catalogue.MARKS:
                given = {keyword.key for keyword in call.kwargs} | {"n"}
                texts = [a.value for a in call.args[:2] if isinstance(a, jinja2.nodes.Const)]
                assert not set().union(*map(placeholders, texts)) - given, texts


def test_errors_get_their_values():
    """An error is given every value that its message and its hint name."""
    for call in CALLS:
        given = given_by(call)
        if given is not None and getattr(call.func, "id", "") in make_errors.EXITS:
            texts = [t for argument in call.args for t in make_errors._texts(argument)]
            assert not set().union(*map(placeholders, texts)) - given, ast.unparse(call)


@pytest.mark.parametrize("code", ERRORS)
def test_errors_render_in_both_languages(code):
    """An error shows its code and its values, in English and, differently, in Spanish."""
    for _kind, *texts in ERRORS[code]:
        message, hint = (*texts, "", "")[:2]
        values = {name: f"<{name}>" for name in placeholders(message) | placeholders(hint)}
        error = VistazoError(code, message, hint, **values)
        shown = {language: str(error) for language in map(set_language, ("en", "es"))}
        assert not texts or shown["en"] != shown["es"]
        for text in shown.values():
            assert all(value in text for value in [*values.values(), code])


@pytest.mark.parametrize("kind", _KINDS)
def test_lists_are_translated(kind):
    """Every line of ``vistazo list`` has its text in Spanish."""
    set_language("en")
    english = listing(kind)
    set_language("es")
    for (name, text), (same, spanish) in zip(english, listing(kind), strict=True):
        assert name == same
        assert text != spanish
