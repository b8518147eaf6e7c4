"""Options that may stand anywhere on the command line, and the variable for the language."""

import os
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from vistazo.errors import UsageError
from vistazo.i18n import LANGUAGES, N_

HELP = (
    ("--lang " + "|".join(LANGUAGES), N_("Language of messages and reports.")),
    ("--quiet", N_("No progress and no messages.")),
    ("--debug", N_("The full trace of an error.")),
    ("--help", N_("Show this page.")),
)
"""Each with what it does, marked for translation."""


@dataclass(frozen=True)
class Common:
    """What may stand anywhere on the command line."""

    language: str | None = None
    quiet: bool = False
    debug: bool = False


def common_options(arguments: list[str]) -> tuple[list[str], Common]:
    """Take the common options out of the arguments.

    They are read before anything else, because they decide the language of the help.

    Raises
    ------
    UsageError
        ``E-CLI-VALUE`` for a language that there is not, ``E-ENV`` where ``VISTAZO_LANG`` asks
        for one; ``E-CLI-EMPTY``.
    """
    words: list[str] = []
    found: dict[str, Any] = {}
    rest = iter(arguments)
    for word in rest:
        if word == "--":
            words += [word, *rest]
        elif word == "--lang":
            found["language"] = next(rest, "")
        elif word.startswith("--lang="):
            found["language"] = word.partition("=")[2]
        elif word in ("--quiet", "-q"):
            found["quiet"] = True
        elif word == "--debug":
            found["debug"] = True
        else:
            words.append(word)
    _check_language(found.get("language"))
    _refuse_empty(words)
    return words, Common(**found)


def _refuse_empty(words: list[str]) -> None:
    # as a path it would be the current folder
    for before, word in pairwise(["vistazo", *words]):
        if not word.strip() or (word.startswith("--") and word.endswith("=")):
            raise UsageError(
                "E-CLI-EMPTY",
                N_("What stands after '{before}' is empty."),
                N_("Nothing was started. If it is a variable of the shell, it has no value yet."),
                before=before if not word.strip() else word.removesuffix("="),
            )


def _check_language(asked: str | None) -> None:
    by_variable = os.environ.get("VISTAZO_LANG", "")
    if asked is not None and asked not in LANGUAGES:
        raise UsageError(
            "E-CLI-VALUE",
            N_("'{name}' cannot be '{value}': it must be {kind}."),
            N_("Nothing was started. Correct the value and run the command again."),
            name="--lang",
            value=asked,
            kind=" | ".join(LANGUAGES),
        )
    # a locale such as es_MX.UTF-8 is a language too
    if asked is None and by_variable and by_variable[:2].lower() not in LANGUAGES:
        raise UsageError(
            "E-ENV",
            N_("The environment variable {name} is '{value}', but must be {kind}."),
            N_("Set it to one of these, or remove it."),
            name="VISTAZO_LANG",
            value=by_variable,
            kind=" | ".join(LANGUAGES),
        )
