"""Keep the Spanish catalogue in step with the source: ``python docs/make_catalogue.py``."""

import ast
from collections.abc import Iterator
from pathlib import Path

import jinja2
import yaml
from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from jinja2.ext import extract_from_ast

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "src" / "vistazo"
FOLDER = PACKAGE / "locale" / "es" / "LC_MESSAGES"
SUMMARISED = (
    "architectures",
    "checks",
    "preprocessing",
    "data/formats",
    "methods",
    "pretext",
    "pretrained",
)
"""Leaf folders of which ``vistazo list`` shows the first line of each docstring."""
MARKS = ("_", "N_", "ngettext")

Text = str | tuple[str, str]
"""A text, or its singular and plural."""


def source_texts() -> Catalog:
    """Return every text for people that there is in the source, with the files it stands in."""
    catalogue = Catalog(fuzzy=False)
    for path in sorted(PACKAGE.rglob("*")):
        for text in _texts(path):
            catalogue.add(text, locations=[(path.relative_to(ROOT).as_posix(), 0)])
    return catalogue


def _texts(path: Path) -> Iterator[Text]:
    if path.suffix == ".py":
        yield from python_texts(path.read_text("utf-8"))
        if path.relative_to(PACKAGE).parent.as_posix() in SUMMARISED and path.stem[0] != "_":
            docstring = ast.get_docstring(ast.parse(path.read_text("utf-8"))) or ""
            yield docstring.partition("\n")[0]
    elif path.suffix in (".html", ".md"):
        yield from template_texts(path.read_text("utf-8"))
    elif path.suffix == ".yaml":
        yield yaml.safe_load(path.read_text("utf-8"))["title"]


def python_texts(source: str) -> Iterator[Text]:
    """Yield the texts marked in Python source, also those inside f-strings."""
    calls = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)]
    for call in sorted(calls, key=lambda call: (call.lineno, call.col_offset)):
        match call:
            case ast.Call(func=ast.Name("_" | "N_"), args=[ast.Constant(str(text)), *_]):
                yield text
            case ast.Call(
                func=ast.Name("ngettext"),
                args=[ast.Constant(str(singular)), ast.Constant(str(plural)), *_],
            ):
                yield singular, plural


def template_texts(source: str) -> Iterator[Text]:
    """Yield the texts marked in a template."""
    template = jinja2.Environment().parse(source)  # noqa: S701 - not rendered
    for _line, function, found in extract_from_ast(template, MARKS, babel_style=False):
        # None stands where an argument is no literal text
        texts = [text for text in found or () if text is not None]
        if function == "ngettext":
            yield texts[0], texts[1]
        elif texts:
            yield texts[0]


def read_catalogue() -> Catalog:
    """Return the catalogue as it is in the repository."""
    with (FOLDER / "vistazo.po").open("rb") as file:
        return read_po(file, locale="es")


def missing(catalogue: Catalog) -> list[str]:
    """Return the texts that have no sure translation yet."""
    return [
        message.id if isinstance(message.id, str) else message.id[0]
        for message in catalogue
        if message.id and (message.fuzzy or not all(translations(message)))
    ]


def translations(message: Message) -> tuple[str, ...]:
    """Return the translation of a text, or of its singular and plural."""
    return (message.string or "",) if isinstance(message.string, str | None) else (*message.string,)


def main() -> None:
    """Take in new texts, drop those no longer used, compile, say what is to be translated."""
    catalogue = read_catalogue()
    catalogue.update(source_texts(), no_fuzzy_matching=True, update_creation_date=False)
    with (FOLDER / "vistazo.po").open("wb") as file:
        write_po(file, catalogue, width=100, ignore_obsolete=True, include_lineno=False)
    with (FOLDER / "vistazo.mo").open("wb") as file:
        write_mo(file, catalogue)
    untranslated = missing(catalogue)
    for text in untranslated:
        print(f"  {text!r}")
    print(f"{len(catalogue)} texts, {len(untranslated)} not translated")


if __name__ == "__main__":
    main()
