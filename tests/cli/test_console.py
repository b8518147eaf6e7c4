"""What a person is shown."""

import pytest

from vistazo.cli.console import configure, harmless, say
from vistazo.cli.progress import duration
from vistazo.i18n import set_language


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("gatos ñ 🐱", "gatos ñ 🐱"),
        ("two\nlines", "two\nlines"),
        ("\x1b[31mred", "\\x1b[31mred"),
        ("a\rb", "a\\rb"),
        ("\u202eabc", "\\u202eabc"),
        ("\udcff", "\\udcff"),
    ],
)
def test_control_characters_are_written_out(text, shown):
    """A name cannot move the cursor, recolour the screen or turn the text round."""
    assert harmless(text) == shown


def test_quiet_says_nothing(capsys):
    """``--quiet`` silences what is not a result."""
    configure(quiet=True)
    say("hello")
    configure(quiet=False)
    say("there")
    assert capsys.readouterr().err == "there\n"


@pytest.mark.parametrize(
    ("seconds", "english", "spanish"),
    [(0.04, "0.0 s", "0,0 s"), (12.4, "12 s", "12 s"), (125, "2 min 5 s", "2 min 5 s")],
)
def test_durations_are_readable(seconds, english, spanish):
    """Short ones have a decimal, long ones minutes, each language its own mark."""
    assert duration(seconds) == english
    set_language("es")
    assert duration(seconds) == spanish
