"""English in the source, other languages in gettext catalogues.

``_`` translates now; ``N_`` only marks a text for extraction, for texts that are
rendered later (errors, help), when the reader's language is known.
"""

import gettext as _gettext
import os
from pathlib import Path

LANGUAGES = ("en", "es")
_LOCALE = Path(__file__).parent / "locale"


class _Current:
    """The language in force: one per process."""

    language: str = "en"
    catalogue: _gettext.NullTranslations = _gettext.NullTranslations()


def set_language(language: str | None = None) -> str:
    """Choose the language of all texts from here on.

    Parameters
    ----------
    language : {"en", "es"} or None
        None takes ``VISTAZO_LANG``, then the locale's variables, then English.

    Returns
    -------
    str
        The language in force. One without a catalogue falls back to English.
    """
    wanted = language or _from_environment()
    _Current.language = wanted if wanted in LANGUAGES else "en"
    _Current.catalogue = _gettext.translation(
        "vistazo", _LOCALE, languages=[_Current.language], fallback=True
    )
    return _Current.language


def current_language() -> str:
    """Return the language in force."""
    return _Current.language


def _from_environment() -> str:
    for variable in ("VISTAZO_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        if value := os.environ.get(variable):
            return value[:2].lower()
    return "en"


def N_(text: str) -> str:  # noqa: N802 - gettext's own name
    """Mark a text for translation and return it unchanged."""
    return text


def _(text: str, **values: object) -> str:
    """Translate a text and fill in its ``{values}``."""
    translated = _Current.catalogue.gettext(text) if text else ""
    return translated.format(**values) if values else translated


def ngettext(singular: str, plural: str, n: int, **values: object) -> str:
    """Translate a text whose form depends on a count, given to it as ``{n}``."""
    return _Current.catalogue.ngettext(singular, plural, n).format(n=number(n), **values)


def number(value: float, digits: int = 0) -> str:
    """Write a number for a person: decimal comma and thousands point in Spanish."""
    text = f"{value:,.{digits}f}"
    if _Current.language == "es":
        return text.translate(str.maketrans(",.", ".,"))
    return text


def percent(value: float, digits: int = 0) -> str:
    """Write a share between 0 and 1 as a percentage for a person."""
    return f"{number(100 * value, digits)} %"
