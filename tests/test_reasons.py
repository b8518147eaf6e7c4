"""What the system and libraries say, in the reader's language."""

import errno
import os
import zipfile

import pytest
import yaml

from vistazo.i18n import set_language
from vistazo.reasons import reason_of


def raised(act):
    with pytest.raises(Exception) as caught:
        act()
    return caught.value


@pytest.mark.parametrize("number", [errno.ENOENT, errno.EACCES, errno.ENOSPC, errno.EISDIR])
def test_the_system_is_translated(number):
    """Frequent answers of the system stay in English, and are others in Spanish."""
    error = OSError(number, os.strerror(number))
    assert reason_of(error) == os.strerror(number)
    set_language("es")
    assert reason_of(error) != os.strerror(number)


@pytest.mark.parametrize(
    ("act", "said", "in_spanish"),
    [
        (lambda: zipfile.ZipFile(__file__), "it is no zip archive", "no es un archivo zip"),
        (lambda: b"ab\xff".decode(), "byte 2 is no text in utf-8", "el byte 2 no es texto"),
        (
            lambda: yaml.safe_load("a: b: c"),
            "a colon stands where none may (line 1, column 5)",
            "(línea 1, columna 5)",
        ),
        (lambda: yaml.safe_load("a: [1, 2"), "not closed (line 1, column 9)", "sin cerrar (línea"),
        (lambda: yaml.safe_load("a: 'b"), "not closed (line 1, column 6)", "sin cerrar (línea"),
        (lambda: yaml.safe_load("a:\n\tb: c"), "a tab stands", "un tabulador"),
        (lambda: yaml.safe_load("- a\nb: c"), "the indentation is wrong", "la sangría"),
    ],
)
def test_libraries_are_translated(act, said, in_spanish):
    """What libraries say most often is said in our words, with its place."""
    error = raised(act)
    assert said in reason_of(error)
    set_language("es")
    assert in_spanish in reason_of(error)


def test_what_is_not_known_stays():
    """Other texts are given as they are, on one line without a full stop; none is a type's name."""
    assert reason_of(ValueError("Some\n  thing.")) == "Some thing"
    assert reason_of(OSError("plain")) == "plain"
    assert reason_of(EOFError()) == "EOFError"
